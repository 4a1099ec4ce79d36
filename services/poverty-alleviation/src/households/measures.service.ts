import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { MeasureSource } from '../household-code-lists';
import { PROJECT_TYPE, type ProjectType } from '../project-code-lists';
import type { Trace } from './household-files.service';
import type { YearKey } from './household-views.service';

/** A measure 帮扶措施 a household received in a year. */
export interface MeasureView extends YearKey {
  id: string;
  source: MeasureSource;
  projectId: string | null;
  category: ProjectType;
  content: string;
  /** Yuan, two decimals. */
  amount: string | null;
  date: string | null;
  version: number;
}

const SELECT = `t.id, t.household_id AS "householdId", t.year, t.source, t.project_id AS "projectId", t.category,
  t.content, t.amount, t.date::text AS date, t.version`;

type MeasureRow = Omit<MeasureView, 'category'> & { category: string };

function measureOf(row: MeasureRow): MeasureView {
  return { ...row, category: PROJECT_TYPE.name(row.category) };
}

/** The measures of these yearly records, the oldest first. */
export async function readMeasures(tx: ScopedTransaction, keys: readonly YearKey[]): Promise<MeasureView[]> {
  const rows = await tx.query<MeasureRow>(
    `SELECT ${SELECT} FROM assistance_measure t
     JOIN unnest($1::uuid[], $2::int[]) AS asked (household_id, year) USING (household_id, year)
     ORDER BY t.date NULLS LAST, t.id`,
    [keys.map(({ householdId }) => householdId), keys.map(({ year }) => year)],
  );
  return rows.map(measureOf);
}

/** One measure, or null when it is not there or lies outside the caller's region. */
export async function readMeasure(tx: ScopedTransaction, id: string): Promise<MeasureView | null> {
  const [row] = await tx.query<MeasureRow>(`SELECT ${SELECT} FROM assistance_measure t WHERE t.id = $1`, [
    id,
  ]);
  return row === undefined ? null : measureOf(row);
}

/** A measure that a project's beneficiary entry brings to a household (PA-PJ-07). */
export interface ProjectMeasure extends YearKey {
  projectId: string;
  beneficiaryId: string;
  category: ProjectType;
  content: string;
  /** Yuan, two decimals. */
  amount: string | null;
  date: string | null;
}

/**
 * Adds the measures that beneficiary entries bring, each in the region of its household's record of that year, one
 * statement for all. Throws STATE_CONFLICT when a household has no record of the year in the caller's region.
 */
export async function addProjectMeasures(
  tx: ScopedTransaction,
  measures: readonly ProjectMeasure[],
  { actor, now }: Trace,
): Promise<void> {
  if (measures.length === 0) return;
  const added = await tx.query<{ id: string }>(
    `WITH given AS (
       SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::numeric[], $8::date[])
         AS given (household_id, year, project_id, beneficiary_id, category, content, amount, date)),
     placed AS (
       -- Locked, so that the region these rows take does not change before they can follow it.
       SELECT r.household_id, r.year, r.region_code, r.region_epoch FROM household_year_record r
       WHERE (r.household_id, r.year) IN (SELECT household_id, year FROM given) FOR SHARE)
     INSERT INTO assistance_measure (household_id, year, region_code, region_epoch, source, project_id, beneficiary_id,
       category, content, amount, date, created_by, created_at, updated_by, updated_at)
     SELECT household_id, year, region_code, region_epoch, 'PROJECT', project_id, beneficiary_id, category, content,
       amount, date, $9, $10, $9, $10
     FROM given JOIN placed USING (household_id, year) RETURNING id`,
    [
      measures.map(({ householdId }) => householdId),
      measures.map(({ year }) => year),
      measures.map(({ projectId }) => projectId),
      measures.map(({ beneficiaryId }) => beneficiaryId),
      measures.map(({ category }) => PROJECT_TYPE.code(category)),
      measures.map(({ content }) => content),
      measures.map(({ amount }) => amount),
      measures.map(({ date }) => date),
      actor,
      now,
    ],
  );
  if (added.length === measures.length) return;
  throw new Refusal('STATE_CONFLICT', {
    zh: '部分受益户没有该年度的数据，或不在本辖区，请重新选择受益户',
    en: 'Some of the households have no record of the year or lie outside your area; choose them again',
  });
}

/** Removes the measures of beneficiary entries that are taken back (PA-PJ-07). */
export async function removeProjectMeasures(
  tx: ScopedTransaction,
  beneficiaryIds: readonly string[],
): Promise<void> {
  await tx.query('DELETE FROM assistance_measure WHERE beneficiary_id = ANY($1::uuid[])', [beneficiaryIds]);
}

/** What an officer enters about a measure. */
export interface MeasureValues {
  category: ProjectType;
  content: string;
  amount: string | null;
  date: string | null;
}

/** Adds a measure entered by hand to a household whose file is locked; returns its id. */
export async function insertManualMeasure(
  tx: ScopedTransaction,
  { householdId, year }: YearKey,
  { category, content, amount, date }: MeasureValues,
  { actor, now }: Trace,
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO assistance_measure (household_id, year, region_code, region_epoch, source, category, content, amount,
       date, created_by, created_at, updated_by, updated_at)
     SELECT household_id, year, region_code, region_epoch, 'MANUAL', $3, $4, $5, $6, $7, $8, $7, $8
     FROM household_year_record WHERE household_id = $1 AND year = $2 RETURNING id`,
    [householdId, year, PROJECT_TYPE.code(category), content, amount, date, actor, now],
  );
  return row!.id;
}

/** Writes a measure of a household whose file is locked. */
export async function updateMeasure(
  tx: ScopedTransaction,
  id: string,
  { category, content, amount, date }: MeasureValues,
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    `UPDATE assistance_measure SET category = $2, content = $3, amount = $4, date = $5, updated_by = $6,
       updated_at = $7, version = version + 1 WHERE id = $1`,
    [id, PROJECT_TYPE.code(category), content, amount, date, actor, now],
  );
}

/** Deletes a measure of a household whose file is locked. */
export async function deleteMeasure(tx: ScopedTransaction, id: string): Promise<void> {
  await tx.query('DELETE FROM assistance_measure WHERE id = $1', [id]);
}
