import type { ScopedTransaction } from '@junxian/persistence';
import { ACTIVE_MEMBER_CODES } from '../households/household-files.service';
import { SURVEY_YEARS_LOCK } from '../survey-years/survey-years.service';

/** A project that rows name. */
export interface NamedProject {
  id: string;
  projectNo: string;
  year: number;
  version: number;
}

/** The projects with these numbers that are the caller's to write, locked, and survey years kept as they are: in the order of `openProject`. */
export async function lockProjects(
  tx: ScopedTransaction,
  numbers: readonly string[],
): Promise<Map<string, NamedProject>> {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${SURVEY_YEARS_LOCK})`);
  const rows = await tx.query<NamedProject & Record<string, unknown>>(
    `SELECT id, project_no AS "projectNo", year, version FROM project WHERE project_no = ANY($1::text[])
     ORDER BY id FOR NO KEY UPDATE`,
    [numbers],
  );
  return new Map(rows.map((row) => [row.projectNo, row]));
}

/** The households of the caller's region with these numbers, locked; their ids by number. */
export async function lockHouseholds(
  tx: ScopedTransaction,
  numbers: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; householdNo: string }>(
    `SELECT id, household_no AS "householdNo" FROM household WHERE household_no = ANY($1::text[])
     ORDER BY id FOR NO KEY UPDATE`,
    [numbers],
  );
  return new Map(rows.map(({ id, householdNo }) => [householdNo, id]));
}

/** The active members of households in some years by the blind index of their document: `<household> <year> <index>` to the member. */
export async function membersByDocument(
  tx: ScopedTransaction,
  {
    householdIds,
    years,
    indexes,
  }: { householdIds: readonly string[]; years: readonly number[]; indexes: readonly string[] },
): Promise<Map<string, string>> {
  if (indexes.length === 0) return new Map();
  const rows = await tx.query<{ id: string; householdId: string; year: number; index: string }>(
    `SELECT member_id AS id, household_id AS "householdId", year, id_number_index AS index FROM member_year_record
     WHERE household_id = ANY($1::uuid[]) AND year = ANY($2::int[]) AND id_number_index = ANY($3::text[])
       AND status = ANY($4::text[])`,
    [householdIds, years, indexes, ACTIVE_MEMBER_CODES],
  );
  return new Map(rows.map(({ id, householdId, year, index }) => [`${householdId} ${year} ${index}`, id]));
}
