import type { ScopedTransaction } from '@junxian/persistence';
import { PROJECT_TYPE } from '../project-code-lists';
import { type LedgerName, type Recount, recount } from './ledger.service';

/** A household's year that may count otherwise now. */
export interface HouseholdYear {
  householdId: string;
  year: number;
}

/**
 * Recounts households: their year, and the next one's opening (6.9); the relocation projects they benefit from, whose
 * persons are theirs; and the ID numbers of their members. Needs a scope of the whole country, as everything here.
 */
export async function recountHouseholds(
  tx: ScopedTransaction,
  households: readonly HouseholdYear[],
): Promise<void> {
  if (households.length === 0) return;
  await recountRecords(tx, households);
  await recount(
    tx,
    'DUPLICATE',
    await tx.query<Recount>(
      `WITH person AS (
         SELECT m.member_id, m.year, m.id_number_index
         FROM unnest($1::uuid[], $2::int[]) AS asked (household_id, year) JOIN member_year_record m USING (household_id, year))
       ${NUMBERS_OF_PERSONS}`,
      [households.map(({ householdId }) => householdId), households.map(({ year }) => year)],
    ),
  );
}

/** SQL of the numbers that the members \`person (member_id, year, id_number_index)\` have, and had when they were counted. */
const NUMBERS_OF_PERSONS = `
  SELECT id_number_index AS "ownerId", year FROM person WHERE id_number_index IS NOT NULL
  UNION
  -- A number that was corrected is no longer the member's, but in the ledger it is.
  SELECT c.owner_id, c.year FROM person JOIN statistic_contribution c
    ON c.source_id = person.member_id::text AND c.kind = 'DUPLICATE_PERSON' AND c.year = person.year`;

async function recountRecords(tx: ScopedTransaction, households: readonly HouseholdYear[]): Promise<void> {
  await recount(
    tx,
    'HOUSEHOLD',
    households.flatMap(({ householdId, year }) => [
      { ownerId: householdId, year },
      { ownerId: householdId, year: year + 1 },
    ]),
  );
  await recount(
    tx,
    'PROJECT',
    await tx.query<Recount>(
      `SELECT DISTINCT b.project_id::text AS "ownerId", p.year
       FROM unnest($1::uuid[]) AS asked (household_id)
       JOIN beneficiary_household b ON b.household_id = asked.household_id AND b.project_type = $2
       JOIN project p ON p.id = b.project_id`,
      [households.map(({ householdId }) => householdId), PROJECT_TYPE.code('RELOCATION')],
    ),
  );
}

/** Recounts the yearly records of households, after those moved to other regions. */
export async function recountHouseholdFiles(tx: ScopedTransaction, ids: readonly string[]): Promise<void> {
  await recountRecords(tx, await inAllYears(tx, ids, (householdId, year) => ({ householdId, year })));
}

/** Recounts the ID numbers of members in all years, after their records moved. */
export async function recountNumbersOf(tx: ScopedTransaction, memberIds: readonly string[]): Promise<void> {
  const rows = await tx.query<Recount>(
    `WITH person AS (SELECT member_id, year, id_number_index FROM member_year_record WHERE member_id = ANY($1::uuid[]))
     ${NUMBERS_OF_PERSONS}`,
    [memberIds],
  );
  await recount(tx, 'DUPLICATE', rows);
}

/**
 * Recounts villages in all years, and with `households` also the households in them, which count as of a poor or
 * delisted village (6.6.1, 6.7).
 */
export async function recountVillages(
  tx: ScopedTransaction,
  villageIds: readonly string[],
  { households }: { households: boolean },
): Promise<void> {
  await recountInAllYears(tx, 'VILLAGE', villageIds);
  if (!households) return;
  await recount(
    tx,
    'HOUSEHOLD',
    await tx.query<Recount>(
      `SELECT DISTINCT r.household_id::text AS "ownerId", r.year
       FROM village_year_record v JOIN household_year_record r ON r.year = v.year AND r.region_code = v.region_code
       WHERE v.poor_village_id = ANY($1::uuid[])`,
      [villageIds],
    ),
  );
}

