import type { ScopedTransaction } from '@junxian/persistence';
import {
  BASIC,
  INCOME_AND_HEALTH,
  MEMBER,
  PRODUCTION_AND_LIVING,
  RELOCATION,
} from '../households/household-fields.rules';
import type { Trace } from '../households/household-files.service';
import { columnOf } from '../record-fields';

/** What staged households are written with. */
export interface Writing {
  jobId: string;
  year: number;
  epoch: number;
  by: Trace;
}

/** Staged households that are written together: as many at once as need few statements, and few enough to tell how far it is. */
export interface Portion {
  firstGroup: number;
  lastGroup: number;
  /** How many rows of the sheet they stand in. */
  rows: number;
  newMembers: number;
  /** How many records of households and members on file change. */
  changes: number;
}

/** How many households each village had before those of the sheet. */
export type Serials = Readonly<Record<string, number>>;

/** A household that was written. */
export interface NewHousehold {
  id: string;
  householdNo: string;
  villageCode: string;
  members: number;
  headCitizenId: string | null;
}

/** A household of which something was changed. */
export interface ChangedHousehold {
  id: string;
  regionCode: string;
}

const HOUSEHOLDS_TOGETHER = 1_000;

const columnsOf = (fields: object) => Object.keys(fields).map(columnOf);
const HOUSEHOLD_COLUMNS = [BASIC, PRODUCTION_AND_LIVING, INCOME_AND_HEALTH, RELOCATION].flatMap(columnsOf);
const MEMBER_COLUMNS = columnsOf(MEMBER);
const list = (columns: readonly string[], alias: string) =>
  columns.map((column) => `${alias}.${column}`).join(', ');

/** The staged rows of a portion, by the first three parameters. */
const inPortion = (alias: string) => `${alias}.job_id = $1 AND ${alias}.group_no BETWEEN $2 AND $3`;
const newRows = (part: 'HOUSEHOLD' | 'MEMBER') =>
  `${inPortion('r')} AND r.part = '${part}' AND r.target_id IS NULL`;
/** A household's number, by its village, its place there, and the parameter that holds {@link Serials}. */
const householdNo = (place: string, serials: string) =>
  `r.village_code || lpad(((${serials}::jsonb ->> r.village_code)::integer + r.${place})::text, 5, '0')`;
const personNo = (serials: string) =>
  `${householdNo('household_place', serials)} || lpad(r.place::text, 2, '0')`;

/** What is staged, in portions in the order of the sheet. */
export function portionsOf(tx: ScopedTransaction, jobId: string): Promise<Portion[]> {
  return tx.query<Portion>(
    `SELECT min(group_no) AS "firstGroup", max(group_no) AS "lastGroup", count(DISTINCT row_number)::int AS rows,
       (count(*) FILTER (WHERE target_id IS NULL AND part = 'MEMBER'))::int AS "newMembers", count(target_id)::int AS changes
     FROM import_row WHERE job_id = $1 GROUP BY group_no / $2 ORDER BY 1`,
    [jobId, HOUSEHOLDS_TOGETHER],
  );
}

/** Takes as many numbers of each village as there are new households of it. */
export async function takeSerials(tx: ScopedTransaction, jobId: string): Promise<Serials> {
  const taken = await tx.query<{ villageCode: string; before: number }>(
    `INSERT INTO household_serial AS s (village_code, last_serial)
     SELECT village_code, count(*) FROM import_row
     WHERE job_id = $1 AND part = 'HOUSEHOLD' AND target_id IS NULL GROUP BY village_code ORDER BY village_code
     ON CONFLICT (village_code) DO UPDATE SET last_serial = s.last_serial + EXCLUDED.last_serial
     RETURNING new.village_code AS "villageCode", coalesce(old.last_serial, 0) AS before`,
    [jobId],
  );
  return Object.fromEntries(taken.map(({ villageCode, before }) => [villageCode, before]));
}

/**
 * Writes the new households of a portion, each with the number its place in its village gives, with their yearly
 * records, members and the first line of their history. Returns the households. Throws the driver's error when somebody
 * identified a member meanwhile.
 */
