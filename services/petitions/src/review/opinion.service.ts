import { dateInShanghai } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { changeCase } from '../cases/case-changes.service';
import { dueOn } from '../deadlines/periods.service';
import { checkedService, type ServiceInput } from '../handling/document.rules';
import { Faults } from '../texts.rules';
import { checkDraft, documentAfter } from './documents.rules';
import { decideApproval, filing } from './documents.service';
import { insertedDocument, opinionOf, updatedDocument } from './documents.store';
import { checkNoRequest, type Decision } from './interruption.service';
import { stepsOf } from './review.store';
import type { ReviewDocument, ReviewResult } from './review.types';
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
  type Sealing,
} from './review-actions.service';
import { checkExamined } from './steps.rules';

/**
 * Drafts the opinion 拟定意见书 after the written examination; one that was sent back is taken up again. Throws what
 * {@link reviewForAction} throws, FIELD_REQUIRED, INVALID_INPUT, WRITTEN_EXAMINATION_REQUIRED.
 */
export async function draftReviewOpinion(
  tx: ScopedTransaction,
  { body, result, ...reference }: ReviewReference & { body: string; result: ReviewResult },
  acting: Acting,
): Promise<{ inHand: ReviewInHand; opinion: ReviewDocument }> {
  const draft = checkDraft({ kind: 'OPINION', body });
  const { item, review } = await reviewForAction(tx, reference, 'DRAFT_OPINION', acting.officer);
  checkExamined({ steps: await stepsOf(tx, review.id) });
  const before = await opinionOf(tx, review.id);
  const opinion =
    before === undefined
      ? await insertedDocument(
          tx,
          review,
          { kind: 'OPINION', body: draft.body, result },
          { createdBy: acting.officer.accountId, at: acting.at },
        )
      : await updatedDocument(tx, before, {
          body: draft.body,
          result,
          state: documentAfter('REVISE', before.state),
          updatedAt: acting.at,
        });
  const drafted = await moveReview(tx, review, 'DRAFT_OPINION', { state: 'OPINION_DRAFT' }, acting.at);
  const step = await doneStep(tx, drafted, 'OPINION_DRAFT', acting);
  const inHand = { item, review: drafted };
  await noteReview(tx, inHand, {
    action: 'DRAFT_OPINION',
    event: 'ReviewStepDone',
    subjectId: step.id,
    acting,
  });
  return { inHand, opinion };
}

/**
 * The leader whom the opinion was submitted to signs and issues it 签发, which files it with its number and e-seal; or sends it back,
 * saying why, to be examined and drafted again. Throws what {@link reviewForAction} throws, DOCUMENT_STATE, NOT_CHOSEN_LEADER, FIELD_REQUIRED,
 * OPINION_NOT_SUBMITTED, REQUEST_PENDING.
 */
export async function signReview(
  tx: ScopedTransaction,
  { approve, text, ...reference }: ReviewReference & Decision,
  acting: Sealing,
): Promise<ReviewInHand> {
  const { officer, at } = acting;
  const action = approve ? 'SIGN' : 'REJECT_OPINION';
  const { item, review } = await reviewForAction(tx, reference, action, officer);
  await checkNoRequest(tx, review);
  const opinion = await opinionOf(tx, review.id);
  if (opinion?.state !== 'IN_APPROVAL') throw notSubmitted();
  await decideApproval(tx, opinion, { approve, text }, acting);
  if (!approve) {
    await updatedDocument(tx, opinion, { state: documentAfter('REJECT', opinion.state), updatedAt: at });
    const back = await moveReview(tx, review, action, { state: 'EXAMINING' }, at);
    const inHand = { item, review: back };
    await noteReview(tx, inHand, { action, event: 'ReviewStepDone', subjectId: opinion.id, acting });
    return inHand;
  }
  const series = review.level === 'REVIEW' ? 'REVIEW_OPINION' : 'RE_REVIEW_OPINION';
  const filed = await updatedDocument(tx, opinion, await filing(tx, opinion, series, acting));
  const signed = await moveReview(
    tx,
    review,
    action,
    { state: 'SIGNED', result: opinion.result, opinionDocNo: filed.docNo, signedAt: at },
    at,
  );
  await cancelOpenSteps(tx, signed, acting);
  const step = await doneStep(tx, signed, 'SIGNATURE', acting, { documentId: filed.id });
  const inHand = { item, review: signed };
  await noteReview(tx, inHand, { action, event: 'ReviewStepDone', subjectId: step.id, acting });
  return inHand;
}

/**
 * Serves the opinion 送达意见书 on the applicant. From then on the time to ask for a re-review runs, unless the opinion was
 * revoked or there is no further level; the item says so at once. Throws what {@link reviewForAction} throws, FIELD_REQUIRED, SERVED_OUT_OF_TIME.
 */
export async function serveReview(
  tx: ScopedTransaction,
  { service, ...reference }: ReviewReference & { service: ServiceInput },
  acting: Acting,
): Promise<ReviewInHand> {
  const { officer, at, today } = acting;
  const { item, review } = await reviewForAction(tx, reference, 'SERVE', officer);
  const faults = new Faults();
  const { serviceMode, servedOn, receipt } = checkedService(
    service,
    dateInShanghai(review.signedAt!),
    today,
    faults,
  );
  faults.throwIfAny();
  const appealDueOn =
    review.level === 'REVIEW' && review.result !== 'REVOKE_REHANDLE'
      ? await dueOn(tx, 'REVIEW_REQUEST', servedOn)
      : null;
  const served = await moveReview(
    tx,
    review,
    'SERVE',
    { state: 'SERVED', serviceMode, servedOn, receipt, appealDueOn },
    at,
  );
  // The respondent may read it once the applicant has it.
  await updatedDocument(tx, (await opinionOf(tx, review.id))!, {
    recipientOrganisationId: review.respondentOrganisationId,
    updatedAt: at,
  });
  const step = await doneStep(tx, served, 'SERVICE', acting);
  const changed = await changeCase(tx, item, {
    action: 'OPINION_SERVED_AGAIN',
    set: { servedOn, appealDueOn },
    actor: officer,
    at,
    events: [reviewEvent('ReviewStepDone', served)],
    subjectId: step.id,
    details: reviewDetails(served),
  });
  return { item: changed, review: served };
}

const notSubmitted = () =>
  new Refusal(
    'OPINION_NOT_SUBMITTED',
    {
      zh: '意见书尚未送审，请由办理人送审后再签发',
      en: 'The opinion was not submitted; the handler submits it before it is signed',
    },
    { httpStatus: 409 },
  );
