import { dateInShanghai } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { CaseItem, OrgTask } from '../cases/case.types';
import { noteOnCase } from '../cases/case-changes.service';
import { changeTask, openTask, taskForChange } from '../cases/custody.service';
import { mayDealWith } from '../organisations/organisations.service';
import { cleanText, fieldRequired } from '../public-accounts/faults.rules';
import { assignments, insertion, selectList } from '../rows';
import { Faults } from '../texts.rules';
import type { Interview, InterviewTab } from './interviews.types';

export const INTERVIEW_COLUMNS = selectList(
  [
    'id',
    'caseItemId',
    'organisationId',
    'taskId',
    'interviewerId',
    'sentFromId',
    'startedAt',
    'content',
    'state',
    'receivedAt',
    'doneAt',
    'version',
  ],
  'i',
);

/**
 * Puts an item into an interviewer's list (PT-VIS-03): an interview under way and the task for it, which carries no custody. The item is
 * locked or new. Throws NO_SUCH_INTERVIEWER.
 */
export async function openInterview(
  tx: ScopedTransaction,
  item: CaseItem,
  interviewerId: string,
  officer: Officer,
  at: Date,
): Promise<Interview> {
  await requireInterviewer(tx, item, interviewerId, officer, at);
  const task = await openTask(tx, {
    caseItemId: item.id,
    kind: 'INTERVIEW',
    state: 'TODO',
    organisationId: officer.organisationId,
    regionCode: officer.regionCode,
    holderId: interviewerId,
    receivedAt: at,
  });
  const { columns, placeholders, values } = insertion({
    caseItemId: item.id,
    organisationId: officer.organisationId,
    taskId: task.id,
    interviewerId,
    state: 'TODO',
    receivedAt: at,
    createdAt: at,
    createdBy: officer.accountId,
    updatedAt: at,
  });
  const [interview] = await tx.query<Interview>(
    `INSERT INTO interview AS i (${columns}) VALUES (${placeholders}) RETURNING ${INTERVIEW_COLUMNS}`,
    values,
  );
  await noteOnCase(tx, item, { action: 'INTERVIEW_OPENED', actor: officer, at, subjectId: interview!.id });
  return interview!;
}

/** The registrar chooses an interviewer, or another one while the talk is pending: it moves. The item is locked. Throws NO_SUCH_INTERVIEWER. */
export async function chooseInterviewer(
  tx: ScopedTransaction,
  item: CaseItem,
  interviewerId: string,
  officer: Officer,
  at: Date,
): Promise<void> {
  const [pending] = await tx.query<Interview>(
    `SELECT ${INTERVIEW_COLUMNS} FROM interview i WHERE i.case_item_id = $1 AND i.state = 'TODO' FOR UPDATE`,
    [item.id],
  );
  if (pending === undefined) await openInterview(tx, item, interviewerId, officer, at);
  else if (pending.interviewerId !== interviewerId) {
    const { task } = await taskForChange(tx, pending.taskId, null, officer);
    await hand(tx, { item, interview: pending, task }, { to: interviewerId, from: null }, officer, at);
  }
}

/**
 * Gives a talk whose interviewer left (its task lies in the unit inbox) to an interviewer: task and talk are in one hand again. Takes item and task locked;
 * returns the task. Throws NO_SUCH_INTERVIEWER.
 */
export async function takeUpInterview(
  tx: ScopedTransaction,
  { item, task }: Pick<Held, 'item' | 'task'>,
  interviewerId: string,
  officer: Officer,
  at: Date,
): Promise<OrgTask> {
  const [interview] = await tx.query<Interview>(
    `SELECT ${INTERVIEW_COLUMNS} FROM interview i WHERE i.task_id = $1 FOR UPDATE`,
    [task.id],
  );
  if (interview === undefined) throw new Error('a task to interview without its talk');
  return (await hand(tx, { item, interview, task }, { to: interviewerId, from: null }, officer, at)).task;
}

