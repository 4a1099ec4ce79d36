import type { SheetFault } from '@junxian/documents';
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

/** A row of the sheet as it will be written: columns with stored values. */
export interface StagedRow {
  rowNumber: number;
  part: 'HOUSEHOLD' | 'MEMBER';
  groupNo: number;
  villageCode: string | null;
  idIndex: string | null;
  citizenId: string | null;
  isHead: boolean;
  targetId: string | null;
  seenVersion: number | null;
  /** Of what is new, from 1: which household of its village in the sheet, which member of its household. */
  place: number | null;
  contents: Record<string, unknown>;
}

/** A household that was written. */
export interface NewHousehold {
  id: string;
  householdNo: string;
  villageCode: string;
  members: number;
  headCitizenId: string | null;
}

const columnsOf = (fields: object) => Object.keys(fields).map(columnOf);
const HOUSEHOLD_COLUMNS = [BASIC, PRODUCTION_AND_LIVING, INCOME_AND_HEALTH, RELOCATION].flatMap(columnsOf);
const MEMBER_COLUMNS = columnsOf(MEMBER);
const list = (columns: readonly string[], alias: string) =>
  columns.map((column) => `${alias}.${column}`).join(', ');

/** Gives up what an earlier attempt of a job has staged. */
export async function clearStaged(tx: ScopedTransaction, jobId: string): Promise<void> {
  await tx.query('DELETE FROM import_row WHERE job_id = $1', [jobId]);
  await tx.query('DELETE FROM import_fault WHERE job_id = $1', [jobId]);
}

