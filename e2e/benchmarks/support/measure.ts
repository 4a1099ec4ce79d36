import { median } from '@junxian/test-kit';

/** One figure, as `npm run bench` reads it. */
export function report(
  what: string,
  value: number,
  unit: string,
  bar: { atMost?: number; atLeast?: number } = {},
): void {
  console.log(`bench ${JSON.stringify({ what, value, unit, ...bar })}`);
}

/** Milliseconds of each of `rounds` runs, after some that warm up. */
export async function timings(rounds: number, work: (round: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = -Math.ceil(rounds / 5); round < rounds; round += 1) {
    const started = process.hrtime.bigint();
    await work(Math.abs(round));
    if (round >= 0) times.push(Number(process.hrtime.bigint() - started) / 1e6);
  }
  return times;
}

/** Runs two kinds of work in turn, so that both meet the same moods of the machine, and returns their medians in ms. */
export async function sideBySide(
  rounds: number,
  one: (round: number) => Promise<unknown>,
  other: (round: number) => Promise<unknown>,
): Promise<[number, number]> {
  const first: number[] = [];
  const second: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [a, b] = round % 2 === 0 ? [one, other] : [other, one];
    const [timeA] = await timings(1, () => a(round));
    const [timeB] = await timings(1, () => b(round));
    (round % 2 === 0 ? first : second).push(timeA!);
    (round % 2 === 0 ? second : first).push(timeB!);
  }
  return [median(first), median(second)];
}