/** Notes of a talk, kept while it is under way; the first saving says when it started. Throws NOT_FOUND, STALE_VERSION, INTERVIEW_DONE. */
export async function saveInterview(
  tx: ScopedTransaction,
  {
    interviewId,
    expectedVersion,
    content,
    startedAt,
  }: { interviewId: string; expectedVersion: number; content: string; startedAt?: Date | null },
  officer: Officer,
  at: Date,
): Promise<Interview> {
  const held = await ownInterview(tx, interviewId, expectedVersion, officer);
  const faults = new Faults();
  const text = cleanText(content, 'content', 10_000, faults);
  if (text === null) faults.add(contentRequired());
  const began = startedAt ?? held.interview.startedAt ?? at;
  if (Number.isNaN(began.getTime()) || began > at)
    faults.add(
      refuse.invalid('startedAt', {
        zh: '接谈开始时间不能晚于现在',
        en: 'The talk cannot have started in the future',
      }),
    );
  faults.throwIfAny();
  if (held.task.openedAt === null) await changeTask(tx, held.task, { openedAt: at });
  const saved = await changeInterview(tx, held.interview, { content: text, startedAt: began, updatedAt: at });
  await noteOnCase(tx, held.item, { action: 'INTERVIEW_SAVED', actor: officer, at, subjectId: saved.id });
  return saved;
}

/**
 * Sends a pending talk to a colleague who interviews: from now on only the colleague's list has it (PT-VIS-05). Throws NOT_FOUND, STALE_VERSION,
 * INTERVIEW_DONE, NO_SUCH_INTERVIEWER (also for the sender).
 */
export async function sendInterview(
  tx: ScopedTransaction,
  {
    interviewId,
    expectedVersion,
    interviewerId,
  }: { interviewId: string; expectedVersion: number; interviewerId: string },
  officer: Officer,
  at: Date,
): Promise<Interview> {
  const held = await ownInterview(tx, interviewId, expectedVersion, officer);
  if (interviewerId === officer.accountId) throw noSuchInterviewer();
  return (await hand(tx, held, { to: interviewerId, from: officer.accountId }, officer, at)).interview;
}

/** Ends a talk 设为已办: it moves to the done list (PT-VIS-05). Throws NOT_FOUND, STALE_VERSION, INTERVIEW_DONE, FIELD_REQUIRED while nothing is written down. */
export async function finishInterview(
  tx: ScopedTransaction,
  { interviewId, expectedVersion }: { interviewId: string; expectedVersion: number },
  officer: Officer,
  at: Date,
): Promise<Interview> {
  const { item, interview, task } = await ownInterview(tx, interviewId, expectedVersion, officer);
  if (interview.content === null) throw contentRequired();
  await changeTask(tx, task, { state: 'DONE', doneAt: at, doneBy: officer.accountId });
  const done = await changeInterview(tx, interview, { state: 'DONE', doneAt: at, updatedAt: at });
  await noteOnCase(tx, item, { action: 'INTERVIEW_DONE', actor: officer, at, subjectId: done.id });
  return done;
}

