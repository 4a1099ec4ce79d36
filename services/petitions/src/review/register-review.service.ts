import { type Refusal, refuse } from '@junxian/errors';
import { CaseReviewMoved } from '@junxian/messaging';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import type { CaseItem } from '../cases/case.types';
import { caseEvent, caseForChange, changeCase } from '../cases/case-changes.service';
import { recordHandling } from '../cases/custody.service';
import { isOver } from '../deadlines/periods.rules';
import { dueOn } from '../deadlines/periods.service';
import { nextDocumentNumber } from '../handling/document-numbers.service';
import type { HandlingOpinion } from '../handling/opinion.types';
import { opinionsOfItems } from '../handling/opinions.service';
import { insertion } from '../rows';
import { checkAuthority } from './authority.rules';
import { higherOrganOf } from './authority.service';
import { lapseItem, reopenMatter } from './matter-end.service';
import {
  appealTooLate,
  type Challenged,
  checkApplication,
  checkReviewable,
  type ReviewApplication,
  reviewExists,
  stateBeforeLapse,
  staysLapsed,
} from './registration.rules';
import { REVIEW_COLUMNS, reviewsOf } from './review.store';
import type { ReviewCase, ReviewLevel } from './review.types';
import { type Acting, type ReviewInHand, reviewDetails, reviewEvent } from './review-actions.service';
import { ITEM_STATES } from './review-state.rules';

/**
 * Registers an application for a review 复查登记 or re-review 复核登记 at the clerk's own organisation, which must be the
 * next-higher organ of the one that decided (PT-RVW-02). The clock runs from the day of receipt. An application after the window
 * lets the item lapse: that is stored, so the refusal APPEAL_TOO_LATE is returned as a value, to be thrown after the commit
 * (scenario 29). One made within the window, but registered after it, brings a lapsed item and its matter back. Throws
 * FORBIDDEN, NOT_FOUND, STALE_VERSION (of the item), NOT_REVIEWABLE, NO_HIGHER_AUTHORITY, AUTHORITY_MISMATCH, REVIEW_EXISTS
 * (PT-RVW-01), and what `checkApplication` throws.
 */
export async function registerReview(
  tx: ScopedTransaction,
  application: ReviewApplication,
  acting: Acting,
): Promise<ReviewInHand | Refusal> {
  const { officer, at, today } = acting;
  const { level, caseItemId, expectedVersion } = application;
  if (!officer.roles.includes('petitions:REVIEW_CLERK')) throw refuse.forbidden();
  const item = await caseForChange(tx, caseItemId, expectedVersion);
  const lapsed = item.state === 'LAPSED';
  const { opinion, reviews } = await decidedSoFar(tx, item.id);
  const stood = lapsed && opinion !== undefined ? stateBeforeLapse(opinion.id, reviews) : item.state;
  checkReviewable(level, { state: stood, outcome: item.outcome });
  const decision = challengedDecision(level, item, { opinion, reviews });
  checkAuthority(officer.organisationId, await higherOrganOf(tx, decision.respondentId, item, at));
  const texts = checkApplication(application, decision, today);
  if (lapsed) {
    if (staysLapsed(application, { appealDueOn: item.appealDueOn! }, decision.handlingOpinionId, reviews))
      return appealTooLate();
  } else if (isOver(item.appealDueOn!, application.applicationDate)) {
    await lapseItem(tx, item, {
      action: 'LAPSE',
      actor: officer,
      at,
      details: { appliedOn: application.applicationDate, level },
    });
    return appealTooLate();
  }
  const review = await insertedReview(tx, item, { ...application, ...texts }, decision, acting);
  const moved = await changeCase(tx, item, {
    action: level === 'REVIEW' ? 'SUBMIT_REVIEW' : 'SUBMIT_RE_REVIEW',
    set: { state: ITEM_STATES[level].during },
    actor: officer,
    at,
    events: [
      caseEvent(CaseReviewMoved, { reviewCaseId: review.id, state: ITEM_STATES[level].during }),
      reviewEvent('ReviewRegistered', review),
    ],
    subjectId: review.id,
    details: reviewDetails(review),
  });
  if (lapsed) await reopenMatter(tx, moved, at);
  return { item: moved, review };
}

