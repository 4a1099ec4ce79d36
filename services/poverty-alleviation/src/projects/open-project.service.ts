import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { ProjectRecordChanged, ProjectStageChanged, recordEvent } from '@junxian/messaging';
import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import type { Trace } from '../households/household-files.service';
import type { ProjectStage } from '../project-code-lists';
import { SURVEY_YEARS_LOCK } from '../survey-years/survey-years.service';
import { checkStage, noProject, type ProjectAction, type ProjectEntry } from './project.rules';
import { type ProjectView, readBudgets, readProjects, readVillages } from './project-views.service';

/** Which project is to be changed, and which version of it the person saw. */
export interface ProjectRequest {
  id: string;
  expectedVersion: number;
}

/** A project as it is changed: locked until the transaction ends. */
export interface OpenProject extends ProjectView, Pick<ProjectEntry, 'villageCodes' | 'budget'> {}

/**
 * Opens a project for an action: locks it until the transaction ends, and keeps years from being opened or closed
 * meanwhile, since closing one carries over what was not spent. Locks are taken in the order region codes, years,
 * project, households. Throws NOT_FOUND for a project that is not there or not the caller's to write, STALE_VERSION,
 * STATE_CONFLICT in a stage that does not allow the action.
 */
export async function openProject(
  tx: ScopedTransaction,
  { id, expectedVersion }: ProjectRequest,
  action: ProjectAction,
): Promise<OpenProject> {
  if (!isUuid(id)) throw noProject();
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${SURVEY_YEARS_LOCK})`);
  const locked = await tx.query('SELECT id FROM project WHERE id = $1 FOR NO KEY UPDATE', [id]);
  if (locked.length === 0) throw noProject();
  const [[project], villages, budgets] = await Promise.all([
    readProjects(tx, [id]),
    readVillages(tx, [id]),
    readBudgets(tx, [id]),
  ]);
  if (!project) throw noProject();
  if (project.version !== expectedVersion) throw refuse.staleVersion();
  checkStage(action, project.stage);
  const budget = groupBy(budgets, ({ projectId }) => projectId).get(id) ?? [];
  return {
    ...project,
    villageCodes: villages.map(({ code }) => code),
    budget: budget.map(({ source, tier, fundType, amount }) => ({ source, tier, fundType, amount })),
  };
}

type Subject = Pick<ProjectView, 'id' | 'regionCode' | 'year' | 'type'>;

/** Records project.stage-changed. */
export async function stageChanged(
  tx: ScopedTransaction,
  { id, regionCode, year, type }: Subject,
  from: ProjectStage | null,
  to: ProjectStage,
  { now }: Trace,
): Promise<void> {
  await recordEvent(tx, ProjectStageChanged, {
    aggregateId: id,
    regionCode,
    occurredAt: now,
    data: { projectId: id, year, type, from, to },
  });
}

/** Records project.record-changed: lists and statistics follow. */
export async function projectChanged(
  tx: ScopedTransaction,
  { id, regionCode, year }: Omit<Subject, 'type'>,
  { now }: Trace,
  deleted = false,
): Promise<void> {
  await recordEvent(tx, ProjectRecordChanged, {
    aggregateId: id,
    regionCode,
    occurredAt: now,
    data: { projectId: id, year, deleted },
  });
}
