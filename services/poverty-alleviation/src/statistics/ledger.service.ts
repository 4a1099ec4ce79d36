import type { ScopedTransaction } from '@junxian/persistence';
import { HOUSEHOLD_CONTRIBUTIONS } from './households.facts';
import {
  COUNTY_CONTRIBUTIONS,
  DUPLICATE_CONTRIBUTIONS,
  FUND_ARRANGEMENT_CONTRIBUTIONS,
  FUND_CARRY_IN_CONTRIBUTIONS,
  FUND_LINE_CONTRIBUTIONS,
  INTEGRATED_LINE_CONTRIBUTIONS,
  PROJECT_CONTRIBUTIONS,
  VILLAGE_CONTRIBUTIONS,
} from './other-facts';

/** What is looked at again as a whole when an event tells of it. */
interface Ledger {
  /** Kinds of rows its contributions are of. */
  kinds: readonly string[];
  /** SQL of what the owners `asked (owner_id, year)` count for now. */
  contributions: string;
  /** SQL of the owners that may count in the year `$1`, in the order of a `key`: those after the key `$2` ('' is before all), at most `$3`. */
  owners: string;
}

const LEDGERS = {
  HOUSEHOLD: {
    kinds: ['HOUSEHOLD', 'POPULATION_CHANGE'],
    contributions: HOUSEHOLD_CONTRIBUTIONS,
    // A household of the year before still is in the opening of 6.9. By village, so that a batch touches few counters.
    owners: `SELECT h.id::text AS owner_id, h.region_code || h.id AS key FROM household h
      WHERE (h.region_code, h.id) > (left($2, 12), ${asId('substr($2, 13)')})
        AND EXISTS (SELECT FROM household_year_record r WHERE r.household_id = h.id AND r.year IN ($1, $1 - 1))
      ORDER BY h.region_code, h.id LIMIT $3`,
  },
  VILLAGE: {
    kinds: ['VILLAGE'],
    contributions: VILLAGE_CONTRIBUTIONS,
    owners: ownersIn('village_year_record', 'poor_village_id'),
  },
  COUNTY: {
    kinds: ['COUNTY'],
    contributions: COUNTY_CONTRIBUTIONS,
    owners: ownersIn('county_year_record', 'id'),
  },
  PROJECT: {
    kinds: ['PROJECT'],
    contributions: PROJECT_CONTRIBUTIONS,
    owners: ownersIn('project', 'id'),
  },
  ALLOCATION: {
    kinds: ['FUND_LINE'],
    contributions: FUND_LINE_CONTRIBUTIONS,
    // Of a year are also lines of years before that it arrived of in this one.
    owners: ownersIn(
      `(SELECT fund_allocation_id, year FROM fund_allocation_line
        UNION ALL SELECT l.fund_allocation_id, a.year FROM fund_arrival a
        JOIN fund_allocation_line l ON l.id = a.fund_allocation_line_id AND l.year < a.year)`,
      'fund_allocation_id',
    ),
  },
  ARRANGEMENT: {
    kinds: ['FUND_ARRANGEMENT'],
    contributions: FUND_ARRANGEMENT_CONTRIBUTIONS,
    owners: ownersIn('fund_arrangement', 'project_id'),
  },
  CARRY_IN: {
    kinds: ['FUND_CARRY_IN'],
    contributions: FUND_CARRY_IN_CONTRIBUTIONS,
    owners: ownersIn('fund_carry_in', 'id'),
  },
  INTEGRATED_REPORT: {
    kinds: ['INTEGRATED_LINE'],
    contributions: INTEGRATED_LINE_CONTRIBUTIONS,
    owners: ownersIn('integrated_fund_report', 'id'),
  },
  DUPLICATE: {
    kinds: ['DUPLICATE_NUMBER', 'DUPLICATE_PERSON'],
    contributions: DUPLICATE_CONTRIBUTIONS,
    // Of the rows of one number all but one carry the mark.
    owners: `SELECT DISTINCT m.id_number_index AS owner_id, m.id_number_index AS key FROM member_year_record m
      WHERE m.year = $1 AND m.id_number_index > $2 AND m.repeats_number AND m.status IN ('1', '4') AND m.id_number_index IS NOT NULL
      ORDER BY 1 LIMIT $3`,
  },
} satisfies Record<string, Ledger>;

