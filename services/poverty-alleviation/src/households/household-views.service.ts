import type { ScopedTransaction } from '@junxian/persistence';
import { FILE_STATUS } from '../code-lists';
import { HOUSEHOLD_CLOSE_REASON } from '../household-code-lists';
import { decode, selectList } from '../record-fields';
import {
  BASIC,
  INCOME_AND_HEALTH,
  MEMBER,
  PRODUCTION_AND_LIVING,
  RELOCATION,
} from './household-fields.rules';
import type { HouseholdView, MemberView, YearKey, YearRecordView } from './household-views.types';

export type { BasicView, HouseholdView, MemberView, YearKey, YearRecordView } from './household-views.types';

type Row = Record<string, unknown>;

const TABS = { ...BASIC, ...PRODUCTION_AND_LIVING, ...INCOME_AND_HEALTH, ...RELOCATION };

/** Select list of a yearly record `r`, read by {@link yearRecordOf}. */
export const YEAR_RECORD_SELECT = `r.household_id AS "householdId", r.household_no AS "householdNo", r.year, r.region_code AS "regionCode", r.version, ${selectList(TABS, 'r')}`;

/** The view of a row that {@link YEAR_RECORD_SELECT} read. */
export function yearRecordOf(row: Row): YearRecordView {
  return {
    householdId: row.householdId as string,
    householdNo: row.householdNo as string,
    year: row.year as number,
    regionCode: row.regionCode as string,
    version: row.version as number,
    basic: { ...decode(BASIC, row), id: row.householdId as string },
    productionAndLiving: decode(PRODUCTION_AND_LIVING, row),
    incomeAndHealth: decode(INCOME_AND_HEALTH, row),
    relocation: decode(RELOCATION, row),
  };
}

/** The households among these ids that lie in the caller's region. */
export async function readHouseholds(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<HouseholdView[]> {
  const rows = await tx.query<
    Omit<HouseholdView, 'fileStatus' | 'closeReason'> & { fileStatus: string; closeReason: string | null }
  >(
    `SELECT id, household_no AS "householdNo", region_code AS "regionCode", identified_year AS "identifiedYear",
       file_status AS "fileStatus", closed_year AS "closedYear", close_reason AS "closeReason",
       origin_household_id AS "originHouseholdId", version
     FROM household WHERE id = ANY($1::uuid[])`,
    [ids],
  );
  return rows.map((row) => ({
    ...row,
    fileStatus: FILE_STATUS.name(row.fileStatus),
    closeReason: row.closeReason === null ? null : HOUSEHOLD_CLOSE_REASON.name(row.closeReason),
  }));
}

/** The yearly records among these that lie in the caller's region. */
export async function readYearRecords(
  tx: ScopedTransaction,
  keys: readonly YearKey[],
): Promise<YearRecordView[]> {
  const rows = await tx.query(
    `SELECT ${YEAR_RECORD_SELECT} FROM household_year_record r
     JOIN unnest($1::uuid[], $2::int[]) AS asked (household_id, year) USING (household_id, year)`,
    [keys.map(({ householdId }) => householdId), keys.map(({ year }) => year)],
  );
  return rows.map(yearRecordOf);
}

const MEMBER_SELECT = `r.member_id AS id, r.person_no AS "personNo", r.household_id AS "householdId", r.year, r.version, ${selectList(MEMBER, 'r')}`;

function memberOf(row: Row): MemberView {
  return {
    id: row.id as string,
    personNo: row.personNo as string,
    householdId: row.householdId as string,
    year: row.year as number,
    version: row.version as number,
    ...decode(MEMBER, row),
  };
}

/** The members of these yearly records: the head, heads of before who left, then the others by person number. */
export async function readMembers(tx: ScopedTransaction, keys: readonly YearKey[]): Promise<MemberView[]> {
  const rows = await tx.query(
    `SELECT ${MEMBER_SELECT} FROM member_year_record r
     JOIN unnest($1::uuid[], $2::int[]) AS asked (household_id, year) USING (household_id, year)
     ORDER BY r.relation_to_head <> '01', r.relation_to_head = '01' AND r.status NOT IN ('1', '4'), r.person_no`,
    [keys.map(({ householdId }) => householdId), keys.map(({ year }) => year)],
  );
  return rows.map(memberOf);
}

/** Who heads a household, as lists show it. */
export type HeadView = Pick<MemberView, 'householdId' | 'name' | 'idNumberSealed' | 'citizenId'>;

/** The heads of these yearly records, by household; where there is none now, one of before. */
export async function readHeads(
  tx: ScopedTransaction,
  keys: readonly YearKey[],
): Promise<Map<string, HeadView>> {
  const rows = await tx.query<HeadView>(
    `SELECT r.household_id AS "householdId", r.name, r.id_number_sealed AS "idNumberSealed", r.citizen_id AS "citizenId"
     FROM member_year_record r
     JOIN unnest($1::uuid[], $2::int[]) AS asked (household_id, year) USING (household_id, year)
     WHERE r.relation_to_head = '01' ORDER BY r.status IN ('1', '4'), r.person_no DESC`,
    [keys.map(({ householdId }) => householdId), keys.map(({ year }) => year)],
  );
  // The last of a household counts.
  return new Map(rows.map((row) => [row.householdId, row]));
}

/** Which member's record of which year is meant. */
export interface MemberKey {
  memberId: string;
  year: number;
}

/** The yearly records of single members that lie in the caller's region. */
export async function readMembersById(
  tx: ScopedTransaction,
  keys: readonly MemberKey[],
): Promise<MemberView[]> {
  const rows = await tx.query(
    `SELECT ${MEMBER_SELECT} FROM member_year_record r
     JOIN unnest($1::uuid[], $2::int[]) AS asked (member_id, year) USING (member_id, year)`,
    [keys.map(({ memberId }) => memberId), keys.map(({ year }) => year)],
  );
  return rows.map(memberOf);
}

/** Which membership is meant; without a year that of the current cycle. */
export interface MembershipKey {
  citizenId: string;
  year: number | null;
}

/** The active memberships of citizens, each with the key it answers. */
export async function readMemberships(
  tx: ScopedTransaction,
  keys: readonly MembershipKey[],
): Promise<{ key: MembershipKey; member: MemberView }[]> {
  const rows = await tx.query<Row & { place: number }>(
    `SELECT asked.place::int AS place, ${MEMBER_SELECT}
     FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS asked (citizen_id, year, place)
     JOIN member_year_record r ON r.citizen_id = asked.citizen_id
       AND r.year = coalesce(asked.year, (SELECT year FROM survey_year WHERE is_current_cycle))
       AND r.status IN ('1', '4')`,
    [keys.map(({ citizenId }) => citizenId), keys.map(({ year }) => year)],
  );
  return rows.map((row) => ({ key: keys[row.place - 1]!, member: memberOf(row) }));
}
