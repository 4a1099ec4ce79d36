import { dateInShanghai } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, OrgTask, TaskState } from '../cases/case.types';
import { noteOnCase } from '../cases/case-changes.service';
import { changeTask, custodyForAction, custodyTask, openTask, taskForChange } from '../cases/custody.service';
import { isOfficer } from '../organisations/organisations.service';
import { assignments, selectList } from '../rows';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import {
  type ApprovalDecision,
  type ApprovalState,
  checkMayCancel,
  checkUndecided,
  leaderRefused,
  needsText,
  STATE_OF_DECISION,
} from './approvals.rules';

/** A submission for review 送审. */
export interface ApprovalRequest {
  id: string;
  caseItemId: string;
  taskId: string;
  organisationId: string;
  submitterId: string;
  leaderId: string;
  proposedOpinion: string;
  state: ApprovalState;
  submittedAt: Date;
  openedAt: Date | null;
  decisionText: string | null;
  decidedAt: Date | null;
  version: number;
}

const COLUMNS = selectList(
  [
    'id',
    'caseItemId',
    'taskId',
    'organisationId',
    'submitterId',
    'leaderId',
    'proposedOpinion',
    'state',
    'submittedAt',
    'openedAt',
    'decisionText',
    'decidedAt',
    'version',
  ] satisfies (keyof ApprovalRequest)[],
  'a',
);
const LEADER = ['petitions:LEADER'];

/** The requests in sight of several items, oldest first. */
export function approvalsOfItems(
  tx: ScopedTransaction,
  caseItemIds: readonly string[],
): Promise<ApprovalRequest[]> {
  return tx.query<ApprovalRequest>(
    `SELECT ${COLUMNS} FROM approval_request a WHERE a.case_item_id = ANY($1::uuid[]) ORDER BY a.case_item_id, a.id`,
    [caseItemIds],
  );
}

/** Requests in sight by their ids. */
export function approvalsByIds(tx: ScopedTransaction, ids: readonly string[]): Promise<ApprovalRequest[]> {
  return tx.query<ApprovalRequest>(`SELECT ${COLUMNS} FROM approval_request a WHERE a.id = ANY($1::uuid[])`, [
    ids,
  ]);
}

export interface NewApproval {
  caseItemId: string;
  expectedVersion: number;
  proposedOpinion: string;
  leaderId: string;
}

/**
 * Submits an item that the officer holds to a leader of the own organisation 送审: until the decision the item is read-only. Throws what `custodyForAction` throws,
 * FIELD_REQUIRED and INVALID_INPUT (opinion, leader). Rule: PT-APR-01.
 */