/** Recounts the villages under these codes, and what is counted of their households; see {@link recountVillages}. */
export async function recountVillagesOf(
  tx: ScopedTransaction,
  codes: readonly string[],
  options: { households: boolean },
): Promise<void> {
  const rows = await tx.query<{ id: string }>(
    'SELECT id FROM poor_village WHERE region_code = ANY($1::text[])',
    [codes],
  );
  await recountVillages(
    tx,
    rows.map(({ id }) => id),
    options,
  );
}

/** Recounts the yearly records of the counties under these codes. */
export async function recountCountiesOf(tx: ScopedTransaction, codes: readonly string[]): Promise<void> {
  const rows = await tx.query<Recount>(
    'SELECT id::text AS "ownerId", year FROM county_year_record WHERE region_code = ANY($1::text[])',
    [codes],
  );
  await recount(tx, 'COUNTY', rows);
}

/** Recounts projects, and the money arranged for them. */
export async function recountProjects(tx: ScopedTransaction, ids: readonly string[]): Promise<void> {
  await recountInAllYears(tx, 'PROJECT', ids);
  await recountInAllYears(tx, 'ARRANGEMENT', ids);
}

/** Recounts the submitted reports of integrated funds of regions and years: a newer one takes the place of an older. */
export async function recountIntegratedFunds(
  tx: ScopedTransaction,
  reports: readonly { regionCode: string; year: number }[],
): Promise<void> {
  const rows = await tx.query<Recount>(
    `SELECT DISTINCT r.id::text AS "ownerId", r.year FROM unnest($1::text[], $2::int[]) AS asked (region_code, year)
     JOIN integrated_fund_report r ON r.region_code = asked.region_code AND r.year = asked.year`,
    [reports.map(({ regionCode }) => regionCode), reports.map(({ year }) => year)],
  );
  await recount(tx, 'INTEGRATED_REPORT', rows);
}

/**
 * Recounts the reports of integrated funds in the regions where these stand, after they moved: in a merger those that moved
 * and those that were there may supersede each other.
 */
export async function recountReports(tx: ScopedTransaction, ids: readonly string[]): Promise<void> {
  const rows = await tx.query<{ regionCode: string; year: number }>(
    'SELECT DISTINCT region_code AS "regionCode", year FROM integrated_fund_report WHERE id = ANY($1::uuid[])',
    [ids],
  );
  await recountIntegratedFunds(tx, rows);
}

/** Recounts the allocations of these lines, after those moved. */
export async function recountAllocationLines(tx: ScopedTransaction, ids: readonly string[]): Promise<void> {
  const rows = await tx.query<Recount>(
    `SELECT fund_allocation_id::text AS "ownerId", year FROM fund_allocation_line WHERE id = ANY($1::uuid[])
     UNION SELECT l.fund_allocation_id::text, a.year FROM fund_arrival a
     JOIN fund_allocation_line l ON l.id = a.fund_allocation_line_id WHERE l.id = ANY($1::uuid[])`,
    [ids],
  );
  await recount(tx, 'ALLOCATION', rows);
}

/** Recounts the projects of these arrangements, after those moved. */
export async function recountArrangements(tx: ScopedTransaction, ids: readonly string[]): Promise<void> {
  const rows = await tx.query<Recount>(
    'SELECT DISTINCT project_id::text AS "ownerId", year FROM fund_arrangement WHERE id = ANY($1::uuid[])',
    [ids],
  );
  await recount(tx, 'ARRANGEMENT', rows);
}

/** Recounts owners in every year there is. */
export async function recountInAllYears(
  tx: ScopedTransaction,
  name: LedgerName,
  ids: readonly string[],
): Promise<void> {
  await recount(tx, name, await inAllYears(tx, ids, (ownerId, year) => ({ ownerId, year })));
}

async function inAllYears<Key>(
  tx: ScopedTransaction,
  ids: readonly string[],
  keyOf: (id: string, year: number) => Key,
): Promise<Key[]> {
  const years = await tx.query<{ year: number }>('SELECT year FROM survey_year ORDER BY year');
  return [...new Set(ids)].flatMap((id) => years.map(({ year }) => keyOf(id, year)));
}
