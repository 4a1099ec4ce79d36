import type { Scope } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
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
  /** SQL of all owners that may count in the year `$1`. */
  owners: string;
}

const LEDGERS = {
  HOUSEHOLD: {
    kinds: ['HOUSEHOLD', 'POPULATION_CHANGE'],
    contributions: HOUSEHOLD_CONTRIBUTIONS,
    // A household of the year before still is in the opening of 6.9.
    owners:
      'SELECT DISTINCT household_id::text AS owner_id FROM household_year_record WHERE year IN ($1, $1 - 1)',
  },
  VILLAGE: {
    kinds: ['VILLAGE'],
    contributions: VILLAGE_CONTRIBUTIONS,
    owners: 'SELECT poor_village_id::text AS owner_id FROM village_year_record WHERE year = $1',
  },
  COUNTY: {
    kinds: ['COUNTY'],
    contributions: COUNTY_CONTRIBUTIONS,
    owners: 'SELECT id::text AS owner_id FROM county_year_record WHERE year = $1',
  },
  PROJECT: {
    kinds: ['PROJECT'],
    contributions: PROJECT_CONTRIBUTIONS,
    owners: 'SELECT id::text AS owner_id FROM project WHERE year = $1',
  },
  ALLOCATION: {
    kinds: ['FUND_LINE'],
    contributions: FUND_LINE_CONTRIBUTIONS,
    owners: 'SELECT DISTINCT fund_allocation_id::text AS owner_id FROM fund_allocation_line WHERE year = $1',
  },
  ARRANGEMENT: {
    kinds: ['FUND_ARRANGEMENT'],
    contributions: FUND_ARRANGEMENT_CONTRIBUTIONS,
    owners: 'SELECT DISTINCT project_id::text AS owner_id FROM fund_arrangement WHERE year = $1',
  },
  CARRY_IN: {
    kinds: ['FUND_CARRY_IN'],
    contributions: FUND_CARRY_IN_CONTRIBUTIONS,
    owners: 'SELECT id::text AS owner_id FROM fund_carry_in WHERE year = $1',
  },
  INTEGRATED_REPORT: {
    kinds: ['INTEGRATED_LINE'],
    contributions: INTEGRATED_LINE_CONTRIBUTIONS,
    owners: 'SELECT id::text AS owner_id FROM integrated_fund_report WHERE year = $1',
  },
  DUPLICATE: {
    kinds: ['DUPLICATE_NUMBER', 'DUPLICATE_PERSON'],
    contributions: DUPLICATE_CONTRIBUTIONS,
    owners: `SELECT id_number_index AS owner_id FROM member_year_record
      WHERE year = $1 AND status IN ('1', '4') AND id_number_index IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
  },
} satisfies Record<string, Ledger>;

/** What kinds of things are counted. */
export type LedgerName = keyof typeof LEDGERS;

/** Whose contributions may have changed. */
export interface Recount {
  ownerId: string;
  year: number;
}

/** Counters have one writer at a time: the nation's rows are touched by every change anyhow. */
async function lockStatistics(tx: ScopedTransaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('junxian.poverty-statistics'))`);
}

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
  const { kinds, contributions }: Ledger = LEDGERS[name];
  await lockStatistics(tx);
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

/** Recounts all owners of a kind in a year. */
export async function recountOwnersOf(tx: ScopedTransaction, name: LedgerName, year: number): Promise<void> {
  const { kinds, owners }: Ledger = LEDGERS[name];
  const rows = await tx.query<Recount>(
    `SELECT owner_id AS "ownerId", $1::int AS year FROM (${owners}) AS owner
     UNION SELECT owner_id, year FROM statistic_contribution WHERE year = $1 AND kind = ANY($2::text[])`,
    [year, kinds],
  );
  await recount(tx, name, rows);
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
      [year],
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

/**
 * Counts the years that hold households and were never counted, as after the tables of the counters were made anew.
 * Returns them. Each in a transaction of its own; of two processes the second finds nothing left to do.
 */
export async function countUncountedYears(database: Database, scope: Scope): Promise<number[]> {
  const uncounted = `SELECT y.year FROM survey_year y
    WHERE EXISTS (SELECT FROM household_year_record r WHERE r.year = y.year)
      AND NOT EXISTS (SELECT FROM statistic_counter c WHERE c.year = y.year) ORDER BY y.year`;
  const found = await database.read(scope, (tx) => tx.query<{ year: number }>(uncounted));
  const counted: number[] = [];
  for (const { year } of found) {
    await database.write(scope, async (tx) => {
      await lockStatistics(tx);
      const still = await tx.query<{ year: number }>(uncounted);
      if (!still.some((one) => one.year === year)) return;
      await rebuildStatistics(tx, year);
      counted.push(year);
    });
  }
  return counted;
}
