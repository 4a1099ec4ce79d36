import type { ScopedTransaction } from '@junxian/persistence';
import { FILE_STATUS, type FileStatus } from '../code-lists';
import { decode, selectList } from '../record-fields';
import {
  BASIC,
  type BasicValues,
  INCOME_AND_HEALTH,
  MEMBER,
  type MemberValues,
  PRODUCTION_AND_LIVING,
  RELOCATION,
} from './household-fields.rules';
import type { HouseholdTabs } from './identification-records';

/** A household's permanent file, as resolvers pass it on. */
export interface HouseholdView {
  id: string;
  householdNo: string;
  regionCode: string;
  identifiedYear: number;
  fileStatus: FileStatus;
  /** The year in which the file was closed or cleared. */
  closedYear: number | null;
  version: number;
}

/** A household's record of one year. */
export interface YearRecordView extends HouseholdTabs {
  basic: BasicView;
  householdId: string;
  year: number;
  regionCode: string;
  version: number;
}

/** Tab 1 with the household it belongs to, to which a reveal of its phone or account is attributed. */
export interface BasicView extends BasicValues {
  id: string;
}

/** A member's record of one year. */
export interface MemberView extends MemberValues {
  id: string;
  personNo: string;
  householdId: string;
  year: number;
}

/** Which yearly record is meant. */
export interface YearKey {
  householdId: string;
  year: number;
}

type Row = Record<string, unknown>;

const TABS = { ...BASIC, ...PRODUCTION_AND_LIVING, ...INCOME_AND_HEALTH, ...RELOCATION };

/** Select list of a yearly record `r`, read by {@link yearRecordOf}. */
export const YEAR_RECORD_SELECT = `r.household_id AS "householdId", r.household_no AS "householdNo", r.year, r.region_code AS "regionCode", r.version, ${selectList(TABS, 'r')}`;

/** The view of a row that {@link YEAR_RECORD_SELECT} read. */
export function yearRecordOf(row: Row): YearRecordView {
  return {
    householdId: row.householdId as string,
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
  const rows = await tx.query<HouseholdView & { fileStatus: string }>(
    `SELECT id, household_no AS "householdNo", region_code AS "regionCode", identified_year AS "identifiedYear",
       file_status AS "fileStatus", closed_year AS "closedYear", version
     FROM household WHERE id = ANY($1::uuid[])`,
    [ids],
  );
  return rows.map((row) => ({ ...row, fileStatus: FILE_STATUS.name(row.fileStatus) }));
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

const MEMBER_SELECT = `r.member_id AS id, p.person_no AS "personNo", r.household_id AS "householdId", r.year, ${selectList(MEMBER, 'r')}`;

function memberOf(row: Row): MemberView {
  return {
    id: row.id as string,
    personNo: row.personNo as string,
    householdId: row.householdId as string,
    year: row.year as number,
    ...decode(MEMBER, row),
  };
}

/** The members of these yearly records, heads first, then by person number. */
export async function readMembers(tx: ScopedTransaction, keys: readonly YearKey[]): Promise<MemberView[]> {
  const rows = await tx.query(
    `SELECT ${MEMBER_SELECT} FROM member_year_record r
     JOIN unnest($1::uuid[], $2::int[]) AS asked (household_id, year) USING (household_id, year)
     JOIN member p ON p.id = r.member_id
     ORDER BY r.relation_to_head <> '01', p.person_no`,
    [keys.map(({ householdId }) => householdId), keys.map(({ year }) => year)],
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
       AND r.status IN ('1', '4')
     JOIN member p ON p.id = r.member_id`,
    [keys.map(({ citizenId }) => citizenId), keys.map(({ year }) => year)],
  );
  return rows.map((row) => ({ key: keys[row.place - 1]!, member: memberOf(row) }));
}
