import type { Sender } from './http';
import { lifecycle, type Outcome } from './lifecycle';
import type { Desk, People, Person } from './people';

/** Citizens take turns, so that none comes near what one account may submit in an hour. */
export class Population {
  private turn = 0;

  constructor(
    private readonly desks: readonly Desk[],
    private readonly citizens: readonly Person[],
  ) {}

  next(): { desk: Desk; citizen: Person } {
    this.turn += 1;
    return {
      desk: this.desks[this.turn % this.desks.length]!,
      citizen: this.citizens[this.turn % this.citizens.length]!,
    };
  }
}

export interface LoadResult {
  seconds: number;
  done: number;
  refused: number;
  failures: Outcome[];
  /** Duration of whole lifecycles that were done, and of single steps, in ms. */
  lifecycles: number[];
  steps: Map<string, number[]>;
}

const emptyResult = (): LoadResult => ({
  seconds: 0,
  done: 0,
  refused: 0,
  failures: [],
  lifecycles: [],
  steps: new Map(),
});

export class Load {
  constructor(
    private readonly sender: Sender,
    private readonly people: People,
    private readonly population: Population,
  ) {}

  /** So many people who each begin the next lifecycle when one is over; what ends within the time counts. */
  async closedLoop(workers: number, seconds: number): Promise<LoadResult> {
    const result = emptyResult();
    const started = performance.now();
    const end = started + seconds * 1000;
    await Promise.all(
      Array.from({ length: workers }, async () => {
        while (performance.now() < end) await this.run(result, end);
      }),
    );
    result.seconds = seconds;
    return result;
  }

  /** One lifecycle, and whether it was done. */
  async one(): Promise<{ done: boolean }> {
    const result = emptyResult();
    await this.run(result, Number.POSITIVE_INFINITY);
    return { done: result.done === 1 };
  }

  /** Begins lifecycles at a fixed rate whatever becomes of those before; resolves when the last was begun. `ended` resolves with the last. */
  async openLoop(
    perSecond: number,
    seconds: number,
  ): Promise<{ result: LoadResult; ended: Promise<unknown> }> {
    const result = emptyResult();
    const started = performance.now();
    const running: Promise<void>[] = [];
    for (let begun = 0; begun < perSecond * seconds; ) {
      const due = Math.min(
        perSecond * seconds,
        Math.floor(((performance.now() - started) / 1000) * perSecond),
      );
      for (; begun < due; begun += 1) running.push(this.run(result, Number.POSITIVE_INFINITY));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    result.seconds = (performance.now() - started) / 1000;
    return { result, ended: Promise.all(running) };
  }

  private async run(result: LoadResult, end: number): Promise<void> {
    const started = performance.now();
    const outcome = await lifecycle(this.sender, this.people, this.population.next(), (step, ms) => {
      const times = result.steps.get(step) ?? [];
      result.steps.set(step, times);
      times.push(ms);
    });
    const over = performance.now();
    if (outcome.kind === 'refused') result.refused += 1;
    else if (outcome.kind === 'failed') result.failures.push(outcome);
    else if (over <= end) {
      result.done += 1;
      result.lifecycles.push(over - started);
    }
  }
}

export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
