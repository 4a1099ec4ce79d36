// Preloaded by tests into every process of a system: its clock is ahead by the milliseconds that a file holds.
// Only what reads the wall clock is moved; timers run as ever, and production code knows nothing of it.
const { readFileSync } = require('node:fs');

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
}
