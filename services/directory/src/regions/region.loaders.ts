import { addDays } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { RequestContext } from '@junxian/subgraph';
import DataLoader from 'dataloader';
import type { DatedCode, RegionRow } from './region';
import { predecessorsOf, successorsOf } from './region-history.service';
import { childrenAt, regionsAt, regionsTodayOrLast } from './regions.service';

/** A region as an answer shows it, with the date as of which its neighbours are meant. */
export type RegionView = RegionRow & { asOf: string };

export interface RegionLoaders {
  /** By code: what stands there today, or stood there last; null for a code that never was. */
  region: DataLoader<string, RegionView | null>;
  /** By code and date: what is valid then, or null. */
  regionAt: DataLoader<DatedCode, RegionView | null, string>;
  /** The direct children of a code at a date. */
  children: DataLoader<DatedCode, RegionView[], string>;
  /** The codes a region came from by its latest change up to a date. */
  predecessors: DataLoader<DatedCode, string[], string>;
  /** The codes that took a code's place by today. */
  successors: DataLoader<string, string[]>;
}

/** So many regions one request may reach through `children`: no request unfolds the whole tree. */
export const MAX_CHILDREN_PER_REQUEST = 5_000;

const keyOf = ({ code, asOf }: DatedCode): string => `${code}@${asOf}`;

/** Batches regions of one request: one statement per kind of question, however many regions. */
export function regionLoaders(context: Pick<RequestContext, 'read' | 'clock'>): RegionLoaders {
  let reached = 0;
  return {
    region: new DataLoader(async (codes) => {
      const today = context.clock.today();
      const rows = await regionsTodayOrLast(await context.read(), codes, today);
      const found = new Map(rows.map((row) => [row.code, { ...row, asOf: lastDayOf(row, today) }]));
      return codes.map((code) => found.get(code) ?? null);
    }),
    regionAt: new DataLoader(
      async (wanted) => {
        const rows = await regionsAt(await context.read(), wanted);
        const found = new Map(rows.map((row) => [keyOf(row), row]));
        return wanted.map((one) => found.get(keyOf(one)) ?? null);
      },
      { cacheKeyFn: keyOf },
    ),
    children: new DataLoader(
      async (parents) => {
        const left = MAX_CHILDREN_PER_REQUEST - reached;
        const rows = await childrenAt(await context.read(), parents, left + 1);
        reached += rows.length;
        if (rows.length > left) throw tooMany();
        const found = new Map<string, RegionView[]>(parents.map((parent) => [keyOf(parent), []]));
        for (const row of rows) found.get(`${row.parentCode}@${row.asOf}`)?.push(row);
        return parents.map((parent) => found.get(keyOf(parent)) ?? []);
      },
      { cacheKeyFn: keyOf },
    ),
    predecessors: new DataLoader(async (wanted) => predecessorsOf(await context.read(), wanted), {
      cacheKeyFn: keyOf,
    }),
    successors: new DataLoader(async (codes) =>
      successorsOf(await context.read(), codes, context.clock.today()),
    ),
  };
}

function lastDayOf({ validTo }: RegionRow, today: string): string {
  return validTo === null || validTo > today ? today : addDays(validTo, -1);
}

function tooMany(): Refusal {
  return new Refusal('TOO_MANY_REGIONS', {
    zh: `一次查询最多展开 ${MAX_CHILDREN_PER_REQUEST} 个下级区划，请逐级查询`,
    en: `One request unfolds at most ${MAX_CHILDREN_PER_REQUEST} regions; ask level by level`,
  });
}
