import { ofStat, processorMilliseconds } from './processor-time';

it.each([
  ['4242 (node) R 1 2 3 4 5 6 7 8 9 10 123 45 0 0 20 0 11 0 99', 1_680],
  ['4242 (a) b) (c 1) S 1 2 3 4 5 6 7 8 9 10 0 3 0 0 20 0 11 0 99', 30],
])('of %s', (stat, milliseconds) => expect(ofStat(stat)).toBe(milliseconds));

it('grows as the process works', () => {
  const used = () => processorMilliseconds(process.pid)!;
  const before = process.cpuUsage();
  const start = used();
  while (used() - start < 200) JSON.stringify(process.memoryUsage());
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeGreaterThan(150);
  expect((user + system) / 1_000).toBeLessThan(1_000);
});

it('is told of no process that is not there', () => {
  expect(processorMilliseconds(undefined)).toBeUndefined();
  expect(processorMilliseconds(2 ** 30)).toBeUndefined();
});
