import { TaskTakenBack } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { OrgTask } from '../cases/case.types';
import { caseEvent, noteOnCase } from '../cases/case-changes.service';
import { changeTask, custodyTask } from '../cases/custody.service';
import { giveBack } from './custody-back.service';
import { hasFiledNotice } from './filed-notices.service';
import { checkTakeBack } from './task.rules';
import { checkVersion, lockedTask, SET_DONE, type SeenTask } from './tasks.service';

/**
 * Takes back 收回 what the officer handed on, while the receiver never opened it and no notice is filed; or reopens what they merely set done. An item taken back
 * disappears from the receiver's lists and sight. Returns the officer's own task, a to-do again. Throws NOT_FOUND, NOT_LAST_ACTOR,
 * CANNOT_TAKE_BACK, STALE_VERSION. Rules: PT-TSK-03 (3.4), scenario 27.
 */
export async function takeBack(
  tx: ScopedTransaction,
  { taskId, expectedVersion }: SeenTask,
  officer: Officer,
  at: Date,
): Promise<OrgTask> {
  const { item, task } = await lockedTask(tx, taskId, officer);
  const custody = await custodyTask(tx, item.id);
  const successor = custody?.fromTaskId === task.id ? custody : undefined;
  const setDone = await wasSetDone(tx, task);
  checkTakeBack({
    task,
    setDone,
    successor,
    noticeFiled: await hasFiledNotice(tx, item.id),
    accountId: officer.accountId,
  });
  checkVersion(task, expectedVersion);
  if (setDone || successor === undefined) {
    const reopened = await changeTask(tx, task, { state: 'TODO', doneAt: null, doneBy: null });
    await noteOnCase(tx, item, { action: 'TASK_REOPENED', actor: officer, at, subjectId: task.id });
    return reopened;
  }
  const back = await giveBack(tx, {
    item,
    received: successor,
    sent: task,
    way: 'TAKE_BACK',
    holderId: officer.accountId,
    officer,
    at,
    events: [
      caseEvent(TaskTakenBack, { recordId: successor.handlingRecordId, reasonCode: 'TAKEN_BACK_UNOPENED' }),
    ],
  });
  await tx.query('SELECT pt_tsk_03_hide_again($1)', [item.id]);
  return back.task;
}

/** Whether a task ended by being set done; handing an item on ends it too. */
async function wasSetDone(tx: ScopedTransaction, task: OrgTask): Promise<boolean> {
  if (task.state !== 'DONE') return false;
  const [last] = await tx.query<{ setDone: boolean }>(
    `SELECT EXISTS (SELECT FROM case_journal j WHERE j.case_item_id = $1 AND j.subject_id = $2 AND j.action = $3 AND j.at = $4) AS "setDone"`,
    [task.caseItemId, task.id, SET_DONE, task.doneAt],
  );
  return last!.setDone;
}
