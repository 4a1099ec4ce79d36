import { isWithin } from '@junxian/administrative-region';
import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import { POVERTY_STATUS, type PovertyStatus } from '../code-lists';
import { type PovertySummaryView, povertySummary } from './poverty-summary.rules';

/** Which summary is meant. */
export interface SummaryKey {
  regionCode: string;
  year: number;
}

interface CounterRow {
  place: number;
  cell: string | null;
  count: string | null;
  amount: string | null;
}

/** The registered agricultural population of counties is the base of the incidence 贫困发生率. */
const POPULATION = 'county.population';
const POOR_VILLAGES = 'village.poor';
const DELISTED_VILLAGES = 'village.delisted';
const statusCell = (status: PovertyStatus) => `status.${POVERTY_STATUS.code(status)}`;
const CELLS = [...POVERTY_STATUS.names.map(statusCell), POPULATION, POOR_VILLAGES, DELISTED_VILLAGES];

/**
 * The summaries of any number of regions with one statement, from the counters alone, in the order asked. Null for a
 * region outside the caller's, and for a year without data sets.
 */
export async function readSummaries(
  tx: ScopedTransaction,
  keys: readonly SummaryKey[],
): Promise<(PovertySummaryView | null)[]> {
  const byPlace = groupBy(await readCounters(tx, keys), ({ place }) => place);
  return keys.map((key, index) => {
    const found = byPlace.get(index + 1);
    const inScope = isWithin(key.regionCode, { low: tx.scope.regionLow, high: tx.scope.regionHigh });
    return inScope && found !== undefined ? summaryOf(key.year, found) : null;
  });
}

/** One row per counter that the caller may see; a key with a known year and no counter has one empty row. */
export function readCounters(tx: ScopedTransaction, keys: readonly SummaryKey[]): Promise<CounterRow[]> {
  return tx.query<CounterRow>(
    `SELECT asked.place::int AS place, c.cell, c.count, c.amount
     FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS asked (year, region_code, place)
     JOIN survey_year y ON y.year = asked.year
     LEFT JOIN statistic_counter c ON c.year = asked.year AND c.region_code = asked.region_code AND c.cell = ANY($3::text[])`,
    [keys.map(({ year }) => year), keys.map(({ regionCode }) => regionCode), CELLS],
  );
}

function summaryOf(year: number, rows: readonly CounterRow[]): PovertySummaryView {
  const figures = new Map(rows.map((row) => [row.cell, row]));
  const countOf = (cell: string) => Number(figures.get(cell)?.count ?? 0);
  const of = (status: PovertyStatus) => ({
    households: countOf(statusCell(status)),
    persons: Number(figures.get(statusCell(status))?.amount ?? 0),
  });
  const population = figures.get(POPULATION);
  return povertySummary(year, {
    unexited: of('UNEXITED'),
    returned: of('RETURNED'),
    exited: of('EXITED'),
    stableExit: of('STABLE_EXIT'),
    population: population === undefined ? null : Number(population.amount),
    poorVillages: countOf(POOR_VILLAGES),
    delistedVillages: countOf(DELISTED_VILLAGES),
  });
}
