import { Cancellation } from './cancellation';
import { InFlight } from './in-flight';

const stopped = () => new Error('stopped');

/** Work that ends when told, and says whether it was given up. */
function job<T>() {
  let end: (value: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const result = new Promise<T>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const started: Cancellation[] = [];
  const work = (cancellation: Cancellation) => {
    started.push(cancellation);
    return result;
  };
  return { work, started, end: (value: T) => end(value), fail: (error: Error) => fail(error) };
}

it('does once what several want at the same time, and anew what is wanted later', async () => {
  const flights = new InFlight<string>();
  const { work, started, end } = job<string>();
  const both = [new Cancellation(), undefined].map((by) => flights.share('a', by, work, stopped));
  const other = flights.share('b', undefined, async () => 'other', stopped);
  end('once');
  expect(await Promise.all([...both, other])).toEqual(['once', 'once', 'other']);
  expect(started).toHaveLength(1);
  expect(flights.size).toBe(0);
  expect(await flights.share('a', undefined, async () => 'anew', stopped)).toBe('anew');
});

it('who has given up already has nothing begun and joins nothing', async () => {
  const flights = new InFlight<string>();
  const gone = new Cancellation();
  gone.abort();
  const { work, started, end } = job<string>();
  await expect(flights.share('a', gone, work, stopped)).rejects.toThrow('stopped');
  expect(started).toHaveLength(0);
  const asked = flights.share('a', undefined, work, stopped);
  await expect(flights.share('a', gone, work, stopped)).rejects.toThrow('stopped');
  end('once');
  expect(await asked).toBe('once');
});

it('who gives up leaves the others their answer; when all gave up the work is stopped', async () => {
  const flights = new InFlight<string>();
  const [first, second, third] = [new Cancellation(), new Cancellation(), new Cancellation()];
  const { work, started, end } = job<string>();
  const left = flights.share('a', first, work, stopped);
  const stays = flights.share('a', second, work, stopped);
  first.abort();
  await expect(left).rejects.toThrow('stopped');
  expect(started[0]!.aborted).toBe(false);
  end('whole');
  expect(await stays).toBe('whole');

  const given = job<string>();
  const last = flights.share('c', third, given.work, stopped);
  third.abort();
  await expect(last).rejects.toThrow('stopped');
  expect(given.started[0]!.aborted).toBe(true);
  expect(flights.size).toBe(0);
});

it('a failure is everybody’s, and kept for nobody', async () => {
  const flights = new InFlight<string>();
  const { work, fail } = job<string>();
  const both = [
    flights.share('a', new Cancellation(), work, stopped),
    flights.share('a', undefined, work, stopped),
  ];
  fail(new Error('broken'));
  for (const one of both) await expect(one).rejects.toThrow('broken');
  expect(flights.size).toBe(0);
});

it('after something was written nobody joins what was under way before', async () => {
  const flights = new InFlight<string>();
  const before = job<string>();
  const old = flights.share('a', undefined, before.work, stopped);
  flights.forget();
  expect(await flights.share('a', undefined, async () => 'after', stopped)).toBe('after');
  before.end('before');
  expect(await old).toBe('before');
});