export function writeNewHouseholds(
  tx: ScopedTransaction,
  { jobId, year, epoch, by }: Writing,
  { firstGroup, lastGroup }: Portion,
  serials: Serials,
): Promise<NewHousehold[]> {
  const portion = [jobId, firstGroup, lastGroup];
  const traced = [...portion, epoch, by.actor, by.now];
  const before = JSON.stringify(serials);
  tx.send(
    `INSERT INTO household (id, region_code, region_epoch, household_no, identified_year, last_person_serial, created_by, created_at, updated_by, updated_at)
     SELECT r.new_id, r.village_code, $4, ${householdNo('place', '$8')}, $7, (r.contents ->> 'member_count')::integer, $5, $6, $5, $6
     FROM import_row r WHERE ${newRows('HOUSEHOLD')} ORDER BY r.group_no`,
    [...traced, year, before],
  );
  tx.send(
    `INSERT INTO household_year_record (household_id, year, household_no, region_code, region_epoch, ${HOUSEHOLD_COLUMNS.join(', ')}, created_by, created_at, updated_by, updated_at)
     SELECT r.new_id, $7, ${householdNo('place', '$8')}, r.village_code, $4, ${list(HOUSEHOLD_COLUMNS, 'p')}, $5, $6, $5, $6
     FROM import_row r CROSS JOIN LATERAL jsonb_populate_record(NULL::household_year_record, r.contents) AS p
     WHERE ${newRows('HOUSEHOLD')}`,
    [...traced, year, before],
  );
  tx.send(
    `INSERT INTO household_status_history (household_id, year, region_code, region_epoch, to_status, operation, operator, at)
     SELECT r.new_id, $7, r.village_code, $4, r.contents ->> 'poverty_status', 'IMPORT', $5, $6 FROM import_row r
     WHERE ${newRows('HOUSEHOLD')}`,
    [...traced, year],
  );
  tx.send(
    `INSERT INTO member (id, region_code, region_epoch, person_no, created_by, created_at, updated_by, updated_at)
     SELECT r.new_id, r.village_code, $4, ${personNo('$7')}, $5, $6, $5, $6 FROM import_row r WHERE ${newRows('MEMBER')}`,
    [...traced, before],
  );
  tx.send(
    `INSERT INTO member_year_record (member_id, person_no, year, household_id, region_code, region_epoch, ${MEMBER_COLUMNS.join(', ')}, created_by, created_at, updated_by, updated_at)
     SELECT r.new_id, ${personNo('$8')}, $7, r.household_id, r.village_code, $4, ${list(MEMBER_COLUMNS, 'p')}, $5, $6, $5, $6
     FROM import_row r CROSS JOIN LATERAL jsonb_populate_record(NULL::member_year_record, r.contents) AS p
     WHERE ${newRows('MEMBER')}`,
    [...traced, year, before],
  );
  return tx.query<NewHousehold>(
    `SELECT r.new_id AS id, ${householdNo('place', '$4')} AS "householdNo", r.village_code AS "villageCode",
       (r.contents ->> 'member_count')::integer AS members, r.citizen_id AS "headCitizenId"
     FROM import_row r WHERE ${newRows('HOUSEHOLD')} ORDER BY r.group_no`,
    [...portion, before],
  );
}

/** Holds all households that change, in an order that everybody keeps. */
export function holdChanged(tx: ScopedTransaction, { jobId, year }: Pick<Writing, 'jobId' | 'year'>): void {
  tx.send(
    `SELECT id FROM household WHERE id IN (
       SELECT CASE r.part WHEN 'HOUSEHOLD' THEN r.target_id ELSE m.household_id END FROM import_row r
       LEFT JOIN member_year_record m ON r.part = 'MEMBER' AND m.member_id = r.target_id AND m.year = $2
       WHERE r.job_id = $1 AND r.target_id IS NOT NULL)
     ORDER BY id FOR NO KEY UPDATE`,
    [jobId, year],
  );
}

/**
 * Writes the changes of a portion to households and members on file. Returns the households, and how many records were
 * still as they had been compared.
 */
export async function writeChanges(
  tx: ScopedTransaction,
  { jobId, year, by }: Writing,
  { firstGroup, lastGroup }: Portion,
): Promise<{ households: ChangedHousehold[]; written: number }> {
  const parameters = [jobId, firstGroup, lastGroup, year, by.actor, by.now];
  const update = (table: string, key: string, part: string, columns: readonly string[]) =>
    tx.query<ChangedHousehold>(
      `UPDATE ${table} t SET (${columns.join(', ')}) = (SELECT ${list(columns, 'p')} FROM jsonb_populate_record(t, r.contents) AS p),
         updated_by = $5, updated_at = $6, version = t.version + 1
       FROM import_row r WHERE ${inPortion('r')} AND r.part = '${part}' AND r.target_id = t.${key} AND t.year = $4 AND t.version = r.seen_version
       RETURNING t.household_id AS id, t.region_code AS "regionCode"`,
      parameters,
    );
  const households = await update('household_year_record', 'household_id', 'HOUSEHOLD', HOUSEHOLD_COLUMNS);
  const members = await update('member_year_record', 'member_id', 'MEMBER', MEMBER_COLUMNS);
  const own = new Set(households.map(({ id }) => id));
  const byMembers = new Map(members.filter(({ id }) => !own.has(id)).map((row) => [row.id, row]));
  // A household changes with its members: whoever has it open sees that.
  tx.send(
    `UPDATE household_year_record SET version = version + 1, updated_by = $3, updated_at = $4
     WHERE household_id = ANY($1::uuid[]) AND year = $2`,
    [[...byMembers.keys()], year, by.actor, by.now],
  );
  return { households: [...byMembers.values(), ...households], written: households.length + members.length };
}