/** Stages rows, in one statement. */
export async function stageRows(
  tx: ScopedTransaction,
  jobId: string,
  rows: readonly StagedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO import_row (job_id, owner_account, row_number, part, group_no, village_code, id_index, citizen_id, is_head, target_id, seen_version, place, new_id, contents)
     SELECT $1, junxian.account_id(), r."rowNumber", r.part, r."groupNo", r."villageCode", r."idIndex", r."citizenId", r."isHead", r."targetId", r."seenVersion", r.place,
       CASE WHEN r."targetId" IS NULL THEN uuidv7() END, r.contents
     FROM jsonb_to_recordset($2::jsonb) AS r ("rowNumber" integer, part text, "groupNo" integer, "villageCode" text, "idIndex" text,
       "citizenId" text, "isHead" boolean, "targetId" uuid, "seenVersion" integer, place integer, contents jsonb)`,
    [jobId, JSON.stringify(rows)],
  );
}

/** Lets the planner know how much was staged. */
export async function analyseStaged(tx: ScopedTransaction): Promise<void> {
  await tx.query('ANALYZE import_row');
}

/** Keeps the faults of a sheet for the person to read. */
export async function keepFaults(
  tx: ScopedTransaction,
  jobId: string,
  faults: readonly SheetFault[],
): Promise<void> {
  await tx.query(
    `INSERT INTO import_fault (job_id, owner_account, seq, row_number, column_title, code, text_zh, text_en)
     SELECT $1, junxian.account_id(), seq, row_number, column_title, code, zh, en
     FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS f (row_number, column_title, code, zh, en, seq)`,
    [
      jobId,
      faults.map(({ rowNumber }) => rowNumber),
      faults.map(({ column }) => column),
      faults.map(({ code }) => code),
      faults.map(({ text }) => text.zh),
      faults.map(({ text }) => text.en),
    ],
  );
}

/** The faults of a sheet, in the order of its rows. */
export async function readFaults(tx: ScopedTransaction, jobId: string): Promise<SheetFault[]> {
  const rows = await tx.query<{
    rowNumber: number | null;
    column: string | null;
    code: string;
    zh: string;
    en: string;
  }>(
    `SELECT row_number AS "rowNumber", column_title AS "column", code, text_zh AS zh, text_en AS en
     FROM import_fault WHERE job_id = $1 ORDER BY seq`,
    [jobId],
  );
  return rows.map(({ rowNumber, column, code, zh, en }) => ({ rowNumber, column, code, text: { zh, en } }));
}

/** The rows whose persons are active in a household of the country already (PA-NI-03). */
export async function duplicateRows(tx: ScopedTransaction, jobId: string, year: number): Promise<number[]> {
  const rows = await tx.query<{ rowNumber: number }>(
    `WITH found AS MATERIALIZED (
       SELECT pa_ni_03_duplicates(array_agg(id_index), $2) AS indexes
       FROM import_row WHERE job_id = $1 AND part = 'MEMBER' AND target_id IS NULL)
     SELECT r.row_number AS "rowNumber" FROM found, unnest(found.indexes) AS d (id_index)
     JOIN import_row r ON r.job_id = $1 AND r.part = 'MEMBER' AND r.target_id IS NULL AND r.id_index = d.id_index
     ORDER BY r.row_number`,
    [jobId, year],
  );
  return rows.map(({ rowNumber }) => rowNumber);
}

/** The rows whose persons are helpers anywhere in the country (PA-AH-02). */
export async function helperRows(tx: ScopedTransaction, jobId: string): Promise<number[]> {
  const rows = await tx.query<{ rowNumber: number }>(
    `WITH found AS MATERIALIZED (
       SELECT pa_ah_02_helpers(array_agg(id_index)) AS indexes
       FROM import_row WHERE job_id = $1 AND part = 'MEMBER' AND target_id IS NULL AND id_index IS NOT NULL)
     SELECT r.row_number AS "rowNumber" FROM found, unnest(found.indexes) AS h (id_index)
     JOIN import_row r ON r.job_id = $1 AND r.part = 'MEMBER' AND r.target_id IS NULL AND r.id_index = h.id_index
     ORDER BY r.row_number`,
    [jobId],
  );
  return rows.map(({ rowNumber }) => rowNumber);
}

/**
 * The rows of households that are to name a natural village which is not kept here, and do not name it already. Those
 * that are kept are not deleted until the transaction ends.
 */
export async function unsurveyedRows(tx: ScopedTransaction, jobId: string, year: number): Promise<number[]> {
  const rows = await tx.query<{ rowNumber: number }>(
    `WITH named AS MATERIALIZED (
       SELECT r.row_number, r.target_id, r.contents ->> 'natural_village_code' AS code FROM import_row r
       WHERE r.job_id = $1 AND r.part = 'HOUSEHOLD' AND r.contents ->> 'natural_village_code' IS NOT NULL),
     kept AS MATERIALIZED (
       SELECT v.code FROM natural_village v WHERE v.code IN (SELECT code FROM named) ORDER BY v.id FOR KEY SHARE)
     SELECT n.row_number AS "rowNumber" FROM named n
     WHERE NOT EXISTS (SELECT FROM kept WHERE kept.code = n.code)
       AND NOT EXISTS (SELECT FROM household_year_record t
         WHERE t.household_id = n.target_id AND t.year = $2 AND t.natural_village_code = n.code)
     ORDER BY n.row_number`,
    [jobId, year],
  );
  return rows.map(({ rowNumber }) => rowNumber);
}

interface Writing {
  jobId: string;
  year: number;
  epoch: number;
  by: Trace;
}

/** The staged rows of what is new, each with the household it belongs to. */
const NEW_MEMBERS = `import_row m
  JOIN import_row h ON h.job_id = m.job_id AND h.group_no = m.group_no AND h.part = 'HOUSEHOLD'
  JOIN household w ON w.id = h.new_id
  WHERE m.job_id = $1 AND m.part = 'MEMBER' AND m.target_id IS NULL`;

/**
 * Writes the new households, each with the next number of its village, with their yearly records, members and the first
 * line of their history. Returns how many members there were to write, and how many nobody had identified meanwhile.
 */
export async function writeNewHouseholds(
  tx: ScopedTransaction,
  { jobId, year, epoch, by }: Writing,
): Promise<{ membersExpected: number; membersWritten: number }> {
  const parameters = [jobId, year, epoch, by.actor, by.now];
  await tx.query(
    `WITH needed AS (
       SELECT village_code, count(*)::integer AS count FROM import_row
       WHERE job_id = $1 AND part = 'HOUSEHOLD' AND target_id IS NULL GROUP BY village_code ORDER BY village_code),
     given AS (
       INSERT INTO household_serial AS s (village_code, last_serial) SELECT village_code, count FROM needed
       ON CONFLICT (village_code) DO UPDATE SET last_serial = s.last_serial + EXCLUDED.last_serial
       RETURNING s.village_code, s.last_serial)
     INSERT INTO household (id, region_code, region_epoch, household_no, identified_year, last_person_serial, created_by, created_at, updated_by, updated_at)
     SELECT h.new_id, h.village_code, $3, h.village_code || lpad((g.last_serial - n.count + h.place)::text, 5, '0'), $2,
       (h.contents ->> 'member_count')::integer, $4, $5, $4, $5
     FROM import_row h JOIN given g USING (village_code) JOIN needed n USING (village_code)
     WHERE h.job_id = $1 AND h.part = 'HOUSEHOLD' AND h.target_id IS NULL ORDER BY h.group_no`,
    parameters,
  );
  await tx.query(
    `INSERT INTO household_year_record (household_id, year, household_no, region_code, region_epoch, ${HOUSEHOLD_COLUMNS.join(', ')}, created_by, created_at, updated_by, updated_at)
     SELECT h.new_id, $2, w.household_no, h.village_code, $3, ${list(HOUSEHOLD_COLUMNS, 'p')}, $4, $5, $4, $5
     FROM import_row h JOIN household w ON w.id = h.new_id
     CROSS JOIN LATERAL jsonb_populate_record(NULL::household_year_record, h.contents) AS p
     WHERE h.job_id = $1 AND h.part = 'HOUSEHOLD' AND h.target_id IS NULL`,
    parameters,
  );
  await tx.query(
    `INSERT INTO household_status_history (household_id, year, region_code, region_epoch, to_status, operation, operator, at)
     SELECT h.new_id, $2, h.village_code, $3, h.contents ->> 'poverty_status', 'IMPORT', $4, $5
     FROM import_row h WHERE h.job_id = $1 AND h.part = 'HOUSEHOLD' AND h.target_id IS NULL`,
    parameters,
  );
  await tx.query(
    `INSERT INTO member (id, region_code, region_epoch, person_no, created_by, created_at, updated_by, updated_at)
     SELECT m.new_id, m.village_code, $2, w.household_no || lpad(m.place::text, 2, '0'), $3, $4, $3, $4 FROM ${NEW_MEMBERS}`,
    [jobId, epoch, by.actor, by.now],
  );
  const [counts] = await tx.query<{ membersExpected: number; membersWritten: number }>(
    `WITH written AS (
       INSERT INTO member_year_record (member_id, person_no, year, household_id, region_code, region_epoch, ${MEMBER_COLUMNS.join(', ')}, created_by, created_at, updated_by, updated_at)
       SELECT f.new_id, f.person_no, $2, f.household_id, f.village_code, $3, ${list(MEMBER_COLUMNS, 'p')}, $4, $5, $4, $5
       FROM (
         SELECT m.new_id, w.household_no || lpad(m.place::text, 2, '0') AS person_no, w.id AS household_id, m.village_code, m.contents
         FROM ${NEW_MEMBERS}) AS f
       CROSS JOIN LATERAL jsonb_populate_record(NULL::member_year_record, f.contents) AS p
       -- Somebody identified one of them meanwhile: told by the number that is missing.
       ON CONFLICT DO NOTHING RETURNING 1)
     SELECT (SELECT count(*)::int FROM import_row WHERE job_id = $1 AND part = 'MEMBER' AND target_id IS NULL) AS "membersExpected",
       (SELECT count(*)::int FROM written) AS "membersWritten"`,
    parameters,
  );
  return counts!;
}

/** The households that {@link writeNewHouseholds} wrote, a page at a time, in the order of the sheet. */
export async function* newHouseholds(
  tx: ScopedTransaction,
  jobId: string,
  pageSize: number,
): AsyncGenerator<NewHousehold[]> {
  for (let after = 0; ; ) {
    const page = await tx.query<NewHousehold & { groupNo: number }>(
      `SELECT h.group_no AS "groupNo", w.id, w.household_no AS "householdNo", h.village_code AS "villageCode",
         w.last_person_serial AS members, head.citizen_id AS "headCitizenId"
       FROM import_row h JOIN household w ON w.id = h.new_id
       JOIN import_row head ON head.job_id = h.job_id AND head.group_no = h.group_no AND head.part = 'MEMBER' AND head.is_head
       WHERE h.job_id = $1 AND h.part = 'HOUSEHOLD' AND h.target_id IS NULL AND h.group_no > $2
       ORDER BY h.group_no LIMIT $3`,
      [jobId, after, pageSize],
    );
    if (page.length === 0) return;
    yield page;
    after = page.at(-1)!.groupNo;
  }
}

/** Writes the changes of households and members that stand already; returns how many of those staged were still as they had been compared. */
export async function writeChanges(
  tx: ScopedTransaction,
  { jobId, year, by }: Omit<Writing, 'epoch'>,
): Promise<{ expected: number; written: number; households: { id: string; regionCode: string }[] }> {
  await tx.query(
    `SELECT id FROM household WHERE id IN (
       SELECT CASE r.part WHEN 'HOUSEHOLD' THEN r.target_id ELSE m.household_id END FROM import_row r
       LEFT JOIN member_year_record m ON r.part = 'MEMBER' AND m.member_id = r.target_id AND m.year = $2
       WHERE r.job_id = $1 AND r.target_id IS NOT NULL)
     ORDER BY id FOR NO KEY UPDATE`,
    [jobId, year],
  );
  const parameters = [jobId, year, by.actor, by.now];
  const update = (table: string, key: string, part: string, columns: readonly string[]) =>
    tx.query<{ id: string; regionCode: string }>(
      `UPDATE ${table} t SET (${columns.join(', ')}) = (SELECT ${list(columns, 'p')} FROM jsonb_populate_record(t, r.contents) AS p),
         updated_by = $3, updated_at = $4, version = t.version + 1
       FROM import_row r WHERE r.job_id = $1 AND r.part = '${part}' AND r.target_id = t.${key} AND t.year = $2 AND t.version = r.seen_version
       RETURNING t.household_id AS id, t.region_code AS "regionCode"`,
      parameters,
    );
  const households = await update('household_year_record', 'household_id', 'HOUSEHOLD', HOUSEHOLD_COLUMNS);
  const members = await update('member_year_record', 'member_id', 'MEMBER', MEMBER_COLUMNS);
  const [staged] = await tx.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM import_row WHERE job_id = $1 AND target_id IS NOT NULL',
    [jobId],
  );
  const own = new Set(households.map(({ id }) => id));
  const byMembers = new Map(members.filter(({ id }) => !own.has(id)).map((row) => [row.id, row]));
  // A household changes with its members: whoever has it open sees that.
  await tx.query(
    `UPDATE household_year_record SET version = version + 1, updated_by = $3, updated_at = $4
     WHERE household_id = ANY($1::uuid[]) AND year = $2`,
    [[...byMembers.keys()], year, by.actor, by.now],
  );
  return {
    expected: staged!.count,
    written: households.length + members.length,
    households: [...byMembers.values(), ...households],
  };
}