/** The handling opinion that stands, and all reviews of an item. */
interface DecidedSoFar {
  opinion: HandlingOpinion | undefined;
  reviews: ReviewCase[];
}

async function decidedSoFar(tx: ScopedTransaction, caseItemId: string): Promise<DecidedSoFar> {
  const [opinions, reviews] = await Promise.all([
    opinionsOfItems(tx, [caseItemId]),
    reviewsOf(tx, caseItemId),
  ]);
  return { opinion: opinions.findLast(({ state }) => state === 'SERVED'), reviews };
}

/** The decision an application is about, who made it, and the handling opinion at its root. */
interface Decision extends Challenged {
  respondentId: string;
  handlingOpinionId: string;
  previousReviewId: string | null;
}

function challengedDecision(
  level: ReviewLevel,
  item: CaseItem,
  { opinion, reviews }: DecidedSoFar,
): Decision {
  if (level === 'RE_REVIEW') {
    const review = reviews.findLast(({ state }) => state === 'CLOSED');
    if (review === undefined) throw new Error('a reviewed item without a review');
    const { id, servedOn, opinionDocNo, authorityOrganisationId, handlingOpinionId } = review;
    return {
      respondentId: authorityOrganisationId,
      servedOn: servedOn!,
      docNo: opinionDocNo!,
      handlingOpinionId,
      previousReviewId: id,
    };
  }
  if (opinion === undefined || item.responsibleOrganisationId === null)
    throw new Error('a replied item without an opinion');
  return {
    respondentId: item.responsibleOrganisationId,
    servedOn: item.servedOn!,
    docNo: opinion.docNo!,
    handlingOpinionId: opinion.id,
    previousReviewId: null,
  };
}

async function insertedReview(
  tx: ScopedTransaction,
  item: CaseItem,
  { level, applicationDate, receivedAt, request, grounds, challengedDocNo }: ReviewApplication,
  { respondentId, handlingOpinionId, previousReviewId }: Decision,
  { officer, at }: Acting,
): Promise<ReviewCase> {
  const { organisationId, accountId, regionCode } = officer;
  const record = await recordHandling(tx, {
    item,
    mode: level === 'REVIEW' ? 'SUBMIT_REVIEW' : 'SUBMIT_RE_REVIEW',
    fromOrganisationId: organisationId,
    officerId: accountId,
    destinationOrganisationId: organisationId,
    at,
  });
  const [petitioner] = await tx.query<{ id: string }>(
    'SELECT id FROM petitioner WHERE case_item_id = $1 AND is_main',
    [item.id],
  );
  const { columns, placeholders, values } = insertion({
    authorityOrganisationId: organisationId,
    regionCode,
    reviewNo: await nextDocumentNumber(
      tx,
      organisationId,
      level === 'REVIEW' ? 'REVIEW_CASE' : 'RE_REVIEW_CASE',
      at,
    ),
    level,
    caseItemId: item.id,
    handlingRecordId: record.id,
    previousReviewId,
    applicantId: petitioner!.id,
    applicationDate,
    receivedOn: receivedAt,
    handlingOpinionId,
    challengedDocNo,
    respondentOrganisationId: respondentId,
    dueOn: await dueOn(tx, 'REVIEW', receivedAt),
    createdAt: at,
    createdBy: accountId,
    updatedAt: at,
  } satisfies Partial<ReviewCase>);
  const [review] = await tx
    .query<ReviewCase>(
      `INSERT INTO review_case AS v (${columns}) VALUES (${placeholders}) RETURNING ${REVIEW_COLUMNS}`,
      values,
    )
    .catch((error: unknown) => {
      throw isUniqueViolation(error, 'review_case_once') ? reviewExists() : error;
    });
  await tx.query('INSERT INTO review_application (review_case_id, request, grounds) VALUES ($1, $2, $3)', [
    review!.id,
    request,
    grounds,
  ]);
  return review!;
}
