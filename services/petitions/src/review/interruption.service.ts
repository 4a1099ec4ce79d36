import { addDays } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Actor } from '../cases/case.types';
import { isOver } from '../deadlines/periods.rules';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { lapseItem } from './matter-end.service';
import { closePause, openPause } from './pauses.service';
import { insertedStep, stepsOf, updatedStep } from './review.store';
import type { ReviewCase, ReviewStep, TerminationGround } from './review.types';
import {
  type Acting,
  cancelOpenSteps,
  doneStep,
  moveReview,
  noteReview,
  type ReviewInHand,
  type ReviewReference,
  reviewDetails,
  reviewEvent,
  reviewForAction,
} from './review-actions.service';

/** Why a review is to be interrupted, and when both parties were told. */
export interface Interruption {
  reason: string;
  partiesToldAt?: string | null;
}

/**
 * The handler asks to suspend a review 发起中止; it is suspended when a leader approves. Throws what
 * {@link reviewForAction} throws, FIELD_REQUIRED, PARTIES_NOT_TOLD, REQUEST_PENDING.
 */
export async function suspendReview(
  tx: ScopedTransaction,
  { reason, partiesToldAt, ...reference }: ReviewReference & Interruption,
  acting: Acting,
): Promise<ReviewInHand> {
  const checked = checkInterruption({ reason, partiesToldAt }, acting.today);
  const { item, review } = await reviewForAction(tx, reference, 'REQUEST_SUSPENSION', acting.officer);
  const request = await openRequest(tx, review, 'SUSPENSION', checked, acting);
  const inHand = { item, review: await moveReview(tx, review, 'REQUEST_SUSPENSION', {}, acting.at) };
  await noteReview(tx, inHand, { action: 'REQUEST_SUSPENSION', subjectId: request.id, acting });
  return inHand;
}

/** A leader's decision about a request. */
export interface Decision {
  approve: boolean;
  text?: string | null;
}

/** A leader approves or refuses a suspension; approved, the clock stands still from today. Throws what {@link reviewForAction} throws, NO_REQUEST, FIELD_REQUIRED. */
export async function decideSuspension(
  tx: ScopedTransaction,
  { approve, text, ...reference }: ReviewReference & Decision,
  acting: Acting,
): Promise<ReviewInHand> {
  const { officer, at, today } = acting;
  const action = approve ? 'APPROVE_SUSPENSION' : 'REFUSE_SUSPENSION';
  const { item, review } = await reviewForAction(tx, reference, action, officer);
  const request = await decideRequest(tx, review, 'SUSPENSION', { approve, text }, acting);
  const suspended = await moveReview(
    tx,
    review,
    action,
    approve
      ? { state: 'SUSPENDED', stateBeforeSuspension: review.state as ReviewCase['stateBeforeSuspension'] }
      : {},
    at,
  );
  if (approve) await openPause(tx, suspended, 'SUSPENSION', today);
  const inHand = { item, review: suspended };
  await noteReview(tx, inHand, {
    action,
    ...(approve ? { event: 'ReviewSuspended' as const } : {}),
    subjectId: request.id,
    acting,
  });
  return inHand;
}

/**
 * Resumes a suspended review 中止重新发起: it stands where it stood, and is due later by the days it was suspended (scenario
 * 30), and so is a defence that is still owed. Throws what {@link reviewForAction} throws, FIELD_REQUIRED without what became of the reason, REQUEST_PENDING.
 */
export async function resumeReview(
  tx: ScopedTransaction,
  { reason, ...reference }: ReviewReference & { reason: string },
  acting: Acting,
): Promise<ReviewInHand> {
  const { officer, at, today } = acting;
  const faults = new Faults();
  const content = faults.text('reason', reason, TEXT_LIMITS.REASON);
  faults.throwIfAny();
  const { item, review } = await reviewForAction(tx, reference, 'RESUME', officer);
  await checkNoRequest(tx, review);
  const clock = await closePause(tx, review, today);
  await putOffDefences(tx, review, clock.pausedDays - review.pausedDays, today);
  const resumed = await moveReview(
    tx,
    review,
    'RESUME',
    { ...clock, state: review.stateBeforeSuspension!, stateBeforeSuspension: null },
    at,
  );
  const step = await doneStep(tx, resumed, 'RESUMPTION', acting, { content });
  const inHand = { item, review: resumed };
  await noteReview(tx, inHand, { action: 'RESUME', event: 'ReviewResumed', subjectId: step.id, acting });
  return inHand;
}

