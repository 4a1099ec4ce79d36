import type { SheetFault } from '@junxian/documents';
import type { ScopedTransaction } from '@junxian/persistence';
import { personLocks } from '../assistance/helpers-and-members.service';
import { HEADS } from './standing-households.store';

/** A row of the sheet as it will be written: columns with stored values. What does not concern it is left out. */
export interface StagedRow {
  rowNumber: number;
  part: 'HOUSEHOLD' | 'MEMBER';
  groupNo: number;
  /** Of what is new. */
  villageCode?: string;
  /** Of what is new, from 1: which household of its village in the sheet, which member of its household. */
  place?: number;
  /** Of a new member: the place of its household. */
  householdPlace?: number;
  /** Of a new member: the blind index of its document. */
  idIndex?: string;
  /** Of a new household: the citizen who heads it. */
  headCitizenId?: string | null;
  /** Of what changes: which row, and its version when it was compared. */
  targetId?: string;
  seenVersion?: number;
  contents: Record<string, unknown>;
}

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
    `INSERT INTO import_row (job_id, owner_account, row_number, part, group_no, village_code, id_index, citizen_id, target_id, seen_version, place, new_id, household_place,
       household_id, contents)
     SELECT $1, junxian.account_id(), r."rowNumber", r.part, r."groupNo", r."villageCode", r."idIndex", r."headCitizenId", r."targetId", r."seenVersion", r.place, r.new_id, r."householdPlace",
       CASE WHEN r."householdPlace" IS NOT NULL THEN first_value(r.new_id) OVER (PARTITION BY r."groupNo" ORDER BY r.part) END, r.contents
     FROM (SELECT *, CASE WHEN "targetId" IS NULL THEN uuidv7() END AS new_id
       FROM jsonb_to_recordset($2::jsonb) AS given ("rowNumber" integer, part text, "groupNo" integer, "villageCode" text, "idIndex" text,
         "headCitizenId" text, "targetId" uuid, "seenVersion" integer, place integer, "householdPlace" integer, contents jsonb)) AS r`,
    [jobId, JSON.stringify(rows)],
  );
}

/** Lets the planner know how much was staged; of what the rows hold it need not know. */
export async function analyseStaged(tx: ScopedTransaction): Promise<void> {
  await tx.query('ANALYZE import_row (job_id, group_no, part, target_id, new_id, village_code, id_index)');
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

/** Whether a household that was staged as new stands in its village under its head by now: somebody else registered it since. */
export async function isRegisteredByNow(
  tx: ScopedTransaction,
  jobId: string,
  year: number,
): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM import_row r
     JOIN member_year_record m ON m.year = $2 AND m.id_number_index = r.id_index AND m.region_code = r.village_code
       AND ${HEADS}
     JOIN household_year_record t ON t.household_id = m.household_id AND t.year = m.year AND t.file_status = 'ACTIVE'
     WHERE r.job_id = $1 AND r.part = 'MEMBER' AND r.target_id IS NULL AND r.contents ->> 'relation_to_head' = '01' LIMIT 1`,
    [jobId, year],
  );
  return rows.length > 0;
}

/** The rows whose persons are helpers anywhere in the country (PA-AH-02); the others become none until the transaction ends. */
export async function helperRows(tx: ScopedTransaction, jobId: string): Promise<number[]> {
  tx.send(
    personLocks(
      'TOGETHER',
      `import_row WHERE job_id = $1 AND part = 'MEMBER' AND target_id IS NULL AND id_index IS NOT NULL`,
    ),
    [jobId],
  );
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
