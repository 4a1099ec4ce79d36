import { expectVersion, type ScopedTransaction } from '@junxian/persistence';
import type { Trace } from '../households/household-files.service';
import { insertRows, TRACE_COLUMNS } from '../insert-rows';
import { setClause } from '../record-fields';
import { insertColumns } from '../villages/rural-records.service';
import { NATURAL_VILLAGE } from './natural-village.rules';

/** A natural village's permanent row. */
export interface NaturalVillageRow {
  id: string;
  code: string;
  name: string;
  regionCode: string;
  regionEpoch: number;
}

/** Until the transaction ends nobody else adds, names or removes natural villages of these villages. */
export async function lockNaturalVillagesOf(
  tx: ScopedTransaction,
  villageCodes: readonly string[],
): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('junxian.natural-village.' || code, 0))
     FROM (SELECT DISTINCT code FROM unnest($1::text[]) AS given (code) ORDER BY 1) AS villages`,
    [villageCodes],
  );
}

/** The natural villages under these codes in the caller's region, locked until the transaction ends. */
export function lockNaturalVillages(
  tx: ScopedTransaction,
  codes: readonly string[],
): Promise<NaturalVillageRow[]> {
  return tx.query<NaturalVillageRow>(
    `SELECT id, code, name, region_code AS "regionCode", region_epoch AS "regionEpoch"
     FROM natural_village WHERE code = ANY($1::text[]) ORDER BY id FOR UPDATE`,
    [codes],
  );
}

/** Whether another natural village of the village bears the name. */
export async function isNameTaken(
  tx: ScopedTransaction,
  villageCode: string,
  name: string,
  code: string,
): Promise<boolean> {
  const [row] = await tx.query<{ taken: boolean }>(
    'SELECT EXISTS (SELECT FROM natural_village WHERE region_code = $1 AND name = $2 AND code <> $3) AS taken',
    [villageCode, name, code],
  );
  return row!.taken;
}

/** Makes the permanent row of a natural village. */
export async function insertNaturalVillage(
  tx: ScopedTransaction,
  given: Omit<NaturalVillageRow, 'id'>,
  { actor, now }: Trace,
): Promise<NaturalVillageRow> {
  const [row] = await tx.query<{ id: string }>(
    ...insertRows(
      'natural_village',
      ['region_code', 'region_epoch', 'code', 'name', ...TRACE_COLUMNS],
      [[given.regionCode, given.regionEpoch, given.code, given.name, actor, now, actor, now]],
      'RETURNING id',
    ),
  );
  return { ...given, id: row!.id };
}

/**
 * Gives a natural village that is locked another name, for all years; the records of years other than `year` get their next
 * versions, since their pages show the name.
 */
export async function renameNaturalVillage(
  tx: ScopedTransaction,
  id: string,
  { name, year }: { name: string; year: number },
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    'UPDATE natural_village SET name = $2, updated_by = $3, updated_at = $4, version = version + 1 WHERE id = $1',
    [id, name, actor, now],
  );
  await tx.query(
    `UPDATE natural_village_year_record SET updated_by = $3, updated_at = $4, version = version + 1
     WHERE natural_village_id = $1 AND year <> $2`,
    [id, year, actor, now],
  );
}

/** Adds the record of a year; it lies where the natural village lies, which is locked. */
export async function insertNaturalVillageRecord(
  tx: ScopedTransaction,
  { id, regionCode, regionEpoch }: NaturalVillageRow,
  year: number,
  given: Readonly<Record<string, unknown>>,
  by: Trace,
): Promise<void> {
  const { columns, values } = insertColumns(NATURAL_VILLAGE, given, by);
  await tx.query(
    ...insertRows(
      'natural_village_year_record',
      ['natural_village_id', 'year', 'region_code', 'region_epoch', ...columns],
      [[id, year, regionCode, regionEpoch, ...values]],
    ),
  );
}

/** Changes indicators of a record of a natural village that is locked. */
export async function updateNaturalVillageRecord(
  tx: ScopedTransaction,
  id: string,
  year: number,
  given: Readonly<Record<string, unknown>>,
  by: Trace,
): Promise<void> {
  const { assignments, parameters } = setClause(NATURAL_VILLAGE, given, by);
  expectVersion(
    await tx.query(
      `UPDATE natural_village_year_record SET ${assignments}
       WHERE natural_village_id = $${parameters.push(id)} AND year = $${parameters.push(year)} RETURNING year`,
      parameters,
    ),
  );
}

/** Removes natural villages that are locked, with their records of all years; returns the years each had, by id. */
export async function removeNaturalVillages(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<Map<string, number[]>> {
  const records = await tx.query<{ id: string; year: number }>(
    `DELETE FROM natural_village_year_record WHERE natural_village_id = ANY($1::uuid[])
     RETURNING natural_village_id AS id, year`,
    [ids],
  );
  await tx.query('DELETE FROM natural_village WHERE id = ANY($1::uuid[])', [ids]);
  return new Map(
    ids.map((id) => [
      id,
      records
        .filter((record) => record.id === id)
        .map(({ year }) => year)
        .sort(),
    ]),
  );
}

/**
 * Takes the natural villages out of the records of all households and years that name them (PA-NV-03). The files are
 * locked first, in the order in which everybody locks them. Returns the records changed, each with its region.
 */
export async function unlinkHouseholds(
  tx: ScopedTransaction,
  villages: readonly NaturalVillageRow[],
  { actor, now }: Trace,
): Promise<{ householdId: string; year: number; regionCode: string }[]> {
  const parameters = [villages.map(({ regionCode }) => regionCode), villages.map(({ code }) => code)];
  await tx.query(
    `SELECT id FROM household WHERE id IN (
       SELECT household_id FROM household_year_record
       WHERE region_code = ANY($1::text[]) AND natural_village_code = ANY($2::text[])) ORDER BY id FOR NO KEY UPDATE`,
    parameters,
  );
  return tx.query(
    `UPDATE household_year_record SET natural_village_code = NULL, updated_by = $3, updated_at = $4, version = version + 1
     WHERE region_code = ANY($1::text[]) AND natural_village_code = ANY($2::text[])
     RETURNING household_id AS "householdId", year, region_code AS "regionCode"`,
    [...parameters, actor, now],
  );
}