/** The officer's own interviews, the latest first. One statement, whatever the length. */
export function ownInterviews(
  tx: ScopedTransaction,
  { tab, first, after }: PageArguments & { tab: InterviewTab },
  officer: Officer,
): Promise<Page<Interview>> {
  return keysetPage<Interview & { cursorAt: string }>(tx, {
    select: `${INTERVIEW_COLUMNS}, i.received_at::text AS "cursorAt"`,
    from: 'interview i',
    where: ['i.interviewer_id = $1', 'i.organisation_id = $2', ...(tab === 'ALL' ? [] : ['i.state = $3'])],
    parameters: [officer.accountId, officer.organisationId, ...(tab === 'ALL' ? [] : [tab])],
    order: [
      { column: 'i.received_at', key: 'cursorAt', type: 'timestamptz', direction: 'DESC' },
      { column: 'i.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
  });
}

/** The talks of items in sight, of the own organisation, in order. */
export function interviewsOf(tx: ScopedTransaction, itemIds: readonly string[]): Promise<Interview[]> {
  return tx.query<Interview>(
    `SELECT ${INTERVIEW_COLUMNS} FROM interview i WHERE i.case_item_id = ANY($1::uuid[]) ORDER BY i.case_item_id, i.id`,
    [itemIds],
  );
}

interface Held {
  item: CaseItem;
  interview: Interview;
  task: OrgTask;
}

/** A pending talk of the officer, locked: item first, then task, then itself. */
async function ownInterview(
  tx: ScopedTransaction,
  interviewId: string,
  expectedVersion: number,
  officer: Officer,
): Promise<Held> {
  const [found] = isUuid(interviewId)
    ? await tx.query<{ taskId: string }>(
        'SELECT task_id AS "taskId" FROM interview WHERE id = $1 AND organisation_id = $2',
        [interviewId, officer.organisationId],
      )
    : [];
  if (found === undefined) throw refuse.notFound('interviewId');
  const { item, task } = await taskForChange(tx, found.taskId, null, officer);
  const [interview] = await tx.query<Interview>(
    `SELECT ${INTERVIEW_COLUMNS} FROM interview i WHERE i.id = $1 FOR UPDATE`,
    [interviewId],
  );
  // Whoever sent it on has it no more, and is told no more than anybody else.
  if (interview === undefined || interview.interviewerId !== officer.accountId)
    throw refuse.notFound('interviewId');
  if (interview.version !== expectedVersion) throw refuse.staleVersion();
  if (interview.state === 'DONE') throw alreadyDone();
  return { item, interview, task };
}

async function hand(
  tx: ScopedTransaction,
  { item, interview, task }: Held,
  { to, from }: { to: string; from: string | null },
  officer: Officer,
  at: Date,
): Promise<Held> {
  await requireInterviewer(tx, item, to, officer, at);
  const handed = await changeTask(tx, task, {
    state: 'TODO',
    holderId: to,
    receivedAt: at,
    openedAt: null,
  });
  const sent = await changeInterview(tx, interview, {
    interviewerId: to,
    sentFromId: from,
    receivedAt: at,
    updatedAt: at,
  });
  await noteOnCase(tx, item, { action: 'INTERVIEW_SENT', actor: officer, at, subjectId: sent.id });
  return { item, interview: sent, task: handed };
}

async function changeInterview(
  tx: ScopedTransaction,
  { id, version }: Interview,
  set: Partial<Interview> & { updatedAt: Date },
): Promise<Interview> {
  const { sql, values } = assignments(set, 3);
  const [changed] = await tx.query<Interview>(
    `UPDATE interview i SET ${sql}, version = i.version + 1 WHERE i.id = $1 AND i.version = $2 RETURNING ${INTERVIEW_COLUMNS}`,
    [id, version, ...values],
  );
  if (changed === undefined) throw refuse.staleVersion();
  return changed;
}

/** The accused of the item interviews nobody about it (PT-HND-08); refused alike. */
async function requireInterviewer(
  tx: ScopedTransaction,
  item: Pick<CaseItem, 'accusedAccountId'>,
  accountId: string,
  officer: Officer,
  at: Date,
): Promise<void> {
  const today = dateInShanghai(at);
  if (!(await mayDealWith(tx, item, accountId, officer.organisationId, ['petitions:INTERVIEWER'], today)))
    throw noSuchInterviewer();
}

const noSuchInterviewer = () =>
  new Refusal(
    'NO_SUCH_INTERVIEWER',
    {
      zh: '所选人员不是本单位现任接谈人，或不宜接谈该件，请从列表中重新选择',
      en: 'The person chosen does not interview for your organisation now, or may not about this item; choose somebody from the list',
    },
    { field: 'interviewerId' },
  );

const alreadyDone = () =>
  new Refusal(
    'INTERVIEW_DONE',
    { zh: '该接谈已设为已办，不能再修改或发送', en: 'The talk is done; it can no longer be changed or sent' },
    { httpStatus: 409 },
  );

const contentRequired = () => fieldRequired('content', '接谈内容', 'what was said');
