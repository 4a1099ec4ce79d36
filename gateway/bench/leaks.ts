import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';
import { Child } from './processes';
import { BROKEN, NESTED_QUERY, SINGLE_QUERY } from './reviews-shop';
import { Stage } from './stage';

export interface LeakSettings {
  /** Between two looks at the heap. */
  intervalSeconds: number;
  /** How often it is looked at, after warming up. */
  looks: number;
  /** Operations that nobody sent before, to warm up: more than any cache that outlives a supergraph keeps. */
  newBefore: number;
  /** The same in each interval, so that what the caches of a new supergraph hold at a look is always alike. */
  newEach: number;
  /** Where a snapshot of the heap is kept after the first look and after the last; null for none. */
  snapshots: string | null;
}

export interface Memory {
  minutes: number;
  heapMiB: number;
  residentMiB: number;
}

const IN_FLIGHT = 16;
const MIB = 1024 * 1024;

/**
 * Lets our gateway answer a mixture of operations and looks at its heap, collected and with nothing under
 * way, in between: queries large and small, ones nobody sent before, refused and malformed ones, ones
 * whose subgraph fails, clients that leave before the answer, and a new supergraph in every interval.
 * Calls `seen` with each look.
 */
export async function watchMemory(settings: LeakSettings, seen: (look: Memory) => void): Promise<Memory[]> {
  const stage = await Stage.ofShop();
  const ours = await stage.ours({ SUPERGRAPH_POLL_MS: '200' });
  const gateway = await Child.start<string>('ours', ours.settings, 'gateway core');
  const mixture = new Mixture(gateway.ready, ours.headers);
  const looks: Memory[] = [];
  const interval = async (version: number) => {
    const end = performance.now() + settings.intervalSeconds * 1000;
    reload(stage.supergraphFile, version);
    await mixture.newOperations(settings.newEach);
    await mixture.until(end);
  };
  try {
    await mixture.newOperations(settings.newBefore);
    await interval(0);
    const started = performance.now();
    for (let look = 1; look <= settings.looks; look += 1) {
      await interval(look);
      const heap = await gateway.ask<number>({ what: 'heap after collection' });
      const minutes = (performance.now() - started) / 60_000;
      looks.push({ minutes, heapMiB: heap / MIB, residentMiB: gateway.residentMiB() });
      seen(looks.at(-1)!);
      if (settings.snapshots !== null && (look === 1 || look === settings.looks)) {
        await gateway.ask({ what: 'heap snapshot', file: join(settings.snapshots, `${look}.heapsnapshot`) });
      }
    }
    await mixture.expectLoads(settings.looks);
    return looks;
  } finally {
    await mixture.close();
    gateway.end();
    await stage.stop();
  }
}

/** By how much a figure grows in a minute: the slope of the line that fits the looks best. */
export function growth(looks: readonly Memory[], key: 'heapMiB' | 'residentMiB'): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [minutes, values] = [mean(looks.map((look) => look.minutes)), mean(looks.map((look) => look[key]))];
  const spread = looks.reduce((sum, look) => sum + (look.minutes - minutes) ** 2, 0);
  return looks.reduce((sum, look) => sum + (look.minutes - minutes) * (look[key] - values), 0) / spread;
}

/** The same supergraph as another text: the gateway builds everything anew beside the old. */
function reload(file: string, version: number): void {
  const sdl = readFileSync(file, 'utf8').replace(/^# version \d+\n/, '');
  writeFileSync(`${file}.new`, `# version ${version}\n${sdl}`);
  renameSync(`${file}.new`, file);
}

/** What an answer must be for the mixture to be what it is meant to be. */
type Expected = 'data' | 'errors';

class Mixture {
  private readonly pool: Pool;
  private readonly path: string;
  private sent = 0;
  private different = 0;

  constructor(
    url: string,
    private readonly headers: Record<string, string>,
  ) {
    const { origin, pathname } = new URL(url);
    this.pool = new Pool(origin, { connections: IN_FLIGHT });
    this.path = pathname;
  }

  /** Sends operations that nobody sent before. */
  newOperations(count: number): Promise<void> {
    const last = this.different + count;
    return this.together(async () => {
      if (this.different >= last) return false;
      this.different += 1;
      const alias = `a${this.different}`;
      await this.ask({
        query: `query New { topProducts(first: 3) { ${alias}: name inStock reviews { id } } }`,
      });
      return true;
    });
  }

  /** Sends the mixture until an instant of `performance.now()`; then nothing is under way any more. */
  until(end: number): Promise<void> {
    return this.together(async () => {
      if (performance.now() >= end) return false;
      this.sent += 1;
      await this.next(this.sent);
      return true;
    });
  }

  /** Throws Error when the gateway did not take up that many supergraphs. */
  async expectLoads(atLeast: number): Promise<void> {
    const { body } = await this.pool.request({ method: 'GET', path: '/metrics' });
    const loads = /supergraph_loads_total\{[^}]*result="loaded"[^}]*\} (\d+)/m.exec(await body.text())?.[1];
    if (!(Number(loads) >= atLeast))
      throw new Error(`${loads} supergraphs were loaded instead of ${atLeast}`);
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private async together(one: () => Promise<boolean>): Promise<void> {
    const keepGoing = async () => {
      while (await one());
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, keepGoing));
  }

  private async next(index: number): Promise<void> {
    switch (index % 10) {
      case 0:
      case 1:
        return this.ask({ query: NESTED_QUERY });
      case 2:
        return this.leave({ query: NESTED_QUERY }, index % 7);
      case 3:
        return this.ask({ query: `{ user(id: "${BROKEN}") { name } me { name } }` }, 'errors');
      case 4:
        return this.ask({ query: 'query Nobody { nothing { of } the { kind } }' }, 'errors');
      case 5:
        return this.ask({ query: '{ me { name ' }, 'errors');
      case 6:
        return this.ask({
          query: 'query One($id: ID!) { user(id: $id) { name reviews { body product { name inStock } } } }',
          variables: { id: String((index % 6) + 1) },
        });
      case 7:
        return this.ask({
          query: 'query Some($with: Boolean!) { topProducts { name reviews @include(if: $with) { body } } }',
          variables: { with: index % 20 === 7 },
        });
      default:
        return this.ask({ query: SINGLE_QUERY });
    }
  }

  private async ask(
    operation: { query: string; variables?: object },
    expected: Expected = 'data',
  ): Promise<void> {
    const { body } = await this.pool.request(this.request(operation));
    const answer = (await body.json()) as { errors?: unknown };
    if ((answer.errors !== undefined) !== (expected === 'errors')) {
      throw new Error(`expected ${expected} for ${operation.query}: ${JSON.stringify(answer).slice(0, 500)}`);
    }
  }

  /** Goes away before the answer is there, or sometimes just after. */
  private async leave(operation: { query: string }, milliseconds: number): Promise<void> {
    try {
      const { body } = await this.pool.request({
        ...this.request(operation),
        signal: AbortSignal.timeout(milliseconds),
      });
      await body.text();
    } catch {
      // That is what it is here for.
    }
  }

  private request(operation: object) {
    return {
      method: 'POST' as const,
      path: this.path,
      headers: { 'content-type': 'application/json', ...this.headers },
      body: JSON.stringify(operation),
    };
  }
}
