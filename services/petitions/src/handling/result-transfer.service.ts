import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { holdRegionCodes } from '@junxian/region-changes';
import type { Officer } from '../actor';
import type { OrgTask } from '../cases/case.types';
import { caseForChange, noteOnCase } from '../cases/case-changes.service';
import { TASK_COLUMNS } from '../cases/case-reads.service';
import { organisationsByIds } from '../organisations/organisations.service';
import { checkRole } from './may-handle.rules';
import { checkTakesResultOver } from './transfer.rules';
import { bureauAbove } from './transfer.service';

/**
 * Takes over 接管 the waiting for a result whose assigner was removed, as the bureau above: whoever owes the result reports to the bureau, on the day it was due,
 * and a report that nobody had reviewed is the bureau's to review; both are in the officer's hands. Returns the task. Throws FORBIDDEN, NOT_FOUND (also of a task that
 * awaits no result), ASSIGNER_EXISTS, NOT_RELIEVING, STALE_VERSION. Rules: PT-TSK-02, PT-HND-12, PT-HND-08.
 */
export async function takeOverResult(
  tx: ScopedTransaction,
  { taskId, expectedVersion }: { taskId: string; expectedVersion: number },
  officer: Officer,
  at: Date,
): Promise<OrgTask> {
  checkRole(officer, 'HANDLER', 'LEADER');
  const before = await waitingTask(tx, taskId);
  if (before === undefined) throw refuse.notFound('taskId');
  const item = await caseForChange(tx, before.caseItemId, null);
  const [assigner] = await organisationsByIds(tx, [before.organisationId]);
  checkTakesResultOver(officer.organisationId, {
    assigner: assigner!,
    bureauId: await bureauAbove(tx, before.caseItemId, before.organisationId, at),
  });
  holdRegionCodes(tx);
  const [took] = await tx.query<{ taken: boolean }>('SELECT pt_tsk_02_take_result($1, $2, $3) AS taken', [
    taskId,
    expectedVersion,
    at,
  ]);
  if (!took!.taken) throw refuse.staleVersion();
  await noteOnCase(tx, item, {
    action: 'RESULT_TAKEN_OVER',
    actor: officer,
    at,
    subjectId: taskId,
    details: { from: before.organisationId, to: officer.organisationId },
  });
  return (await waitingTask(tx, taskId))!;
}

async function waitingTask(tx: ScopedTransaction, id: string): Promise<OrgTask | undefined> {
  const [task] = isUuid(id)
    ? await tx.query<OrgTask>(
        `SELECT ${TASK_COLUMNS} FROM org_task t WHERE t.id = $1 AND t.state = 'AWAITING_RESULT'`,
        [id],
      )
    : [];
  return task;
}