export async function submitApproval(
  tx: ScopedTransaction,
  { caseItemId, expectedVersion, proposedOpinion, leaderId }: NewApproval,
  officer: Officer,
  at: Date,
): Promise<ApprovalRequest> {
  const faults = new Faults();
  const opinion = faults.text('proposedOpinion', proposedOpinion, TEXT_LIMITS.OPINION);
  if (leaderId === officer.accountId || !(await isLeader(tx, leaderId, officer, at)))
    faults.add(leaderRefused());
  faults.throwIfAny();
  const { item, task } = await custodyForAction(tx, caseItemId, expectedVersion, officer);
  if (item.accusedAccountId === leaderId) throw leaderRefused();
  await changeTask(tx, task, { state: 'IN_APPROVAL' });
  const [request] = await tx.query<ApprovalRequest>(
    `INSERT INTO approval_request AS a (case_item_id, task_id, organisation_id, submitter_id, leader_id, proposed_opinion, submitted_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
    [item.id, task.id, officer.organisationId, officer.accountId, leaderId, opinion, at],
  );
  await openTask(tx, {
    caseItemId: item.id,
    kind: 'APPROVAL',
    state: 'TODO',
    organisationId: officer.organisationId,
    regionCode: officer.regionCode,
    holderId: leaderId,
    subjectId: request!.id,
    receivedAt: at,
  });
  await note(tx, item, 'APPROVAL_REQUESTED', request!, officer, at);
  return request!;
}

/**
 * Marks that the leader looks at a request; from then on it cannot be cancelled. Opening it again changes nothing. Throws NOT_FOUND (not addressed to them),
 * APPROVAL_DECIDED.
 */
export async function openApproval(
  tx: ScopedTransaction,
  requestId: string,
  officer: Officer,
  at: Date,
): Promise<ApprovalRequest> {
  const { item, request, leaderTask } = await forLeader(tx, requestId, officer);
  checkUndecided(request.state);
  if (request.state === 'OPENED') return request;
  await changeTask(tx, leaderTask, { openedAt: at });
  const opened = await changed(tx, request, { state: 'OPENED', openedAt: at });
  await note(tx, item, 'APPROVAL_OPENED', opened, officer, at);
  return opened;
}

export interface Decision {
  requestId: string;
  expectedVersion: number;
  decision: ApprovalDecision;
  /** Required unless the leader agrees. */
  text?: string | null | undefined;
}

/**
 * Decides 批示 a request as the leader it is addressed to; the item is a to-do of the submitter again, who acts. Throws NOT_FOUND, APPROVAL_DECIDED,
 * STALE_VERSION, FIELD_REQUIRED (text), INVALID_INPUT. Rule: PT-APR-01.
 */
export async function decideApproval(
  tx: ScopedTransaction,
  { requestId, expectedVersion, decision, text }: Decision,
  officer: Officer,
  at: Date,
): Promise<ApprovalRequest> {
  const faults = new Faults();
  const decisionText = faults.textIf(needsText(decision), 'text', text, TEXT_LIMITS.OPINION);
  faults.throwIfAny();
  const { item, request, leaderTask, waiting } = await forLeader(tx, requestId, officer);
  checkUndecided(request.state);
  if (request.version !== expectedVersion) throw refuse.staleVersion();
  const decided = await changed(tx, request, {
    state: STATE_OF_DECISION[decision],
    openedAt: request.openedAt ?? at,
    decisionText,
    decidedAt: at,
  });
  await end(tx, { leaderTask, waiting }, 'DONE', officer, at);
  await note(tx, item, 'APPROVAL_DECIDED', decided, officer, at);
  return decided;
}

/**
 * Cancels 撤销送审 a request that the leader has not opened (or can no longer decide), as its submitter. Throws NOT_FOUND, APPROVAL_OPENED, APPROVAL_DECIDED,
 * STALE_VERSION.
 */
export async function cancelApproval(
  tx: ScopedTransaction,
  { requestId, expectedVersion }: { requestId: string; expectedVersion: number },
  officer: Officer,
  at: Date,
): Promise<ApprovalRequest> {
  const locked = await lockedRequest(tx, requestId, officer);
  const { item, request } = locked;
  if (request.submitterId !== officer.accountId) throw refuse.notFound('requestId');
  checkMayCancel(request.state, await isLeader(tx, request.leaderId, officer, at));
  if (request.version !== expectedVersion) throw refuse.staleVersion();
  const cancelled = await changed(tx, request, { state: 'CANCELLED', decidedAt: at });
  await end(tx, locked, 'CANCELLED', officer, at);
  await note(tx, item, 'APPROVAL_CANCELLED', cancelled, officer, at);
  return cancelled;
}

interface LockedRequest {
  item: CaseItem;
  request: ApprovalRequest;
  /** Of the leader. */
  leaderTask: OrgTask;
  /** The custody task, which waits while the request is open; undefined once the item is completed. */
  waiting: OrgTask | undefined;
}

async function forLeader(tx: ScopedTransaction, requestId: string, officer: Officer): Promise<LockedRequest> {
  const locked = await lockedRequest(tx, requestId, officer);
  if (locked.request.leaderId !== officer.accountId) throw refuse.notFound('requestId');
  return locked;
}

/** Locks the item, then reads the request anew, so that of two who act on it the second sees what the first did. */
async function lockedRequest(
  tx: ScopedTransaction,
  requestId: string,
  officer: Officer,
): Promise<LockedRequest> {
  const [task] = isUuid(requestId)
    ? await tx.query<{ id: string }>(
        `SELECT id FROM org_task WHERE subject_id = $1 AND kind = 'APPROVAL' AND organisation_id = $2`,
        [requestId, officer.organisationId],
      )
    : [];
  if (task === undefined) throw refuse.notFound('requestId');
  const { item, task: leaderTask } = await taskForChange(tx, task.id, null, officer);
  const [request] = await approvalsByIds(tx, [requestId]);
  const waiting = await custodyTask(tx, item.id);
  if (request === undefined) throw new Error('an approval task without its request');
  return { item, request, leaderTask, waiting };
}

async function end(
  tx: ScopedTransaction,
  { leaderTask, waiting }: Pick<LockedRequest, 'leaderTask' | 'waiting'>,
  state: Extract<TaskState, 'DONE' | 'CANCELLED'>,
  officer: Officer,
  at: Date,
): Promise<void> {
  if (waiting === undefined) throw new Error('an open request without a task that waits for it');
  await changeTask(tx, leaderTask, {
    state,
    openedAt: state === 'DONE' ? (leaderTask.openedAt ?? at) : leaderTask.openedAt,
    doneAt: at,
    doneBy: officer.accountId,
  });
  await changeTask(tx, waiting, { state: 'TODO' });
}

async function changed(
  tx: ScopedTransaction,
  { id, version }: ApprovalRequest,
  set: Partial<Pick<ApprovalRequest, 'state' | 'openedAt' | 'decisionText' | 'decidedAt'>>,
): Promise<ApprovalRequest> {
  const { sql, values } = assignments(set, 3);
  const [now] = await tx.query<ApprovalRequest>(
    `UPDATE approval_request a SET ${sql}, version = a.version + 1 WHERE a.id = $1 AND a.version = $2 RETURNING ${COLUMNS}`,
    [id, version, ...values],
  );
  if (now === undefined) throw refuse.staleVersion();
  return now;
}

const isLeader = (tx: ScopedTransaction, accountId: string, officer: Officer, at: Date) =>
  isOfficer(tx, accountId, officer.organisationId, LEADER, dateInShanghai(at));

const note = (
  tx: ScopedTransaction,
  item: CaseItem,
  action: string,
  { id, state }: ApprovalRequest,
  officer: Officer,
  at: Date,
) => noteOnCase(tx, item, { action, actor: officer, at, subjectId: id, details: { state } });