/** SQL of the owners that a column of a yearly table names. */
function ownersIn(table: string, column: string): string {
  return `SELECT o.id::text AS owner_id, o.id::text AS key FROM (
      SELECT DISTINCT t.${column} AS id FROM ${table} t WHERE t.year = $1 AND t.${column} > ${asId('$2')} ORDER BY 1 LIMIT $3) AS o
    ORDER BY o.id`;
}

/** SQL of an id that is written in a key; nothing is before all ids. */
function asId(key: string): string {
  return `coalesce(nullif(${key}, ''), '00000000-0000-0000-0000-000000000000')::uuid`;
}

/** What kinds of things are counted. */
export type LedgerName = keyof typeof LEDGERS;

/** All kinds of things that are counted. */
export const LEDGER_NAMES = Object.keys(LEDGERS) as LedgerName[];

/** Whose contributions may have changed. */
export interface Recount {
  ownerId: string;
  year: number;
}

/** Until the transaction ends nobody else counts: the nation's rows are touched by every change anyhow. */
export async function lockStatistics(tx: ScopedTransaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('junxian.poverty-statistics'))`);
}

/** No statement takes longer than statements may, however many households a moved village brings along. */
const OWNERS_PER_STATEMENT = 1_000;

const KEY = 'kind, owner_id, year, source_id, part';
const COLUMNS = `${KEY}, region_code, region_epoch, cells, amounts`;

/** SQL that adds a CTE `delta (year, region_code, cell, count, amount)` to the counters of each region and all above. */
const ADD_DELTA = `
  INSERT INTO statistic_counter AS counter (year, region_code, cell, count, amount)
  SELECT d.year, a.region_code, d.cell, sum(d.count), sum(d.amount)
  FROM (SELECT year, region_code, cell, sum(count) AS count, sum(amount) AS amount FROM delta GROUP BY 1, 2, 3
        HAVING sum(count) <> 0 OR sum(amount) <> 0) d
  CROSS JOIN LATERAL region_ancestors(d.region_code) a
  GROUP BY d.year, a.region_level, a.region_code, d.cell
  HAVING sum(d.count) <> 0 OR sum(d.amount) <> 0
  -- Regions of a level lie together when a year is counted anew: a table reads those below one region.
  ORDER BY a.region_level, a.region_code, d.cell
  ON CONFLICT (year, region_code, cell) DO UPDATE
    SET count = counter.count + EXCLUDED.count, amount = counter.amount + EXCLUDED.amount`;

/**
 * Brings the counters up to date for some owners: what they contribute now replaces what they contributed before, in
 * their region and all above. Repeating it changes nothing, so an event may come twice, late, or after the region was
 * re-coded (decision 0011). Needs a scope of the whole country.
 */
export async function recount(
  tx: ScopedTransaction,
  name: LedgerName,
  owners: readonly Recount[],
): Promise<void> {
  if (owners.length === 0) return;
  await lockStatistics(tx);
  for (let start = 0; start < owners.length; start += OWNERS_PER_STATEMENT) {
    await recountSome(tx, name, owners.slice(start, start + OWNERS_PER_STATEMENT));
  }
}

async function recountSome(
  tx: ScopedTransaction,
  name: LedgerName,
  owners: readonly Recount[],
): Promise<void> {
  const { kinds, contributions }: Ledger = LEDGERS[name];
  await tx.query(
    `WITH asked AS MATERIALIZED (
       SELECT DISTINCT asked.owner_id COLLATE "C" AS owner_id, year
       FROM unnest($1::text[], $2::int[]) AS asked (owner_id, year) JOIN survey_year USING (year)),
     present AS MATERIALIZED (SELECT ${COLUMNS} FROM (${contributions}) AS counted WHERE cardinality(cells) > 0),
     before AS MATERIALIZED (
       SELECT c.* FROM asked JOIN statistic_contribution c
         ON c.owner_id = asked.owner_id AND c.year = asked.year AND c.kind = ANY($3::text[])),
     gone AS (
       DELETE FROM statistic_contribution c USING (SELECT ${KEY} FROM before EXCEPT SELECT ${KEY} FROM present) AS old
       WHERE (c.kind, c.owner_id, c.year, c.source_id, c.part) = (old.kind, old.owner_id, old.year, old.source_id, old.part)),
     kept AS (
       INSERT INTO statistic_contribution AS c (${COLUMNS}) SELECT ${COLUMNS} FROM present
       ON CONFLICT (${KEY}) DO UPDATE SET region_code = EXCLUDED.region_code, region_epoch = EXCLUDED.region_epoch,
         cells = EXCLUDED.cells, amounts = EXCLUDED.amounts
       WHERE (c.region_code, c.cells, c.amounts) IS DISTINCT FROM (EXCLUDED.region_code, EXCLUDED.cells, EXCLUDED.amounts)),
     delta AS (
       SELECT year, region_code, cell, 1 AS count, amount FROM present, unnest(cells, amounts) AS counted (cell, amount)
       UNION ALL
       SELECT year, region_code, cell, -1, -amount FROM before, unnest(cells, amounts) AS counted (cell, amount))
     ${ADD_DELTA}`,
    [owners.map(({ ownerId }) => ownerId), owners.map(({ year }) => year), kinds],
  );
}

/** The owners of a kind that may count in a year: the next after a key ('' is before all), at most `limit`, and the key of the last; null where there are none. */
export async function ownersAfter(
  tx: ScopedTransaction,
  name: LedgerName,
  { year, lastKey, limit }: { year: number; lastKey: string; limit: number },
): Promise<{ owners: Recount[]; lastKey: string } | null> {
  const rows = await tx.query<{ owner_id: string; key: string }>(LEDGERS[name].owners, [
    year,
    lastKey,
    limit,
  ]);
  if (rows.length === 0) return null;
  return { owners: rows.map(({ owner_id: ownerId }) => ({ ownerId, year })), lastKey: rows.at(-1)!.key };
}

/**
 * Counts a year anew from the rows. Needs a scope of the whole country; gives the same figures as the events did, and
 * is safe while events are still on their way.
 */
export async function rebuildStatistics(tx: ScopedTransaction, year: number): Promise<void> {
  // A year of the whole country takes longer than any request may.
  await tx.query('SET LOCAL statement_timeout = 0');
  await tx.query(`SET LOCAL work_mem = '256MB'`);
  await lockStatistics(tx);
  await tx.query('DELETE FROM statistic_contribution WHERE year = $1', [year]);
  await tx.query('DELETE FROM statistic_counter WHERE year = $1', [year]);
  for (const { contributions, owners } of Object.values<Ledger>(LEDGERS)) {
    await tx.query(
      `WITH asked AS MATERIALIZED (SELECT owner_id, $1::int AS year FROM (${owners}) AS owner)
       INSERT INTO statistic_contribution (${COLUMNS})
       SELECT ${COLUMNS} FROM (${contributions}) AS counted WHERE cardinality(cells) > 0`,
      [year, '', null],
    );
  }
  await tx.query(
    `WITH delta AS (
       SELECT year, region_code, cell, 1 AS count, amount
       FROM statistic_contribution, unnest(cells, amounts) AS counted (cell, amount) WHERE year = $1)
     ${ADD_DELTA}`,
    [year],
  );
}