/** A respondent could not answer while the review stood still: a last day that had not passed before moves as the review's does. */
async function putOffDefences(
  tx: ScopedTransaction,
  review: ReviewCase,
  days: number,
  today: string,
): Promise<void> {
  const suspendedOn = addDays(today, -days);
  for (const step of await stepsOf(tx, review.id)) {
    if (step.kind !== 'DEFENCE' || step.state !== 'OPEN' || isOver(step.dueOn!, suspendedOn)) continue;
    const dueOn = addDays(step.dueOn!, days);
    await updatedStep(tx, step, { dueOn });
    tx.send(
      `UPDATE org_task SET result_due_on = $2, version = version + 1
       WHERE subject_id = $1 AND kind = 'REVIEW_STEP' AND state IN ('UNIT_INBOX', 'TODO')`,
      [step.id, dueOn],
    );
  }
}

/**
 * The handler asks to terminate a review 发起终止; it ends when a leader approves. Throws what {@link reviewForAction} throws,
 * FIELD_REQUIRED, PARTIES_NOT_TOLD, REQUEST_PENDING.
 */
export async function terminateReview(
  tx: ScopedTransaction,
  {
    ground,
    reason,
    partiesToldAt,
    ...reference
  }: ReviewReference & Interruption & { ground: TerminationGround },
  acting: Acting,
): Promise<ReviewInHand> {
  const checked = checkInterruption({ reason, partiesToldAt }, acting.today);
  const { item, review } = await reviewForAction(tx, reference, 'REQUEST_TERMINATION', acting.officer);
  const inHand = { item, review: await moveReview(tx, review, 'REQUEST_TERMINATION', {}, acting.at) };
  await openTermination(tx, inHand, { ground, ...checked }, acting);
  return inHand;
}

/** Opens the request to terminate a locked review. Throws REQUEST_PENDING. */
export async function openTermination(
  tx: ScopedTransaction,
  inHand: ReviewInHand,
  { ground, ...why }: { ground: TerminationGround; reason: string; toldOn: string },
  acting: Acting,
): Promise<void> {
  const request = await openRequest(tx, inHand.review, 'TERMINATION', why, acting, ground);
  await noteReview(tx, inHand, {
    action: 'REQUEST_TERMINATION',
    subjectId: request.id,
    details: { ground },
    acting,
  });
}

/** A leader approves or refuses a termination; approved, the item lapses. Throws what {@link reviewForAction} throws, NO_REQUEST, FIELD_REQUIRED. */
export async function decideTermination(
  tx: ScopedTransaction,
  { approve, text, ...reference }: ReviewReference & Decision,
  acting: Acting,
): Promise<ReviewInHand> {
  const action = approve ? ('APPROVE_TERMINATION' as const) : ('REFUSE_TERMINATION' as const);
  const { item, review } = await reviewForAction(tx, reference, action, acting.officer);
  const request = await decideRequest(tx, review, 'TERMINATION', { approve, text }, acting);
  if (action === 'APPROVE_TERMINATION') return terminated(tx, { item, review }, action, request.id, acting);
  const inHand = { item, review: await moveReview(tx, review, action, {}, acting.at) };
  await noteReview(tx, inHand, { action, subjectId: request.id, acting });
  return inHand;
}

