import { SubgraphUnavailable } from '../../src/execution/subgraph-errors';
import { hashOf } from './random';
import { type Asked, type InProcessSubgraph } from './subgraph';
import type { Weather } from './world';

interface Awaited {
  subgraph: InProcessSubgraph;
  asked: Asked;
  rank: number;
  resolve(answer: never): void;
  reject(error: Error): void;
}

/**
 * What lies between an executor and the subgraphs. Nothing is timed: whenever the process has nothing
 * else to do, one of the answers awaited arrives, which one the seed decides. So both executors see
 * the same order, whatever it is, and answers overtake each other all the time.
 */
export class Network {
  readonly asked: { subgraph: string; asked: Asked }[] = [];
  private readonly awaited: Awaited[] = [];
  private readonly turn = { mutations: 0 };
  private pumping = false;

  constructor(
    private readonly subgraphs: ReadonlyMap<string, InProcessSubgraph>,
    private readonly weather: Weather,
  ) {}

  /** Sends an operation to a subgraph. Throws SubgraphUnavailable where that is dead. */
  send(name: string, asked: Asked): Promise<never> {
    const subgraph = this.subgraphs.get(name);
    if (subgraph === undefined) throw new Error(`no subgraph ${name}`);
    this.asked.push({ subgraph: name, asked });
    const { seed, slow } = this.weather;
    // Not by representations: the two executors may send other ones of them.
    const rank = hashOf(seed, name, asked.query) + (slow.includes(name) ? 2 ** 33 : 0);
    return new Promise((resolve, reject) => {
      this.awaited.push({ subgraph, asked, rank, resolve, reject });
      if (!this.pumping) setImmediate(this.pump);
      this.pumping = true;
    });
  }

  private readonly pump = (): void => {
    let first = 0;
    for (let index = 1; index < this.awaited.length; index += 1)
      if (this.awaited[index]!.rank < this.awaited[first]!.rank) first = index;
    const [next] = this.awaited.splice(first, 1);
    this.pumping = this.awaited.length > 0;
    if (this.pumping) setImmediate(this.pump);
    if (next !== undefined) this.deliver(next);
  };

  private deliver({ subgraph, asked, resolve, reject }: Awaited): void {
    if (this.weather.dead.includes(subgraph.name)) {
      reject(new SubgraphUnavailable(subgraph.name, 'unreachable'));
      return;
    }
    try {
      resolve(subgraph.answer(asked, { weather: this.weather, turn: this.turn }) as never);
    } catch (error) {
      reject(error as Error);
    }
  }
}
