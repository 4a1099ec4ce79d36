import type { ScopedTransaction } from '@junxian/persistence';
import { FUND_TIER, FUND_TYPE } from '../fund-code-lists';
import {
  ACCEPTANCE_RESULT,
  type AcceptanceResult,
  BUDGET_SOURCE,
  PROJECT_STAGE,
  PROJECT_SUBTYPE,
  PROJECT_TYPE,
  type ProjectStage,
} from '../project-code-lists';
import type { BudgetLine, ProjectEntry } from './project.rules';
import type { FormValues, TypedForm } from './project-forms.rules';

/** A project, as resolvers pass it on; villages and budget are read apart. Amounts in 万元 with four decimals. */
export interface ProjectView extends Omit<ProjectEntry, 'villageCodes' | 'budget'> {
  id: string;
  projectNo: string;
  stage: ProjectStage;
  budgetTotal: string;
  approvalDocNo: string | null;
  approvedDate: string | null;
  approvedAmount: string | null;
  cancelReason: string | null;
  /** 0.00 to 100.00 */
  progressPct: string;
  spent: string;
  actualStart: string | null;
  actualEnd: string | null;
  acceptanceDate: string | null;
  acceptanceResult: AcceptanceResult | null;
  results: FormValues;
  lastReportDate: string | null;
  beneficiaryHouseholds: number;
  beneficiaryEntries: number;
  version: number;
}

/** Select list of a project `p`, read by {@link projectOf}. */
export const PROJECT_SELECT = `p.id, p.region_code AS "regionCode", p.project_no AS "projectNo", p.year, p.type, p.subtype,
  p.stage, p.name, p.owner, p.manager, p.planned_start::text AS "plannedStart", p.planned_end::text AS "plannedEnd",
  p.content, p.planned_households AS "plannedHouseholds", p.planned_persons AS "plannedPersons", p.details,
  p.budget_total AS "budgetTotal", p.approval_doc_no AS "approvalDocNo", p.approved_date::text AS "approvedDate",
  p.approved_amount AS "approvedAmount", p.cancel_reason AS "cancelReason", p.progress_pct AS "progressPct", p.spent,
  p.actual_start::text AS "actualStart", p.actual_end::text AS "actualEnd",
  p.acceptance_date::text AS "acceptanceDate", p.acceptance_result AS "acceptanceResult", p.results,
  p.last_report_date::text AS "lastReportDate", p.beneficiary_households AS "beneficiaryHouseholds",
  p.beneficiary_entries AS "beneficiaryEntries", p.version`;

type Stored<View, Coded extends keyof View> = Omit<View, Coded> & Record<Coded, string>;
type ProjectRow = Stored<ProjectView, 'type' | 'subtype' | 'stage'> & { acceptanceResult: string | null };

/** The view of a row that {@link PROJECT_SELECT} read. */
export function projectOf(row: object): ProjectView {
  const stored = row as ProjectRow;
  return {
    ...stored,
    type: PROJECT_TYPE.name(stored.type),
    subtype: PROJECT_SUBTYPE.name(stored.subtype),
    stage: PROJECT_STAGE.name(stored.stage),
    acceptanceResult: acceptanceOf(stored.acceptanceResult),
  };
}

/** The projects among these ids that the caller may see: of the own region, or with a village in it. */
export async function readProjects(tx: ScopedTransaction, ids: readonly string[]): Promise<ProjectView[]> {
  const rows = await tx.query(`SELECT ${PROJECT_SELECT} FROM project p WHERE p.id = ANY($1::uuid[])`, [ids]);
  return rows.map(projectOf);
}

/** What belongs to one project. */
export type OfProject<Row> = Row & { projectId: string };

/** The villages of these projects inside the caller's region, in the order of their codes; merged ones once. */
export function readVillages(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<OfProject<{ code: string }>[]> {
  return tx.query(
    `SELECT DISTINCT project_id AS "projectId", region_code AS code FROM project_village
     WHERE project_id = ANY($1::uuid[]) ORDER BY region_code`,
    [ids],
  );
}

/** The budget lines of these projects, in the order of the form. */
export async function readBudgets(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<OfProject<BudgetLine>[]> {
  const rows = await tx.query<{
    projectId: string;
    source: string;
    tier: string | null;
    fundType: string | null;
    amount: string;
  }>(
    `SELECT project_id AS "projectId", source, tier, fund_type AS "fundType", amount FROM project_budget
     WHERE project_id = ANY($1::uuid[]) ORDER BY project_id, place`,
    [ids],
  );
  return rows.map(({ source, tier, fundType, ...row }) => ({
    ...row,
    source: BUDGET_SOURCE.name(source),
    tier: tier === null ? null : FUND_TIER.name(tier),
    fundType: fundType === null ? null : FUND_TYPE.name(fundType),
  }));
}

/** An adjustment 项目调整 with the fields it changed. */
export interface AdjustmentView {
  id: string;
  projectId: string;
  no: number;
  reason: string;
  documentNo: string;
  date: string;
  /** By field; the same fields in both. */
  before: Readonly<Record<string, unknown>>;
  after: Readonly<Record<string, unknown>>;
  createdAt: string;
}

/** The adjustments of these projects, in their order. */
export function readAdjustments(tx: ScopedTransaction, ids: readonly string[]): Promise<AdjustmentView[]> {
  return tx.query<AdjustmentView>(
    `SELECT id, project_id AS "projectId", no, reason, doc_no AS "documentNo", date::text AS date, before, after,
       created_at AS "createdAt"
     FROM project_adjustment WHERE project_id = ANY($1::uuid[]) ORDER BY project_id, no`,
    [ids],
  );
}

/** A report of implementation 实施进度报告. */
export interface ImplementationView {
  id: string;
  projectId: string;
  no: number;
  reportDate: string;
  progressPct: string;
  actualStart: string | null;
  actualEnd: string | null;
  spent: string;
  acceptanceDate: string | null;
  acceptanceResult: AcceptanceResult | null;
  results: TypedForm;
  createdAt: string;
}

/** The reports of these projects, in their order. */
export async function readImplementations(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<ImplementationView[]> {
  const rows = await tx.query<
    Omit<ImplementationView, 'results' | 'acceptanceResult'> & {
      type: string;
      results: FormValues;
      acceptanceResult: string | null;
    }
  >(
    `SELECT r.id, r.project_id AS "projectId", r.no, r.report_date::text AS "reportDate",
       r.progress_pct AS "progressPct", r.actual_start::text AS "actualStart", r.actual_end::text AS "actualEnd",
       r.spent, r.acceptance_date::text AS "acceptanceDate", r.acceptance_result AS "acceptanceResult", r.results,
       r.created_at AS "createdAt", p.type
     FROM project_implementation r JOIN project p ON p.id = r.project_id
     WHERE r.project_id = ANY($1::uuid[]) ORDER BY r.project_id, r.no`,
    [ids],
  );
  return rows.map(({ type, results, acceptanceResult, ...row }) => ({
    ...row,
    acceptanceResult: acceptanceOf(acceptanceResult),
    results: { type: PROJECT_TYPE.name(type), values: results },
  }));
}

function acceptanceOf(code: string | null): AcceptanceResult | null {
  return code === null ? null : ACCEPTANCE_RESULT.name(code);
}
