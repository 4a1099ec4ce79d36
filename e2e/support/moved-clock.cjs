// Preloaded by tests into every process of a system: its clock is ahead by the milliseconds that a file holds.
// What reads the wall clock is moved, and long waits end with it: a timer of a minute or more fires as soon as the
// moved clock has passed its end. Shorter ones run as ever, and production code knows nothing of it.
const { readFileSync } = require('node:fs');

const LONG_WAIT = 60_000;
const LOOK_EVERY = 100;

const file = process.env.JUNXIAN_TEST_CLOCK_FILE;
if (file) {
  const RealDate = Date;
  const realNow = RealDate.now.bind(RealDate);
  let ahead = 0;
  let readAt = -1;
  const offset = () => {
    const moment = Number(process.hrtime.bigint() / 1_000_000n);
    if (moment - readAt < 20) return ahead;
    readAt = moment;
    try {
      ahead = Number(readFileSync(file, 'utf8')) || 0;
    } catch {
      // Not written yet: not moved.
    }
    return ahead;
  };
  class MovedDate extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(realNow() + offset());
      else super(...given);
    }
    static now() {
      return realNow() + offset();
    }
  }
  globalThis.Date = MovedDate;

  const realSetTimeout = globalThis.setTimeout;
  const waits = new Set();
  const movedSetTimeout = (callback, delay, ...given) => {
    if (typeof delay !== 'number' || delay < LONG_WAIT) return realSetTimeout(callback, delay, ...given);
    const wait = { callback, given, endsAt: MovedDate.now() + delay };
    wait.timer = realSetTimeout(() => {
      waits.delete(wait);
      callback(...given);
    }, delay);
    waits.add(wait);
    return wait.timer;
  };
  Object.defineProperties(movedSetTimeout, Object.getOwnPropertyDescriptors(realSetTimeout));
  globalThis.setTimeout = movedSetTimeout;
  setInterval(() => {
    const now = MovedDate.now();
    for (const wait of waits) {
      if (wait.timer._destroyed) waits.delete(wait);
      else if (wait.endsAt <= now) {
        waits.delete(wait);
        clearTimeout(wait.timer);
        wait.callback(...wait.given);
      }
    }
  }, LOOK_EVERY).unref();
}
