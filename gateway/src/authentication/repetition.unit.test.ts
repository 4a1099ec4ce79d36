import { Repetition } from './repetition';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('is done at once, and again a pause after it is over, until it is stopped', async () => {
  const ends: (() => void)[] = [];
  let begun = 0;
  const repetition = new Repetition(
    () => {
      begun += 1;
      return new Promise((resolve) => ends.push(resolve));
    },
    () => 1000 * begun,
  );
  const first = repetition.start();
  expect(begun).toBe(1);
  // However long it takes, it is not begun a second time meanwhile.
  await jest.advanceTimersByTimeAsync(60_000);
  expect(begun).toBe(1);
  ends[0]!();
  await first;
  await jest.advanceTimersByTimeAsync(999);
  expect(begun).toBe(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(begun).toBe(2);
  ends[1]!();
  await jest.advanceTimersByTimeAsync(2000);
  expect(begun).toBe(3);
  repetition.stop();
  expect(repetition.isStopped).toBe(true);
  ends[2]!();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(begun).toBe(3);
});

it('is not begun again when it is stopped in a pause', async () => {
  let begun = 0;
  const repetition = new Repetition(
    async () => {
      begun += 1;
    },
    () => 1000,
  );
  await repetition.start();
  repetition.stop();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(begun).toBe(1);
});
