import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contest, type Figures, type Operation, tableOf } from '../../../gateway/bench/contest';
import { selfTimes } from '../../../gateway/bench/profile';
import { root } from '../../support/system';
import { report } from '../support/measure';

const MOST_SHOWN = 15;

/** What ours must reach, as multiples of others in the same run. */
export interface Bars {
  alone: { stock?: number; raw?: number };
  coalescing?: { stock: number };
  /** By how much the slowest hundredth of ours may be slower than the raw limit's, in ms. */
  slowestMs?: number;
}

/** Asks all candidates one question and shows the table. */
export async function measured(contest: Contest, title: string, operation: Operation) {
  const figures = await contest.measure(operation);
  console.log(`\n${tableOf(title, figures)}\n`);
  return figures;
}

/**
 * Reports ours against the stock gateway and the raw limit. By the clock it is what the bars are about; by
 * processor time it says the same on a quiet machine and still something on a busy one.
 */
export function barsOf(query: string, figures: ReadonlyMap<string, Figures>, bars: Bars): void {
  const of = (name: string) => figures.get(name)!;
  const [stock, raw] = [of('stock'), of('raw limit')];
  const against = (name: string, other: Figures, otherName: string, atLeast?: number) => {
    const ours = of(name);
    const bar = atLeast === undefined ? {} : { atLeast };
    report(`${query}: ${name} / ${otherName}`, ours.perSecond / other.perSecond, '×', bar);
    report(`${query}: ${name} / ${otherName}, by processor time`, other.cpuMs / ours.cpuMs, '×');
  };
  against('ours', stock, 'stock', bars.alone.stock);
  against('ours', raw, 'raw limit', bars.alone.raw);
  against('ours+coalescing', stock, 'stock', bars.coalescing?.stock);
  for (const name of ['ours', 'ours+coalescing']) {
    const bar = bars.slowestMs === undefined ? {} : { atMost: bars.slowestMs };
    report(`${query}: p99 of ${name} beyond the raw limit's`, of(name).p99 - raw.p99, 'ms', bar);
  }
}

/** Shows where one candidate's processor time goes, and keeps the profile for a viewer of flame graphs. */
export async function profiled(contest: Contest, name: string, operation: Operation): Promise<void> {
  const { profile, load } = await contest.profile(name, operation);
  const file = join(root, '.data', 'bench', `${name.replaceAll(/\W+/g, '-')}.cpuprofile`);
  mkdirSync(join(root, '.data', 'bench'), { recursive: true });
  writeFileSync(file, JSON.stringify(profile));
  const { packages, functions } = selfTimes(profile, root);
  const lines = (times: readonly [string, number][]) =>
    times.slice(0, MOST_SHOWN).map(([what, share]) => `${(share * 100).toFixed(1).padStart(6)} %  ${what}`);
  console.log(
    ['by package', ...lines(packages), '', 'by function', ...lines(functions), '', file].join('\n'),
  );
  report(`${name}, under the profiler`, load.perSecond, 'requests/s');
}

/** Ends the benchmark with the right exit code. */
export function finish(work: Promise<void>): void {
  work.then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