/** Terminates a locked review: what is open is cancelled, the item has lapsed. Returns both. */
export async function terminated(
  tx: ScopedTransaction,
  { item, review }: ReviewInHand,
  action: 'APPROVE_TERMINATION' | 'SUPPLEMENT_EXPIRED',
  subjectId: string,
  acting: Acting<Actor>,
): Promise<ReviewInHand> {
  const { officer, at, today } = acting;
  await tx.query(
    'UPDATE review_pause SET until_on = $2 WHERE review_case_id = $1 AND until_on IS NULL RETURNING id',
    [review.id, today],
  );
  const ended = await moveReview(
    tx,
    review,
    action,
    { state: 'TERMINATED', stateBeforeSuspension: null, endedAt: at },
    at,
  );
  await cancelOpenSteps(tx, ended, acting);
  const lapsed = await lapseItem(tx, item, {
    action: 'REVIEW_TERMINATED',
    events: [reviewEvent('ReviewTerminated', ended)],
    actor: officer,
    at,
    subjectId,
    details: reviewDetails(ended),
  });
  return { item: lapsed, review: ended };
}

/** Refuses to go on while a request waits for the leader. Throws REQUEST_PENDING. */
export async function checkNoRequest(tx: ScopedTransaction, review: ReviewCase): Promise<void> {
  if ((await requestsOf(tx, review)).length > 0) throw requestPending();
}

async function requestsOf(tx: ScopedTransaction, review: ReviewCase): Promise<ReviewStep[]> {
  const steps = await stepsOf(tx, review.id);
  return steps.filter(
    ({ kind, state }) => state === 'OPEN' && (kind === 'SUSPENSION' || kind === 'TERMINATION'),
  );
}

async function openRequest(
  tx: ScopedTransaction,
  review: ReviewCase,
  kind: 'SUSPENSION' | 'TERMINATION',
  { reason, toldOn }: { reason: string; toldOn: string },
  { officer, at }: Acting,
  ground: TerminationGround | null = null,
): Promise<ReviewStep> {
  await checkNoRequest(tx, review);
  return insertedStep(tx, {
    reviewCaseId: review.id,
    caseItemId: review.caseItemId,
    kind,
    state: 'OPEN',
    organisationId: officer.organisationId,
    accountId: officer.accountId,
    content: reason,
    ground,
    toldOn,
    startedAt: at,
    startedBy: officer.accountId,
  });
}

async function decideRequest(
  tx: ScopedTransaction,
  review: ReviewCase,
  kind: 'SUSPENSION' | 'TERMINATION',
  { approve, text }: Decision,
  { officer, at }: Acting,
): Promise<ReviewStep> {
  const faults = new Faults();
  const decisionText = faults.textIf(!approve, 'text', text, TEXT_LIMITS.REASON);
  faults.throwIfAny();
  const request = (await requestsOf(tx, review)).find((step) => step.kind === kind);
  if (request === undefined) throw noRequest();
  return updatedStep(tx, request, {
    state: approve ? 'DONE' : 'REFUSED',
    decisionText,
    finishedAt: at,
    finishedBy: officer.accountId,
  });
}

function checkInterruption(
  { reason, partiesToldAt }: Interruption,
  today: string,
): { reason: string; toldOn: string } {
  const faults = new Faults();
  const checked = { reason: faults.text('reason', reason, TEXT_LIMITS.REASON), toldOn: partiesToldAt ?? '' };
  if (!partiesToldAt) faults.add(partiesNotTold());
  else if (partiesToldAt > today)
    faults.add(
      refuse.invalid('partiesToldAt', {
        zh: '告知日期不能晚于今天',
        en: 'The day on which the parties were told cannot be in the future',
      }),
    );
  faults.throwIfAny();
  return checked;
}

const partiesNotTold = () =>
  new Refusal(
    'PARTIES_NOT_TOLD',
    {
      zh: '中止、终止应当告知双方当事人，请填写告知日期',
      en: 'Both parties are told of a suspension or termination; enter the day they were told',
    },
    { field: 'partiesToldAt' },
  );

const requestPending = () =>
  new Refusal(
    'REQUEST_PENDING',
    {
      zh: '有一项中止或终止申请正在等待领导审批，审批后再进行',
      en: 'A request to suspend or terminate waits for the leader; go on once it is decided',
    },
    { httpStatus: 409 },
  );

const noRequest = () =>
  new Refusal(
    'NO_REQUEST',
    {
      zh: '没有待审批的申请，请由办理人先发起',
      en: 'There is no request to decide; the handler makes one first',
    },
    { httpStatus: 409 },
  );
