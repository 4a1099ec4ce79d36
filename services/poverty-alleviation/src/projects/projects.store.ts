import { type ScopedTransaction } from '@junxian/persistence';
import { FUND_TIER, FUND_TYPE } from '../fund-code-lists';
import type { Trace } from '../households/household-files.service';
import {
  ACCEPTANCE_RESULT,
  BUDGET_SOURCE,
  PROJECT_STAGE,
  PROJECT_SUBTYPE,
  PROJECT_TYPE,
  type ProjectType,
} from '../project-code-lists';
import type { ReportedAfter } from './life-cycle.rules';
import { type BudgetLine, budgetTotal, type ProjectEntry, projectNumber } from './project.rules';
import type { FormValues } from './project-forms.rules';

/** Gives the next number of a region, year and type; numbers of entries that are deleted are not used again. */
export async function nextProjectNo(
  tx: ScopedTransaction,
  { regionCode, year, type }: { regionCode: string; year: number; type: ProjectType },
): Promise<string> {
  const [row] = await tx.query<{ last: number }>(
    `INSERT INTO project_serial (region_code, year, type, last_serial) VALUES ($1, $2, $3, 1)
     ON CONFLICT (region_code, year, type) DO UPDATE SET last_serial = project_serial.last_serial + 1
     RETURNING last_serial AS last`,
    [regionCode, year, PROJECT_TYPE.code(type)],
  );
  return projectNumber(regionCode, year, type, row!.last);
}

/** Columns of an entry besides region, villages and budget, with their stored values. */
function entryColumns(entry: ProjectEntry): [column: string, value: unknown][] {
  return [
    ['year', entry.year],
    ['type', PROJECT_TYPE.code(entry.type)],
    ['subtype', PROJECT_SUBTYPE.code(entry.subtype)],
    ['name', entry.name],
    ['owner', entry.owner],
    ['manager', entry.manager],
    ['planned_start', entry.plannedStart],
    ['planned_end', entry.plannedEnd],
    ['content', entry.content],
    ['planned_households', entry.plannedHouseholds],
    ['planned_persons', entry.plannedPersons],
    ['details', JSON.stringify(entry.details)],
    ['budget_total', budgetTotal(entry.budget)],
  ];
}

/** Adds a library entry; returns its id. `epoch` is that of the region codes held. */
export async function insertProject(
  tx: ScopedTransaction,
  projectNo: string,
  entry: ProjectEntry,
  epoch: number,
  { actor, now }: Trace,
): Promise<string> {
  const columns: [string, unknown][] = [
    ['region_code', entry.regionCode],
    ['region_epoch', epoch],
    ['project_no', projectNo],
    ['stage', PROJECT_STAGE.code('LIBRARY')],
    ...entryColumns(entry),
    ['created_by', actor],
    ['created_at', now],
    ['updated_by', actor],
    ['updated_at', now],
  ];
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO project (${columns.map(([name]) => name).join(', ')})
     VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')}) RETURNING id`,
    columns.map(([, value]) => value),
  );
  return row!.id;
}

/** Writes columns of a project that is locked, which gets its next version. */
export async function updateProject(
  tx: ScopedTransaction,
  id: string,
  columns: readonly (readonly [column: string, value: unknown])[],
  { actor, now }: Trace,
): Promise<void> {
  const written = columns.map(([name], index) => `${name} = $${index + 4}`);
  await tx.query(
    `UPDATE project SET ${['updated_by = $2', 'updated_at = $3', 'version = version + 1', ...written].join(', ')} WHERE id = $1`,
    [id, actor, now, ...columns.map(([, value]) => value)],
  );
}

/** Writes an entry over a project that is locked; `projectNo` and region are written only where they change. */
export async function updateEntry(
  tx: ScopedTransaction,
  id: string,
  entry: ProjectEntry,
  moved: { projectNo: string } | null,
  by: Trace,
): Promise<void> {
  const identity: [string, unknown][] = moved
    ? [
        ['region_code', entry.regionCode],
        ['project_no', moved.projectNo],
      ]
    : [];
  await updateProject(tx, id, [...identity, ...entryColumns(entry)], by);
}

