import { isWithin, scopeRange } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import { expectVersion, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { accountsFollowOrganisations } from '../accounts/region-following.service';
import { recordAudit } from '../audit/audit.service';
import { assignOrganisationRegions } from '../organisations/region-following.service';
import type { ChangeContext } from './region-changes.service';
import { successorsOf } from './region-history.service';
import { regionAt } from './regions.service';
import { appointmentsFollowAssignment } from './scope-following';

/** An organisation that a split or an abolition left on a code that is no longer its own. */
export interface SplitTask {
  id: string;
  changeId: string;
  organisationId: string;
  /** The code it was left on. */
  regionCode: string;
  suggestedCode: string | null;
  createdAt: Date;
  assignedCode: string | null;
  assignedAt: Date | null;
  version: number;
}

const COLUMNS = `t.id, t.change_id AS "changeId", t.organisation_id AS "organisationId", t.region_code AS "regionCode",
  t.suggested_code AS "suggestedCode", t.created_at AS "createdAt", t.assigned_code AS "assignedCode",
  t.assigned_at AS "assignedAt", t.version`;

/** The to-do list of the caller's area (DI-REG-08): what is open, or also what was assigned. */
export function listSplitTasks(
  tx: ScopedTransaction,
  args: { changeId?: string | null; openOnly: boolean; first?: number | null; after?: string | null },
): Promise<Page<SplitTask>> {
  const where = args.openOnly ? ['t.assigned_at IS NULL'] : [];
  return keysetPage<SplitTask>(tx, {
    select: COLUMNS,
    from: 'region_split_task t',
    where: args.changeId ? [...where, 't.change_id = $1::uuid'] : where,
    parameters: args.changeId ? [args.changeId] : [],
    order: [
      { column: 't.region_code', key: 'regionCode' },
      { column: 't.id', key: 'id', type: 'uuid' },
    ],
    first: args.first,
    after: args.after,
  });
}

/**
 * Assigns an organisation to the region it lies in after a split or an abolition (DI-REG-08, DI-REG-10);
 * its accounts and its appointments for the old region go with it. The region must be one that the change
 * named as a successor, or lie in one. Throws NOT_FOUND, STALE_VERSION, UNKNOWN_REGION, OUT_OF_REGION,
 * ALREADY_ASSIGNED, or NOT_A_SUCCESSOR.
 */
export async function assignSplitOrganisation(
  tx: ScopedTransaction,
  input: { taskId: string; regionCode: string; expectedVersion: number },
  { actor, clock }: ChangeContext,
): Promise<SplitTask> {
  const [task] = await tx.query<SplitTask>(
    `SELECT ${COLUMNS} FROM region_split_task t WHERE t.id = $1 FOR UPDATE`,
    [input.taskId],
  );
  if (task === undefined) throw refuse.notFound('taskId');
  if (task.version !== input.expectedVersion) throw refuse.staleVersion();
  if (task.assignedCode !== null) throw alreadyAssigned();
  const region = await regionAt(tx, input.regionCode, clock.today());
  if (region === null) throw refuse.notFound('regionCode');
  if (!isWithin(region.code, { low: tx.scope.regionLow, high: tx.scope.regionHigh })) {
    throw refuse.outOfRegion('regionCode');
  }
  if (!(await succeeds(tx, task, region.code, clock.today()))) throw notASuccessor();

  const at = clock.now();
  await assignOrganisationRegions(tx, [{ organisationId: task.organisationId, regionCode: region.code }], at);
  await accountsFollowOrganisations(tx, clock.today(), at);
  await appointmentsFollowAssignment(
    tx,
    { organisationId: task.organisationId, from: task.regionCode, to: region.code, toLevel: region.level },
    () => clock.now(),
  );
  await recordAudit(tx, {
    action: 'ORGANISATION_CHANGED',
    targetType: 'organisation',
    targetId: task.organisationId,
    before: { regionCode: task.regionCode },
    after: { regionCode: region.code, regionChangeId: task.changeId },
    outcome: 'OK',
    actor,
    at,
  });
  return expectVersion(
    await tx.query<SplitTask>(
      `UPDATE region_split_task t SET assigned_code = $3, assigned_by = $4, assigned_at = $5, version = version + 1
       WHERE t.id = $1 AND t.version = $2 RETURNING ${COLUMNS}`,
      [task.id, input.expectedVersion, region.code, actor.accountId, at],
    ),
  );
}

/** Whether a region is what a successor named by the change is called today, or lies in it; anything, where it named none. */
async function succeeds(
  tx: ScopedTransaction,
  task: SplitTask,
  code: string,
  today: string,
): Promise<boolean> {
  const [change] = await tx.query<{ to: string[]; date: string }>(
    'SELECT to_codes AS "to", effective_date::text AS date FROM region_change WHERE id = $1',
    [task.changeId],
  );
  if (change === undefined || change.to.length === 0) return true;
  const later = await successorsOf(tx, change.to, today, change.date);
  for (const to of [...change.to, ...later.flat()]) {
    const successor = await regionAt(tx, to, today);
    if (successor !== null && isWithin(code, scopeRange(successor.code, successor.level))) return true;
  }
  return false;
}

function alreadyAssigned(): Refusal {
  return new Refusal(
    'ALREADY_ASSIGNED',
    { zh: '该单位已分配到新区划，请刷新列表', en: 'The organisation has been assigned; reload the list' },
    { field: 'taskId', httpStatus: 409 },
  );
}

function notASuccessor(): Refusal {
  return new Refusal(
    'NOT_A_SUCCESSOR',
    {
      zh: '请选择本次变更后的区划或其下级区划',
      en: 'Choose a region that the change made, or one inside it',
    },
    { field: 'regionCode' },
  );
}
