import type { ScopedTransaction } from '@junxian/persistence';
import { FILE_STATUS, POVERTY_STATUS, RESETTLEMENT, type Resettlement } from '../code-lists';
import { ACTIVE_MEMBER_CODES, type Trace } from '../households/household-files.service';
import { PROJECT_TYPE, type ProjectType } from '../project-code-lists';
import { type BeneficiaryInput, beneficiaryKey, type CandidateHousehold } from './beneficiary.rules';

/**
 * Locks households that are to benefit, in the order in which everybody locks them, and reads what decides about
 * them in a year. Those without a record of the year, or outside the caller's region, are not in the answer.
 */
export async function lockCandidates(
  tx: ScopedTransaction,
  ids: readonly string[],
  year: number,
): Promise<Map<string, CandidateHousehold>> {
  await tx.query('SELECT id FROM household WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [ids]);
  const rows = await tx.query<{
    id: string;
    regionCode: string;
    fileStatus: string;
    isStableExit: boolean;
  }>(
    `SELECT h.id, r.region_code AS "regionCode",
       r.file_status AS "fileStatus",
       EXISTS (SELECT FROM household_year_record s WHERE s.household_id = h.id AND s.poverty_status = $3) AS "isStableExit"
     FROM household h JOIN household_year_record r ON r.household_id = h.id AND r.year = $2
     WHERE h.id = ANY($1::uuid[])`,
    [ids, year, POVERTY_STATUS.code('STABLE_EXIT')],
  );
  return new Map(
    rows.map(({ id, fileStatus, ...row }) => [id, { ...row, fileStatus: FILE_STATUS.name(fileStatus) }]),
  );
}

/** The households of these persons, where they are active members in a year. */
export async function householdsOfMembers(
  tx: ScopedTransaction,
  memberIds: readonly string[],
  year: number,
): Promise<Map<string, string>> {
  const rows = await tx.query<{ memberId: string; householdId: string }>(
    `SELECT member_id AS "memberId", household_id AS "householdId" FROM member_year_record
     WHERE member_id = ANY($1::uuid[]) AND year = $2 AND status = ANY($3::text[])`,
    [memberIds, year, ACTIVE_MEMBER_CODES],
  );
  return new Map(rows.map(({ memberId, householdId }) => [memberId, householdId]));
}

/** Who of these households benefits from a project, by {@link beneficiaryKey}. */
export async function existingKeys(
  tx: ScopedTransaction,
  projectId: string,
  householdIds: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.query<{ householdId: string; memberId: string | null }>(
    `SELECT household_id AS "householdId", member_id AS "memberId" FROM beneficiary_household
     WHERE project_id = $1 AND household_id = ANY($2::uuid[])`,
    [projectId, householdIds],
  );
  return new Set(rows.map(beneficiaryKey));
}

/** Removes entries of a project; returns the household of each that was there. */
export function deleteBeneficiaries(
  tx: ScopedTransaction,
  projectId: string,
  ids: readonly string[],
): Promise<{ id: string; householdId: string }[]> {
  return tx.query(
    `DELETE FROM beneficiary_household WHERE project_id = $1 AND id = ANY($2::uuid[])
     RETURNING id, household_id AS "householdId"`,
    [projectId, ids],
  );
}

/**
 * Whether the record of a year of one of these households stands beyond the caller's region, and with it the measure that a project
 * brought: the household was moved (8.7) since it was entered.
 */
export async function anyRecordElsewhere(
  tx: ScopedTransaction,
  entries: readonly { householdId: string }[],
  year: number,
): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM unnest($1::uuid[]) AS given (household_id) WHERE NOT EXISTS (
       SELECT FROM household_year_record r WHERE r.household_id = given.household_id AND r.year = $2) LIMIT 1`,
    [entries.map(({ householdId }) => householdId), year],
  );
  return rows.length > 0;
}

/** An entry just added. */
export interface AddedBeneficiary {
  id: string;
  householdId: string;
  memberId: string | null;
}

/** Adds entries in one statement, each in the village of its household's record of the year, which is locked. */
export function insertBeneficiaries(
  tx: ScopedTransaction,
  { id, year, type }: { id: string; year: number; type: ProjectType },
  entries: readonly (BeneficiaryInput & { resettlement: Resettlement | null })[],
  { actor, now }: Trace,
): Promise<AddedBeneficiary[]> {
  const of = <Value>(value: (entry: (typeof entries)[number]) => Value | null | undefined) =>
    entries.map((entry) => value(entry) ?? null);
  return tx.query(
    `INSERT INTO beneficiary_household (project_id, household_id, member_id, region_code, region_epoch, year, project_type,
       amount, content, start_date, area, move_date, resettlement, loan, dividend, created_by, created_at)
     SELECT $1, r.household_id, given.member_id, r.region_code, r.region_epoch, r.year, $3, given.amount, given.content,
       given.start_date, given.area, given.move_date, given.resettlement, given.loan, given.dividend, $4, $5::timestamptz
     FROM unnest($6::uuid[], $7::uuid[], $8::numeric[], $9::text[], $10::date[], $11::numeric[], $12::date[], $13::text[],
       $14::numeric[], $15::numeric[]) AS given (household_id, member_id, amount, content, start_date, area, move_date,
       resettlement, loan, dividend)
     JOIN household_year_record r ON r.household_id = given.household_id AND r.year = $2
     RETURNING id, household_id AS "householdId", member_id AS "memberId"`,
    [
      id,
      year,
      PROJECT_TYPE.code(type),
      actor,
      now,
      of(({ householdId }) => householdId),
      of(({ memberId }) => memberId),
      of(({ amount }) => amount),
      of(({ content }) => content?.trim()),
      of(({ startDate }) => startDate),
      of(({ area }) => area),
      of(({ moveDate }) => moveDate),
      of(({ resettlement }) => (resettlement === null ? null : RESETTLEMENT.code(resettlement))),
      of(({ loan }) => loan),
      of(({ dividend }) => dividend),
    ],
  );
}

/**
 * Writes what a relocation project says into the relocation tabs of its households (PA-PJ-08), whose files are
 * locked; one statement however many there are. A date of moving that is not known yet leaves the tab's as it is.
 */
export async function writeRelocation(
  tx: ScopedTransaction,
  year: number,
  entries: readonly { householdId: string; resettlement: Resettlement; moveDate: string | null }[],
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    `UPDATE household_year_record r SET is_relocation_household = true, resettlement = given.resettlement,
       relocated_date = coalesce(given.move_date, r.relocated_date), updated_by = $2, updated_at = $3, version = r.version + 1
     FROM unnest($4::uuid[], $5::text[], $6::date[]) AS given (household_id, resettlement, move_date)
     WHERE r.household_id = given.household_id AND r.year = $1`,
    [
      year,
      actor,
      now,
      entries.map(({ householdId }) => householdId),
      entries.map(({ resettlement }) => RESETTLEMENT.code(resettlement)),
      entries.map(({ moveDate }) => moveDate),
    ],
  );
}
