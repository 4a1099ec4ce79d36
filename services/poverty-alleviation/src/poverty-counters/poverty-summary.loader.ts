import { isWithin } from '@junxian/administrative-region';
import type { Scope } from '@junxian/identity';
import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import type { PovertyStatus } from '../code-lists';
import { POPULATION_DIMENSION, statusDimension } from './counters.service';
import { type PovertySummaryView, povertySummary } from './poverty-summary.rules';

/** Which summary is meant. */
export interface SummaryKey {
  regionCode: string;
  year: number;
}

export type SummaryLoader = DataLoader<SummaryKey, PovertySummaryView | null, string>;

interface CounterRow {
  place: number;
  dimension: string | null;
  households: string | null;
  persons: string | null;
}

const textOf = ({ regionCode, year }: SummaryKey) => `${regionCode}:${year}`;

/**
 * Loads summaries of any number of regions with one statement, from the counters alone. Null for a
 * region outside the caller's, and for a year without data sets.
 */
export function summaryLoader(scope: Scope, read: () => Promise<ScopedTransaction>): SummaryLoader {
  return new DataLoader(
    async (keys) => {
      const rows = await readCounters(await read(), keys);
      const byPlace = groupBy(rows, ({ place }) => place);
      return keys.map((key, index) => {
        const found = byPlace.get(index + 1);
        const inScope = isWithin(key.regionCode, { low: scope.regionLow, high: scope.regionHigh });
        return inScope && found !== undefined ? summaryOf(key.year, found) : null;
      });
    },
    { cacheKeyFn: textOf },
  );
}

/** One row per counter that the caller may see; a key with a known year and no counter has one empty row. */
export function readCounters(tx: ScopedTransaction, keys: readonly SummaryKey[]): Promise<CounterRow[]> {
  return tx.query<CounterRow>(
    `SELECT asked.place::int AS place, c.dimension, c.households, c.persons
     FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS asked (year, region_code, place)
     JOIN survey_year y ON y.year = asked.year
     LEFT JOIN poverty_counter c ON c.year = asked.year AND c.region_code = asked.region_code`,
    [keys.map(({ year }) => year), keys.map(({ regionCode }) => regionCode)],
  );
}

function summaryOf(year: number, rows: readonly CounterRow[]): PovertySummaryView {
  const figures = new Map(rows.map((row) => [row.dimension, row]));
  const of = (status: PovertyStatus) => {
    const row = figures.get(statusDimension(status));
    return { households: Number(row?.households ?? 0), persons: Number(row?.persons ?? 0) };
  };
  const population = figures.get(POPULATION_DIMENSION);
  return povertySummary(year, {
    unexited: of('UNEXITED'),
    returned: of('RETURNED'),
    exited: of('EXITED'),
    stableExit: of('STABLE_EXIT'),
    population: population === undefined ? null : Number(population.persons),
  });
}
