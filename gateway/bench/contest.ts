import { isDeepStrictEqual } from 'node:util';
import { median } from '@junxian/test-kit';
import { Asker, type Load } from './load';
import { Child } from './processes';
import type { ContestSettings } from './settings';

export interface Operation {
  query: string;
  variables?: Record<string, unknown>;
}

/** A gateway of the contest: a role of `child.ts`. */
export interface Candidate {
  name: string;
  role: string;
  settings: unknown;
  /** That a client sends to it. */
  headers?: Record<string, string>;
}

export interface Figures {
  perSecond: number;
  p50: number;
  p99: number;
  /** Processor time of the gateway for one answer, in ms: says more than the clock on a machine with other work. */
  cpuMs: number;
  /** Requests to subgraphs for one answer. */
  fetches: number;
  residentMiB: number;
}

/** Without these there is nothing to compare; of the others one may be unable to run a query. */
const REQUIRED = ['stock', 'raw limit', 'ours', 'ours+coalescing'];

/** Answers after which a gateway counts as warm, and of a round that says something. */
const WARM = 100;
const ENOUGH = 50;

/** Gateways that run, each in a process of its own on the one core that nothing else of the contest uses. */
export class Contest {
  private readonly running: { candidate: Candidate; child: Child<string> }[] = [];

  constructor(
    private readonly canned: Child,
    private readonly settings: ContestSettings,
  ) {}

  /** Starts a candidate, if it is to take part. One of another house that cannot start is left out, with the reason in the output. */
  async enter(candidate: Candidate): Promise<void> {
    const { only, profile } = this.settings;
    const isWanted = only.length === 0 || [...only, ...REQUIRED].includes(candidate.name);
    if (profile === null ? !isWanted : profile !== candidate.name) return;
    try {
      const child = await Child.start<string>(candidate.role, candidate.settings, 'gateway core');
      this.running.push({ candidate, child });
    } catch (error) {
      if (REQUIRED.includes(candidate.name)) throw error;
      process.stdout.write(`${candidate.name} does not take part: ${(error as Error).message}\n`);
    }
  }

  /**
   * Asks every candidate the same in turns and returns the median of the rounds by name. The first
   * candidate's answer is what the others must answer too; another house's that does not is left out.
   */
  async measure(operation: Operation): Promise<Map<string, Figures>> {
    const body = JSON.stringify(operation);
    let expected: unknown;
    const taking = new Map<string, { child: Child<string>; asker: Asker; rounds: Figures[] }>();
    for (const { candidate, child } of this.running) {
      const asker = new Asker(child.ready, candidate.headers ?? {}, body, this.settings.connections);
      taking.set(candidate.name, { child, asker, rounds: [] });
      await this.orLeaveOut(taking, candidate.name, async () => {
        const data = await asker.data();
        expected ??= data;
        if (!isDeepStrictEqual(data, expected)) throw new Error('it answers something else');
        await asker.load(this.settings.warmUpSeconds, WARM);
        if (!isDeepStrictEqual(await asker.data(), expected))
          throw new Error('it answers something else when warm');
      });
    }
    for (let round = 0; round < this.settings.rounds; round += 1) {
      for (const [name, { child, asker, rounds }] of taking)
        await this.orLeaveOut(taking, name, async () => {
          rounds.push(await this.round(child, asker));
        });
    }
    return new Map([...taking].map(([name, { rounds }]) => [name, medians(rounds)]));
  }

  private async orLeaveOut(taking: Map<string, unknown>, name: string, work: () => Promise<void>) {
    try {
      await work();
    } catch (error) {
      if (REQUIRED.includes(name)) throw error;
      process.stdout.write(`${name} cannot run the query: ${(error as Error).message}\n`);
      taking.delete(name);
    }
  }

  /** Processor time by function of one candidate under load, as Node's profiler tells it. */
  async profile(name: string, operation: Operation): Promise<{ profile: unknown; load: Load }> {
    const found = this.running.find((it) => it.candidate.name === name);
    if (found === undefined) throw new Error(`no candidate is called ${name}`);
    const { candidate, child } = found;
    const asker = new Asker(
      child.ready,
      candidate.headers ?? {},
      JSON.stringify(operation),
      this.settings.connections,
    );
    await asker.data();
    await asker.load(this.settings.warmUpSeconds, WARM);
    await child.ask({ what: 'start profile' });
    const load = await asker.load(this.settings.seconds * this.settings.rounds, ENOUGH);
    const profile = await child.ask({ what: 'end profile' });
    return { profile, load };
  }

  end(): void {
    for (const { child } of this.running) child.end();
  }

  private async round(child: Child<string>, asker: Asker): Promise<Figures> {
    const [requests, cpu] = [await this.canned.ask<number>({ what: 'requests' }), child.cpuMs()];
    const load = await asker.load(this.settings.seconds, ENOUGH);
    return {
      ...load,
      cpuMs: (child.cpuMs() - cpu) / load.answers,
      fetches: ((await this.canned.ask<number>({ what: 'requests' })) - requests) / load.answers,
      residentMiB: child.residentMiB(),
    };
  }
}

function medians(rounds: readonly Figures[]): Figures {
  const of = (key: keyof Figures) => median(rounds.map((round) => round[key]));
  return {
    perSecond: of('perSecond'),
    p50: of('p50'),
    p99: of('p99'),
    cpuMs: of('cpuMs'),
    fetches: of('fetches'),
    residentMiB: of('residentMiB'),
  };
}

/** The table of one query for the reader. */
export function tableOf(title: string, figures: ReadonlyMap<string, Figures>): string {
  const columns: [string, (it: Figures) => string][] = [
    ['requests/s', (it) => it.perSecond.toFixed(0)],
    ['p50 ms', (it) => it.p50.toFixed(1)],
    ['p99 ms', (it) => it.p99.toFixed(1)],
    ['CPU ms each', (it) => it.cpuMs.toFixed(2)],
    ['fetches each', (it) => it.fetches.toFixed(1)],
    ['RSS MiB', (it) => it.residentMiB.toFixed(0)],
  ];
  const width = Math.max(title.length, ...[...figures.keys()].map((name) => name.length));
  const row = (first: string, cells: readonly string[]) =>
    [first.padEnd(width), ...cells.map((cell, index) => cell.padStart(columns[index]![0].length))].join('  ');
  return [
    row(
      title,
      columns.map(([head]) => head),
    ),
    ...[...figures].map(([name, it]) =>
      row(
        name,
        columns.map(([, cell]) => cell(it)),
      ),
    ),
  ].join('\n');
}