/** Makes these the villages of a project: what is there already stays as it is. */
export async function replaceVillages(
  tx: ScopedTransaction,
  projectId: string,
  codes: readonly string[],
  epoch: number,
): Promise<void> {
  await tx.query('DELETE FROM project_village WHERE project_id = $1 AND region_code <> ALL($2::text[])', [
    projectId,
    codes,
  ]);
  await tx.query(
    `INSERT INTO project_village (project_id, region_code, region_epoch)
     SELECT $1, code, $3 FROM unnest($2::text[]) AS given (code)
     WHERE NOT EXISTS (SELECT FROM project_village v WHERE v.project_id = $1 AND v.region_code = code)`,
    [projectId, codes, epoch],
  );
}

/** Makes these the budget lines of a project. */
export async function replaceBudget(
  tx: ScopedTransaction,
  projectId: string,
  lines: readonly BudgetLine[],
): Promise<void> {
  await tx.query('DELETE FROM project_budget WHERE project_id = $1', [projectId]);
  await tx.query(
    `INSERT INTO project_budget (project_id, place, source, tier, fund_type, amount)
     SELECT $1, place, source, tier, fund_type, amount
     FROM unnest($2::text[], $3::text[], $4::text[], $5::numeric[])
       WITH ORDINALITY AS given (source, tier, fund_type, amount, place)`,
    [
      projectId,
      lines.map(({ source }) => BUDGET_SOURCE.code(source)),
      lines.map(({ tier }) => (tier === null ? null : FUND_TIER.code(tier))),
      lines.map(({ fundType }) => (fundType === null ? null : FUND_TYPE.code(fundType))),
      lines.map(({ amount }) => amount),
    ],
  );
}

/** Columns of what a report leaves on its project. */
export function reportedColumns(
  after: ReportedAfter,
  results: FormValues,
): [column: string, value: unknown][] {
  return [
    ['stage', PROJECT_STAGE.code(after.stage)],
    ['progress_pct', after.progressPct],
    ['spent', after.spent],
    ['actual_start', after.actualStart],
    ['actual_end', after.actualEnd],
    ['acceptance_date', after.acceptanceDate],
    [
      'acceptance_result',
      after.acceptanceResult === null ? null : ACCEPTANCE_RESULT.code(after.acceptanceResult),
    ],
    ['results', JSON.stringify(results)],
    ['last_report_date', after.lastReportDate],
  ];
}

/** Adds a report to a project that is locked, numbered after those before. */
export async function insertReport(
  tx: ScopedTransaction,
  projectId: string,
  after: ReportedAfter,
  results: FormValues,
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    `INSERT INTO project_implementation (project_id, no, report_date, progress_pct, actual_start, actual_end, spent,
       acceptance_date, acceptance_result, results, created_by, created_at)
     SELECT $1, count(*) + 1, $2::date, $3::numeric, $4::date, $5::date, $6::numeric, $7::date, $8, $9::jsonb, $10, $11::timestamptz
     FROM project_implementation WHERE project_id = $1`,
    [
      projectId,
      after.lastReportDate,
      after.progressPct,
      after.actualStart,
      after.actualEnd,
      after.spent,
      after.acceptanceDate,
      after.acceptanceResult === null ? null : ACCEPTANCE_RESULT.code(after.acceptanceResult),
      JSON.stringify(results),
      actor,
      now,
    ],
  );
}

/** Adds an adjustment to a project that is locked, numbered after those before. */
export async function insertAdjustment(
  tx: ScopedTransaction,
  projectId: string,
  adjustment: {
    reason: string;
    documentNo: string;
    date: string;
    before: Readonly<Record<string, unknown>>;
    after: Readonly<Record<string, unknown>>;
  },
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    `INSERT INTO project_adjustment (project_id, no, reason, doc_no, date, before, after, created_by, created_at)
     SELECT $1, count(*) + 1, $2, $3, $4::date, $5::jsonb, $6::jsonb, $7, $8::timestamptz FROM project_adjustment WHERE project_id = $1`,
    [
      projectId,
      adjustment.reason,
      adjustment.documentNo,
      adjustment.date,
      JSON.stringify(adjustment.before),
      JSON.stringify(adjustment.after),
      actor,
      now,
    ],
  );
}
