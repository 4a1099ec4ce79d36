import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { holdRegionCodes } from '@junxian/region-changes';
import { caseById } from '../cases/case-changes.service';
import { letSee } from '../cases/sight.service';
import { nextDocumentNumber } from '../handling/document-numbers.service';
import { organisationsByIds } from '../organisations/organisations.service';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { checkTakesReviewOver } from './authority.rules';
import { higherOrganOf } from './authority.service';
import { REVIEW_COLUMNS, reviewById } from './review.store';
import type { ReviewCase } from './review.types';
import {
  type Acting,
  doneStep,
  noteReview,
  type ReviewInHand,
  type ReviewReference,
} from './review-actions.service';

/**
 * Takes over 移交 a review under way whose authority was removed, as the organ that is next-higher above the respondent today: it is the organ's with its clock
 * and its file, under a number of its own, and a leader appoints a handler. What was not filed is a draft again. Throws FORBIDDEN, FIELD_REQUIRED, NOT_FOUND,
 * AUTHORITY_EXISTS, NO_HIGHER_AUTHORITY, AUTHORITY_MISMATCH, STALE_VERSION. Event ReviewStepDone. Rules: PT-RVW-02, PT-HND-08.
 */
export async function takeOverReview(
  tx: ScopedTransaction,
  { reviewCaseId, expectedVersion, reason }: ReviewReference & { reason: string },
  acting: Acting,
): Promise<ReviewInHand> {
  const { officer, at } = acting;
  if (!['REVIEW_CLERK', 'REVIEW_LEADER'].some((role) => officer.roles.includes(`petitions:${role}`)))
    throw refuse.forbidden();
  const faults = new Faults();
  const content = faults.text('reason', reason, TEXT_LIMITS.REASON);
  faults.throwIfAny();
  const before = await leftReview(tx, reviewCaseId, acting);
  const number = await nextDocumentNumber(
    tx,
    officer.organisationId,
    before.level === 'REVIEW' ? 'REVIEW_CASE' : 'RE_REVIEW_CASE',
    at,
  );
  holdRegionCodes(tx);
  const [took] = await tx.query<{ taken: boolean }>('SELECT pt_rvw_02_take_review($1, $2, $3, $4) AS taken', [
    reviewCaseId,
    expectedVersion,
    number,
    at,
  ]);
  // It was changed since the officer saw it, taken over or ended.
  if (!took!.taken) throw refuse.staleVersion();
  const item = (await caseById(tx, before.caseItemId))!;
  await letSee(tx, item, { id: officer.organisationId, regionCode: officer.regionCode }, 'REVIEW', at);
  const review = (await reviewById(tx, reviewCaseId))!;
  const step = await doneStep(tx, review, 'TAKING_OVER', acting, { content });
  const inHand = { item, review };
  await noteReview(tx, inHand, {
    action: 'TAKE_OVER',
    event: 'ReviewStepDone',
    subjectId: step.id,
    details: { from: before.authorityOrganisationId, to: review.authorityOrganisationId },
    acting,
  });
  return inHand;
}

/** A review that the officer's organisation may take over; of one in sight that it may not, why. */
async function leftReview(
  tx: ScopedTransaction,
  reviewCaseId: string,
  { officer, at, today }: Acting,
): Promise<ReviewCase> {
  const seen = await reviewById(tx, reviewCaseId);
  const [left] = await tx.query<ReviewCase>(
    `SELECT ${REVIEW_COLUMNS} FROM pt_rvw_02_left_reviews($1::date) v WHERE v.id::text = $2`,
    [today, reviewCaseId.toLowerCase()],
  );
  if (left !== undefined) return left;
  if (seen === undefined) throw refuse.notFound('reviewCaseId');
  const item = await caseById(tx, seen.caseItemId);
  const [authority] = await organisationsByIds(tx, [seen.authorityOrganisationId]);
  if (item === undefined || authority === undefined || seen.endedAt !== null) throw refuse.staleVersion();
  const higher = await higherOrganOf(tx, seen.respondentOrganisationId, item, at);
  checkTakesReviewOver(officer.organisationId, { authority, higher });
  throw refuse.staleVersion();
}
