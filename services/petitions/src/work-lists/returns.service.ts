import { dateInShanghai } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { CaseReturned, CaseReturnRequested, ReturnRefused } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, OrgTask } from '../cases/case.types';
import { caseEvent, noteOnCase } from '../cases/case-changes.service';
import { changeTask, custodyTask, taskForChange } from '../cases/custody.service';
import { dueOn } from '../deadlines/periods.service';
import { forbiddenDestination } from '../handling/routing.rules';
import { organisationsOfAccused } from '../handling/routing.service';
import { currentOrganisation, isOfficer } from '../organisations/organisations.service';
import { selectList } from '../rows';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { giveBack } from './custody-back.service';
import { hasFiledNotice } from './filed-notices.service';
import { returnNotPending, senderRemoved } from './returns.rules';
import { checkReturn, HOLDER_ROLES } from './task.rules';
import { checkVersion, lockedTask, type SeenTask } from './tasks.service';

/** A request to return an item 退回 to its sender. */
export interface ReturnRequest {
  id: string;
  caseItemId: string;
  taskId: string;
  organisationId: string;
  senderOrganisationId: string;
  requestedBy: string;
  requestedAt: Date;
  reason: string;
  suggestedOrganisationId: string | null;
  state: 'PENDING' | 'CONFIRMED' | 'REFUSED' | 'WITHDRAWN';
  decidedBy: string | null;
  decidedAt: Date | null;
  decisionText: string | null;
  version: number;
}

const COLUMNS = selectList(
  [
    'id',
    'caseItemId',
    'taskId',
    'organisationId',
    'senderOrganisationId',
    'requestedBy',
    'requestedAt',
    'reason',
    'suggestedOrganisationId',
    'state',
    'decidedBy',
    'decidedAt',
    'decisionText',
    'version',
  ] satisfies (keyof ReturnRequest)[],
  'q',
);

/** The requests in sight about several tasks, oldest first. */
export function returnRequestsOfTasks(
  tx: ScopedTransaction,
  taskIds: readonly string[],
): Promise<ReturnRequest[]> {
  return tx.query<ReturnRequest>(
    `SELECT ${COLUMNS} FROM return_request q WHERE q.task_id = ANY($1::uuid[]) ORDER BY q.task_id, q.id`,
    [taskIds],
  );
}

/**
 * Asks the sender to take an item back 申请退回: within the return period (5 working days from receipt, make-up days counted) and while no notice is filed. The item
 * waits for the sender's decision; its clocks go on. Who returns from the unit inbox holds the item from then on. Throws NOT_FOUND, CANNOT_RETURN,
 * RETURN_TOO_LATE, NOT_HOLDER, TASK_CANCELLED, STALE_VERSION, SENDER_REMOVED, FORBIDDEN_DESTINATION, FIELD_REQUIRED, INVALID_INPUT. Rules: PT-TSK-03 (3.4), scenario 28.
 */
export async function returnCase(
  tx: ScopedTransaction,
  {
    taskId,
    expectedVersion,
    reason,
    suggestedOrgId = null,
  }: SeenTask & { reason: string; suggestedOrgId?: string | null | undefined },
  officer: Officer,
  at: Date,
): Promise<ReturnRequest> {
  const faults = new Faults();
  const text = faults.text('reason', reason, TEXT_LIMITS.REASON);
  if (suggestedOrgId !== null && (await suggested(tx, suggestedOrgId)) === undefined)
    faults.add(refuse.notFound('suggestedOrgId'));
  faults.throwIfAny();
  const { item, task } = await lockedTask(tx, taskId, officer);
  checkReturn({
    task,
    noticeFiled: await hasFiledNotice(tx, item.id),
    lastDay: await dueOn(tx, 'RETURN', dateInShanghai(task.receivedAt)),
    today: dateInShanghai(at),
    accountId: officer.accountId,
  });
  checkVersion(task, expectedVersion);
  await checkSender(tx, item, task, at);
  await changeTask(tx, task, {
    state: 'RETURN_PENDING',
    holderId: officer.accountId,
    openedAt: task.openedAt ?? at,
  });
  const [request] = await tx.query<ReturnRequest>(
    `INSERT INTO return_request AS q (case_item_id, task_id, organisation_id, sender_organisation_id, requested_by, requested_at, reason, suggested_organisation_id)
     SELECT t.case_item_id, t.id, t.organisation_id, s.organisation_id, $2, $3, $4, $5
     FROM org_task t JOIN org_task s ON s.id = t.from_task_id WHERE t.id = $1 RETURNING ${COLUMNS}`,
    [task.id, officer.accountId, at, text, suggestedOrgId],
  );
  await noteOnCase(tx, item, {
    action: 'RETURN_REQUESTED',
    actor: officer,
    at,
    events: [
      caseEvent(CaseReturnRequested, {
        recordId: task.handlingRecordId,
        reasonCode: suggestedOrgId === null ? 'NOT_OURS' : 'ANOTHER_ORGANISATION',
      }),
    ],
    subjectId: request!.id,
  });
  return request!;
}

/**
 * Withdraws 撤销退回申请 an undecided request: the item is a to-do of the officer who asked. Throws NOT_FOUND (not theirs), RETURN_DECIDED, STALE_VERSION.
 */
