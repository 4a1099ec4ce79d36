import type { ScopedTransaction } from '@junxian/persistence';
import { POVERTY_STATUS, type PovertyStatus } from '../code-lists';

/** What is counted of a household: its poverty status. */
const STATUS_DIMENSION = 'POVERTY_STATUS:';
/** Registered agricultural population of a region, the base of the incidence 贫困发生率. */
export const POPULATION_DIMENSION = 'POPULATION';

/** The dimension that counts households of a poverty status. */
export function statusDimension(status: PovertyStatus): string {
  return STATUS_DIMENSION + POVERTY_STATUS.code(status);
}

/** A household whose contribution may have changed. */
export interface Recount {
  householdId: string;
  year: number;
}

/** Counters have one writer at a time: the nation's row is touched by every change anyhow. */
export async function lockCounters(tx: ScopedTransaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('junxian.poverty-counters'))`);
}

/** What each yearly record `r` of a household `h` counts for today; nothing once its file is closed. */
const CONTRIBUTION = `
  SELECT r.household_id, r.year, r.region_code, r.region_epoch, '${STATUS_DIMENSION}' || r.poverty_status AS dimension, r.member_count AS persons
  FROM household_year_record r JOIN household h ON h.id = r.household_id
  WHERE (h.closed_year IS NULL OR r.year < h.closed_year)`;

/**
 * SQL that adds a CTE \`delta (year, region_code, dimension, households, persons)\` to the counters of
 * each region and all its ancestors, the nation included.
 */
export const ADD_DELTA = `
  INSERT INTO poverty_counter AS counter (year, region_code, region_level, dimension, households, persons)
  SELECT d.year, a.region_code, a.region_level, d.dimension, sum(d.households), sum(d.persons)
  FROM delta d CROSS JOIN LATERAL region_ancestors(d.region_code) a
  GROUP BY d.year, a.region_code, a.region_level, d.dimension
  HAVING sum(d.households) <> 0 OR sum(d.persons) <> 0
  ON CONFLICT (year, region_code, dimension) DO UPDATE
    SET households = counter.households + EXCLUDED.households, persons = counter.persons + EXCLUDED.persons`;

/**
 * Brings the counters up to date for some households: what they contribute now replaces what they
 * contributed before, in their village and all its ancestors. Repeating it changes nothing, so an event
 * may come twice, late, or after the region was re-coded.
 */
export async function recountHouseholds(
  tx: ScopedTransaction,
  households: readonly Recount[],
): Promise<void> {
  if (households.length === 0) return;
  await lockCounters(tx);
  await tx.query(
    `WITH asked AS (SELECT DISTINCT * FROM unnest($1::uuid[], $2::int[]) AS asked (household_id, year)),
     present AS (${CONTRIBUTION} AND (r.household_id, r.year) IN (SELECT household_id, year FROM asked)),
     before AS (SELECT * FROM counter_contribution WHERE (household_id, year) IN (SELECT household_id, year FROM asked)),
     gone AS (
       DELETE FROM counter_contribution WHERE (household_id, year) IN (
         SELECT household_id, year FROM before EXCEPT SELECT household_id, year FROM present)),
     kept AS (
       INSERT INTO counter_contribution (household_id, year, region_code, region_epoch, dimension, persons)
       SELECT * FROM present
       ON CONFLICT (household_id, year) DO UPDATE SET region_code = EXCLUDED.region_code,
         region_epoch = EXCLUDED.region_epoch, dimension = EXCLUDED.dimension, persons = EXCLUDED.persons),
     delta AS (
       SELECT year, region_code, dimension, 1 AS households, persons FROM present
       UNION ALL SELECT year, region_code, dimension, -1, -persons FROM before)
     ${ADD_DELTA}`,
    [households.map(({ householdId }) => householdId), households.map(({ year }) => year)],
  );
}

/**
 * Counts a year anew from the rows. Needs a scope of the whole country; gives the same figures as the
 * events did, and is safe while events are still on their way.
 */
export async function rebuildCounters(tx: ScopedTransaction, year: number): Promise<void> {
  // A year of the whole country takes longer than any request may.
  await tx.query('SET LOCAL statement_timeout = 0');
  await lockCounters(tx);
  await tx.query('DELETE FROM counter_contribution WHERE year = $1', [year]);
  await tx.query('DELETE FROM poverty_counter WHERE year = $1 AND starts_with(dimension, $2)', [
    year,
    STATUS_DIMENSION,
  ]);
  await tx.query(
    `INSERT INTO counter_contribution (household_id, year, region_code, region_epoch, dimension, persons)
     ${CONTRIBUTION} AND r.year = $1`,
    [year],
  );
  await tx.query(
    `WITH delta AS (
       SELECT year, region_code, dimension, count(*) AS households, sum(persons) AS persons
       FROM counter_contribution WHERE year = $1 GROUP BY year, region_code, dimension)
     ${ADD_DELTA}`,
    [year],
  );
}
