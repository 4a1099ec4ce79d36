import { isRefusal, refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, OrgTask } from '../cases/case.types';
import { noteOnCase } from '../cases/case-changes.service';
import { type Custody, changeTask, taskForChange } from '../cases/custody.service';
import { takeUpInterview } from '../interviews/interviews.service';
import { checkColleague } from './colleagues.service';
import {
  alreadyHolder,
  checkInHand,
  checkInInbox,
  checkMayBeDone,
  recipientRoles,
  taskNotFound,
} from './task.rules';

/** A task and the version the officer saw. */
export interface SeenTask {
  taskId: string;
  expectedVersion: number;
}

const INBOX_ROLES = ['petitions:RECEIVER', 'petitions:HANDLER'];

/**
 * Locks a task of the own organisation and its item. Throws NOT_FOUND with what may have happened to it. The version is left to
 * {@link checkVersion}, so that whoever comes second is first told what the other has done.
 */
export async function lockedTask(tx: ScopedTransaction, taskId: string, officer: Officer): Promise<Custody> {
  try {
    return await taskForChange(tx, taskId, null, officer);
  } catch (error) {
    throw isRefusal(error) && error.code === 'NOT_FOUND' ? taskNotFound() : error;
  }
}

/** Throws STALE_VERSION unless the task is as the officer saw it. */
export function checkVersion({ version }: Pick<OrgTask, 'version'>, expectedVersion: number): void {
  if (version !== expectedVersion) throw refuse.staleVersion();
}

/**
 * Marks the first viewing 调阅 of a task by its holder or, in the unit inbox, by somebody who may receive it: from then on the sender cannot
 * take the item back (3.4, scenario 27). Later viewings, and those of colleagues, change nothing. Returns the task. Throws NOT_FOUND.
 */
export async function viewTask(
  tx: ScopedTransaction,
  taskId: string,
  officer: Officer,
  at: Date,
): Promise<OrgTask> {
  const { item, task } = await lockedTask(tx, taskId, officer);
  const counts =
    task.state === 'UNIT_INBOX'
      ? officer.roles.some((role) => INBOX_ROLES.includes(role))
      : task.holderId === officer.accountId;
  if (!counts || task.openedAt !== null) return task;
  return changed(tx, item, task, { openedAt: at }, { action: 'TASK_OPENED', officer, at });
}

/**
 * Takes 接收 a task out of the unit inbox into the officer's own to-dos; taking is also its first viewing. Throws NOT_FOUND, ALREADY_TAKEN, TASK_CANCELLED,
 * WRONG_TASK_STATE, STALE_VERSION; NO_SUCH_INTERVIEWER for a talk whose interviewer left, unless the officer interviews. Rule: PT-TSK-02.
 */
export async function takeTask(
  tx: ScopedTransaction,
  { taskId, expectedVersion }: SeenTask,
  officer: Officer,
  at: Date,
): Promise<OrgTask> {
  const { item, task } = await lockedTask(tx, taskId, officer);
  checkInInbox(task);
  checkVersion(task, expectedVersion);
  if (task.kind === 'INTERVIEW') return takeUpInterview(tx, { item, task }, officer.accountId, officer, at);
  return changed(
    tx,
    item,
    task,
    { state: 'TODO', holderId: officer.accountId, openedAt: task.openedAt ?? at },
    { action: 'TASK_TAKEN', officer, at },
  );
}

/**
 * Gives 分办 a task of the unit inbox to a colleague; deciding who handles it counts as its first viewing. A talk whose interviewer left goes to an
 * interviewer. Throws as {@link takeTask}, and COLLEAGUE_NOT_ALLOWED. Rule: PT-TSK-02.
 */
export async function distributeTask(
  tx: ScopedTransaction,
  { taskId, expectedVersion, toAccountId }: SeenTask & { toAccountId: string },
  officer: Officer,
  at: Date,
): Promise<OrgTask> {
  const { item, task } = await lockedTask(tx, taskId, officer);
  checkInInbox(task);
  checkVersion(task, expectedVersion);
  if (task.kind === 'INTERVIEW') return takeUpInterview(tx, { item, task }, toAccountId, officer, at);
  const roles = task.kind === 'HANDLE' ? ['petitions:HANDLER'] : recipientRoles(task.kind);
  await checkColleague(tx, toAccountId, { item, roles, officer, at, field: 'toAccountId' });
  return changed(
    tx,
    item,
    task,
    { state: 'TODO', holderId: toAccountId, openedAt: task.openedAt ?? at },
    { action: 'TASK_DISTRIBUTED', officer, at },
  );
}

/**
 * Sends 待办发送 a to-do to a colleague of the own organisation, who holds it from now on. Throws NOT_FOUND, NOT_HOLDER, NOT_TAKEN, WRONG_TASK_STATE,
 * NOT_SENDABLE, STALE_VERSION, COLLEAGUE_NOT_ALLOWED, INVALID_INPUT (it is the holder). Rule: PT-TSK-03.
 */
export async function sendTask(
  tx: ScopedTransaction,
  { taskId, expectedVersion, toAccountId }: SeenTask & { toAccountId: string },
  officer: Officer,
  at: Date,
): Promise<OrgTask> {
  const { item, task } = await lockedTask(tx, taskId, officer);
  checkInHand(task, officer);
  checkVersion(task, expectedVersion);
  const roles = recipientRoles(task.kind);
  if (toAccountId === task.holderId) throw alreadyHolder('toAccountId');
  await checkColleague(tx, toAccountId, { item, roles, officer, at, field: 'toAccountId' });
  return changed(tx, item, task, { holderId: toAccountId }, { action: 'TASK_SENT', officer, at });
}

/**
 * Sets a to-do done 设为已办. Throws NOT_FOUND, NOT_HOLDER, NOT_TAKEN, WRONG_TASK_STATE, STALE_VERSION, WRONG_TASK_KIND, CUSTODY_OPEN, RESULT_AWAITED.
 * Rule: PT-TSK-03.
 */
export async function setDone(
  tx: ScopedTransaction,
  { taskId, expectedVersion }: SeenTask,
  officer: Officer,
  at: Date,
): Promise<OrgTask> {
  const { item, task } = await lockedTask(tx, taskId, officer);
  checkInHand(task, officer);
  checkVersion(task, expectedVersion);
  const awaited = await tx.query(
    `SELECT FROM org_task WHERE case_item_id = $1 AND organisation_id = $2 AND state = 'AWAITING_RESULT' LIMIT 1`,
    [item.id, officer.organisationId],
  );
  checkMayBeDone(task, awaited.length > 0);
  return changed(
    tx,
    item,
    task,
    { state: 'DONE', doneAt: at, doneBy: officer.accountId },
    { action: SET_DONE, officer, at },
  );
}

/** How the journal names that a task was set done, and not handed on. */
export const SET_DONE = 'TASK_DONE';

/** Changes a locked task and writes it into the item's journal; task events stay internal (§7). */
async function changed(
  tx: ScopedTransaction,
  item: CaseItem,
  task: OrgTask,
  set: Parameters<typeof changeTask>[2],
  { action, officer, at }: { action: string; officer: Officer; at: Date },
): Promise<OrgTask> {
  const now = await changeTask(tx, task, set);
  await noteOnCase(tx, item, { action, actor: officer, at, subjectId: task.id });
  return now;
}
