import { Refusal, refuse } from '@junxian/errors';
import {
  ReviewAccepted,
  ReviewClosed,
  ReviewRegistered,
  ReviewRejected,
  ReviewResumed,
  ReviewStepDone,
  ReviewSuspended,
  ReviewTerminated,
} from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { Actor, CaseItem } from '../cases/case.types';
import { type CaseEvent, caseEvent, caseForChange, noteOnCase } from '../cases/case-changes.service';
import type { SealService } from '../handling/seal.service';
import { insertedStep, reviewById, updatedReview } from './review.store';
import type { ReviewCase, ReviewStep, ReviewStepKind } from './review.types';
import {
  actorOf,
  checkReviewAction,
  checkReviewMove,
  isEnded,
  type ReviewAction,
} from './review-state.rules';

/** Who acts, and when. `today` is the date in China. */
export interface Acting<Who extends Actor = Officer> {
  officer: Who;
  at: Date;
  today: string;
}

/** Who acts on a document that gets a seal, and who puts it on. */
export interface Sealing extends Acting {
  seals: SealService;
}

/** An item and its review, both locked. */
export interface ReviewInHand {
  item: CaseItem;
  review: ReviewCase;
}

/** Which review, at which version. */
export interface ReviewReference {
  reviewCaseId: string;
  expectedVersion: number;
}

/**
 * Locks a review and, before it, its item, for an action of the authority's own officers. Throws NOT_FOUND (out of
 * sight), FORBIDDEN (another organisation's, or without the role), NOT_REVIEW_HANDLER (another handler was appointed), STALE_VERSION,
 * WRONG_STATE.
 */
export async function reviewForAction(
  tx: ScopedTransaction,
  { reviewCaseId, expectedVersion }: { reviewCaseId: string; expectedVersion: number | null },
  action: ReviewAction,
  officer: Officer,
): Promise<ReviewInHand> {
  const found = await reviewById(tx, reviewCaseId);
  if (found === undefined) throw refuse.notFound('reviewCaseId');
  const actor = actorOf(action);
  if (
    found.authorityOrganisationId !== officer.organisationId ||
    !officer.roles.includes(`petitions:${actor}`)
  )
    throw refuse.forbidden();
  const item = await caseForChange(tx, found.caseItemId, null);
  const review = await reviewById(tx, reviewCaseId, 'FOR UPDATE');
  if (review === undefined) throw refuse.notFound('reviewCaseId');
  if (expectedVersion !== null && review.version !== expectedVersion) throw refuse.staleVersion();
  checkReviewAction(action, review.state);
  // Before anybody is appointed, any review handler may act (an application withdrawn on the first day).
  if (actor === 'REVIEW_HANDLER' && review.handlerId !== null && review.handlerId !== officer.accountId)
    throw notReviewHandler();
  return { item, review };
}

/** Moves a locked review by an action; checks the table of states. Returns it as it now is. */
export async function moveReview(
  tx: ScopedTransaction,
  review: ReviewCase,
  action: ReviewAction,
  set: Partial<Omit<ReviewCase, 'id' | 'version'>>,
  at: Date,
): Promise<ReviewCase> {
  checkReviewMove(action, review.state, set.state ?? review.state, review.stateBeforeSuspension);
  return updatedReview(tx, review, { ...set, updatedAt: at });
}

const EVENTS = {
  ReviewRegistered,
  ReviewAccepted,
  ReviewRejected,
  ReviewStepDone,
  ReviewSuspended,
  ReviewResumed,
  ReviewTerminated,
  ReviewClosed,
};

/** An event of a review (§7): codes and dates only. */
export function reviewEvent(name: keyof typeof EVENTS, review: ReviewCase): CaseEvent {
  const { id, level, state, result, dueOn } = review;
  return caseEvent(EVENTS[name], { reviewCaseId: id, level, state, result, dueOn });
}

/** What the journal keeps of every action on a review; by `reviewCaseId` an earlier review is told from this one. */
export function reviewDetails(review: ReviewCase): Record<string, string | null> {
  const { id, level, state, result } = review;
  return { reviewCaseId: id, level, reviewState: state, result };
}

/** Journals an action on a review that leaves its item as it is, with the event if there is one. */
export async function noteReview(
  tx: ScopedTransaction,
  { item, review }: ReviewInHand,
  note: {
    action: ReviewAction | 'SUBMIT_DOCUMENT' | 'FILE_DOCUMENT' | 'TAKE_OVER';
    event?: keyof typeof EVENTS;
    subjectId?: string;
    details?: Record<string, string>;
    acting: Acting<Actor>;
  },
): Promise<void> {
  const { action, event, subjectId = review.id, details = {}, acting } = note;
  await noteOnCase(tx, item, {
    action: `REVIEW_${action}`,
    actor: acting.officer,
    at: acting.at,
    events: event === undefined ? [] : [reviewEvent(event, review)],
    subjectId,
    details: { ...reviewDetails(review), ...details },
  });
}

/** Adds a step that the authority itself has done to the file. Returns it. */
export function doneStep(
  tx: ScopedTransaction,
  review: ReviewCase,
  kind: ReviewStepKind,
  { officer, at }: Acting,
  facts: Partial<ReviewStep> = {},
): Promise<ReviewStep> {
  return insertedStep(tx, {
    reviewCaseId: review.id,
    caseItemId: review.caseItemId,
    kind,
    state: 'DONE',
    organisationId: officer.organisationId,
    // By name, so that other officers of the organisation do not see it as a step of theirs.
    accountId: officer.accountId,
    startedAt: at,
    startedBy: officer.accountId,
    finishedAt: at,
    finishedBy: officer.accountId,
    ...facts,
  });
}

/** Ends what is still open when an opinion is signed or a review ends: requests, questions to others and the tasks for them; at the end also the tasks to decide documents. */
export async function cancelOpenSteps(
  tx: ScopedTransaction,
  review: ReviewCase,
  { officer, at }: Acting<Actor>,
): Promise<void> {
  const cancelled = await tx.query<{ id: string }>(
    `UPDATE review_step SET state = 'CANCELLED', finished_at = $2, finished_by = $3, version = version + 1
     WHERE review_case_id = $1 AND state = 'OPEN' RETURNING id`,
    [review.id, at, officer.organisationId === null ? null : officer.accountId],
  );
  await tx.query(
    `UPDATE org_task SET state = 'CANCELLED', done_at = $2, version = version + 1
     WHERE kind = 'REVIEW_STEP' AND state IN ('UNIT_INBOX', 'TODO')
       AND (subject_id = ANY($1::uuid[]) OR ($4 AND subject_id IN (SELECT id FROM review_document WHERE review_case_id = $3)))`,
    [cancelled.map(({ id }) => id), at, review.id, isEnded(review.state)],
  );
}

const notReviewHandler = () =>
  new Refusal(
    'NOT_REVIEW_HANDLER',
    {
      zh: '该复查复核件由其他办理人承办，请由其办理或请领导改派',
      en: 'Another handler was appointed for this review; let them act or have the leader replace them',
    },
    { httpStatus: 409 },
  );