export async function withdrawReturn(
  tx: ScopedTransaction,
  { requestId, expectedVersion }: { requestId: string; expectedVersion: number },
  officer: Officer,
  at: Date,
): Promise<ReturnRequest> {
  const found = await requestInSight(tx, requestId);
  if (found.requestedBy !== officer.accountId) throw refuse.notFound('requestId');
  const { item, task } = await taskForChange(tx, found.taskId, null, officer);
  const request = await settled(tx, found.id, expectedVersion, {
    state: 'WITHDRAWN',
    text: null,
    officer,
    at,
  });
  await changeTask(tx, task, { state: 'TODO' });
  await noteOnCase(tx, item, { action: 'RETURN_WITHDRAWN', actor: officer, at, subjectId: request.id });
  return request;
}

export interface ReturnDecision {
  requestId: string;
  expectedVersion: number;
  decision: 'CONFIRM' | 'REFUSE';
  /** Required to refuse. */
  reason?: string | null | undefined;
}

/**
 * Decides about a return as an officer of the organisation that sent the item. Confirmed: the item is again with whoever sent it, or in the unit inbox when they no
 * longer act for the organisation. Refused: it is a to-do of the officer who asked, whose clocks never stopped. Throws NOT_FOUND, RETURN_DECIDED,
 * STALE_VERSION, FIELD_REQUIRED (reason). Rule: PT-TSK-03 (3.4).
 */
export async function decideReturn(
  tx: ScopedTransaction,
  { requestId, expectedVersion, decision, reason }: ReturnDecision,
  officer: Officer,
  at: Date,
): Promise<ReturnRequest> {
  const refused = decision === 'REFUSE';
  const faults = new Faults();
  const text = faults.textIf(refused, 'reason', reason, TEXT_LIMITS.REASON);
  faults.throwIfAny();
  const found = await requestInSight(tx, requestId);
  if (found.senderOrganisationId !== officer.organisationId) throw refuse.notFound('requestId');
  const sentTaskId = await senderTaskOf(tx, found.taskId);
  const { item, task: sent } = await taskForChange(tx, sentTaskId, null, officer);
  const request = await settled(tx, found.id, expectedVersion, {
    state: refused ? 'REFUSED' : 'CONFIRMED',
    text,
    officer,
    at,
  });
  const received = await custodyTask(tx, item.id);
  if (received?.id !== request.taskId) throw new Error('a return is pending for a task without the custody');
  const about = { recordId: received.handlingRecordId, reasonCode: decision };
  if (refused) {
    await changeTask(tx, received, { state: 'TODO' });
    await noteOnCase(tx, item, {
      action: 'RETURN_REFUSED',
      actor: officer,
      at,
      events: [caseEvent(ReturnRefused, about)],
      subjectId: request.id,
    });
    return request;
  }
  const { holderId, organisationId } = sent;
  const stillThere =
    holderId !== null && (await isOfficer(tx, holderId, organisationId, HOLDER_ROLES, dateInShanghai(at)));
  await giveBack(tx, {
    item,
    received,
    sent,
    way: 'RETURN',
    holderId: stillThere ? holderId : null,
    officer,
    at,
    events: [caseEvent(CaseReturned, about)],
  });
  return request;
}

/** The sender can take an item back: it exists, and the accused do not reach it. Throws SENDER_REMOVED, FORBIDDEN_DESTINATION (PT-HND-08). */
async function checkSender(tx: ScopedTransaction, item: CaseItem, task: OrgTask, at: Date): Promise<void> {
  const [sender] = await tx.query<{ id: string; removed: boolean }>(
    'SELECT o.id, o.removed FROM org_task s JOIN organisation o ON o.id = s.organisation_id WHERE s.id = $1',
    [task.fromTaskId],
  );
  if (sender!.removed) throw senderRemoved();
  if ((await organisationsOfAccused(tx, item, [sender!.id], at)).size > 0)
    throw forbiddenDestination('taskId');
}

const suggested = async (tx: ScopedTransaction, id: string) =>
  isUuid(id) ? currentOrganisation(tx, id) : undefined;

async function requestInSight(tx: ScopedTransaction, id: string): Promise<ReturnRequest> {
  const [request] = isUuid(id)
    ? await tx.query<ReturnRequest>(`SELECT ${COLUMNS} FROM return_request q WHERE q.id = $1`, [id])
    : [];
  if (request === undefined) throw refuse.notFound('requestId');
  return request;
}

async function senderTaskOf(tx: ScopedTransaction, taskId: string): Promise<string> {
  const [row] = await tx.query<{ fromTaskId: string }>(
    'SELECT from_task_id AS "fromTaskId" FROM org_task WHERE id = $1',
    [taskId],
  );
  return row!.fromTaskId;
}

/** Ends a pending request; the item is locked, so nobody else decides meanwhile. Throws RETURN_DECIDED with what happened, STALE_VERSION. */
async function settled(
  tx: ScopedTransaction,
  id: string,
  expectedVersion: number,
  {
    state,
    text,
    officer,
    at,
  }: { state: ReturnRequest['state']; text: string | null; officer: Officer; at: Date },
): Promise<ReturnRequest> {
  const request = await requestInSight(tx, id);
  if (request.state !== 'PENDING') throw returnNotPending(request.state);
  if (request.version !== expectedVersion) throw refuse.staleVersion();
  const [now] = await tx.query<ReturnRequest>(
    `UPDATE return_request q SET state = $2, decision_text = $3, decided_by = $4, decided_at = $5, version = q.version + 1
     WHERE q.id = $1 RETURNING ${COLUMNS}`,
    [id, state, text, officer.accountId, at],
  );
  return now!;
}
