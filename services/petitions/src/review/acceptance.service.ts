import { Refusal } from '@junxian/errors';
import { CaseReviewMoved } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { CaseItem } from '../cases/case.types';
import { caseEvent, changeCase } from '../cases/case-changes.service';
import { isOver } from '../deadlines/periods.rules';
import { dueOn } from '../deadlines/periods.service';
import { isOfficer } from '../organisations/organisations.service';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { documentUsed, filedDocument } from './documents.service';
import { lapseItem } from './matter-end.service';
import { closePause, openPause } from './pauses.service';
import { insertedStep, reviewById, stepsOf, updatedStep } from './review.store';
import type { ReviewCase } from './review.types';
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
import { ITEM_STATES } from './review-state.rules';

/**
 * Appoints the handler 指定办理人 of a review, or replaces the one who is there. Throws what {@link reviewForAction} throws,
 * NOT_A_REVIEW_HANDLER, HANDLER_INVOLVED for somebody who had to do with the matter before (7.4).
 */
export async function appointHandler(
  tx: ScopedTransaction,
  { accountId, ...reference }: ReviewReference & { accountId: string },
  acting: Acting,
): Promise<ReviewInHand> {
  const { officer, at, today } = acting;
  const before = await reviewById(tx, reference.reviewCaseId);
  const action = before?.state === 'REGISTERED' ? 'APPOINT_HANDLER' : 'REPLACE_HANDLER';
  const { item, review } = await reviewForAction(tx, reference, action, officer);
  if (!(await isOfficer(tx, accountId, officer.organisationId, ['petitions:REVIEW_HANDLER'], today)))
    throw notAReviewHandler();
  if (item.accusedAccountId === accountId || (await wasInvolved(tx, item, review, accountId)))
    throw handlerInvolved();
  const appointed = await moveReview(
    tx,
    review,
    action,
    { handlerId: accountId, state: action === 'APPOINT_HANDLER' ? 'ASSIGNED' : review.state },
    at,
  );
  const step = await doneStep(tx, appointed, 'APPOINTMENT', acting);
  const inHand = { item, review: appointed };
  await noteReview(tx, inHand, { action, event: 'ReviewStepDone', subjectId: step.id, acting });
  return inHand;
}

/**
 * Asks the applicant for missing materials 补正材料, by a filed list; the clock stands still until they come. Throws what
 * {@link reviewForAction} throws, DOCUMENT_NOT_FILED, DOCUMENT_USED.
 */
export async function requestSupplement(
  tx: ScopedTransaction,
  { documentId, ...reference }: ReviewReference & { documentId: string },
  acting: Acting,
): Promise<ReviewInHand> {
  const { officer, at, today } = acting;
  const { item, review } = await reviewForAction(tx, reference, 'REQUEST_SUPPLEMENT', officer);
  const document = await filedDocument(tx, review, documentId, { kind: 'SUPPLEMENT_LIST' });
  const waiting = await moveReview(tx, review, 'REQUEST_SUPPLEMENT', { state: 'SUPPLEMENTING' }, at);
  await openPause(tx, waiting, 'SUPPLEMENT', today);
  const step = await insertedStep(tx, {
    reviewCaseId: review.id,
    caseItemId: item.id,
    kind: 'SUPPLEMENT',
    state: 'OPEN',
    organisationId: officer.organisationId,
    accountId: officer.accountId,
    documentId: document.id,
    dueOn: await dueOn(tx, 'SUPPLEMENT', today),
    startedAt: at,
    startedBy: officer.accountId,
  }).catch((error: unknown) => {
    throw documentUsed(error);
  });
  const inHand = { item, review: waiting };
  await noteReview(tx, inHand, {
    action: 'REQUEST_SUPPLEMENT',
    event: 'ReviewStepDone',
    subjectId: step.id,
    acting,
  });
  return inHand;
}

/**
 * The missing materials came: the clock runs on, later by the days it stood still. Throws what {@link reviewForAction}
 * throws, FIELD_REQUIRED, SUPPLEMENT_TOO_LATE after the last day (the review is terminated then).
 */
export async function receiveSupplement(
  tx: ScopedTransaction,
  { content, ...reference }: ReviewReference & { content: string },
  acting: Acting,
): Promise<ReviewInHand> {
  const { officer, at, today } = acting;
  const faults = new Faults();
  const received = faults.text('content', content, TEXT_LIMITS.CONTENT);
  faults.throwIfAny();
  const { item, review } = await reviewForAction(tx, reference, 'RECEIVE_SUPPLEMENT', officer);
  const step = (await stepsOf(tx, review.id)).find(
    ({ kind, state }) => kind === 'SUPPLEMENT' && state === 'OPEN',
  )!;
  if (isOver(step.dueOn!, today)) throw supplementTooLate();
  await updatedStep(tx, step, {
    state: 'DONE',
    content: received,
    finishedAt: at,
    finishedBy: officer.accountId,
  });
  const clock = await closePause(tx, review, today);
  const back = await moveReview(tx, review, 'RECEIVE_SUPPLEMENT', { ...clock, state: 'ASSIGNED' }, at);
  const inHand = { item, review: back };
  await noteReview(tx, inHand, {
    action: 'RECEIVE_SUPPLEMENT',
    event: 'ReviewStepDone',
    subjectId: step.id,
    acting,
  });
  return inHand;
}

/** Accepts an application 受理 by a filed form of acceptance. Throws what {@link reviewForAction} throws, DOCUMENT_NOT_FILED, DOCUMENT_USED. */
export async function acceptReview(
  tx: ScopedTransaction,
  { documentId, ...reference }: ReviewReference & { documentId: string },
  acting: Acting,
): Promise<ReviewInHand> {
  const { item, review } = await reviewForAction(tx, reference, 'ACCEPT', acting.officer);
  const step = await stepOnForm(tx, review, documentId, 'ACCEPT', acting);
  const accepted = await moveReview(
    tx,
    review,
    'ACCEPT',
    { state: 'EXAMINING', acceptanceForm: 'ACCEPT' },
    acting.at,
  );
  const inHand = { item, review: accepted };
  await noteReview(tx, inHand, { action: 'ACCEPT', event: 'ReviewAccepted', subjectId: step.id, acting });
  return inHand;
}

/**
 * Rejects an application 不予受理 by a filed form. The item stands where it stood, or has lapsed if the window has passed
 * meanwhile; within the window the applicant may apply again. Throws what {@link acceptReview} throws.
 */
export async function rejectReview(
  tx: ScopedTransaction,
  { documentId, ...reference }: ReviewReference & { documentId: string },
  acting: Acting,
): Promise<ReviewInHand> {
  const { officer, at, today } = acting;
  const { item, review } = await reviewForAction(tx, reference, 'REJECT', officer);
  const step = await stepOnForm(tx, review, documentId, 'REJECT', acting);
  const rejected = await moveReview(
    tx,
    review,
    'REJECT',
    { state: 'NOT_ACCEPTED', acceptanceForm: 'REJECT', endedAt: at },
    at,
  );
  await cancelOpenSteps(tx, rejected, acting);
  const said = {
    action: 'REVIEW_NOT_ACCEPTED' as const,
    actor: officer,
    at,
    subjectId: step.id,
    details: reviewDetails(rejected),
  };
  const event = reviewEvent('ReviewRejected', rejected);
  if (isOver(item.appealDueOn!, today))
    return { review: rejected, item: await lapseItem(tx, item, { ...said, events: [event] }) };
  const state = ITEM_STATES[review.level].before;
  const moved = caseEvent(CaseReviewMoved, { reviewCaseId: review.id, state });
  return {
    review: rejected,
    item: await changeCase(tx, item, { ...said, set: { state }, events: [moved, event] }),
  };
}

async function stepOnForm(
  tx: ScopedTransaction,
  review: ReviewCase,
  documentId: string,
  acceptanceForm: 'ACCEPT' | 'REJECT',
  acting: Acting,
) {
  const document = await filedDocument(tx, review, documentId, { kind: 'ACCEPTANCE_FORM', acceptanceForm });
  return doneStep(tx, review, 'ACCEPTANCE', acting, { documentId: document.id }).catch((error: unknown) => {
    throw documentUsed(error);
  });
}

/**
 * Whether somebody had to do with any item of the matter that the caller sees: registered, handled, held or acted on it,
 * or on an earlier review. What they did on this very review does not count, nor that they found out whether a petitioner has died.
 */
async function wasInvolved(
  tx: ScopedTransaction,
  item: CaseItem,
  review: ReviewCase,
  accountId: string,
): Promise<boolean> {
  const [row] = await tx.query<{ involved: boolean }>(
    `SELECT EXISTS (SELECT FROM case_item c WHERE c.matter_id = $1 AND (
       c.registrar_id = $2::uuid OR c.interviewer_id = $2::uuid
       OR EXISTS (SELECT FROM handling_record r WHERE r.case_item_id = c.id AND r.officer_id = $2::uuid AND r.id <> $4)
       OR EXISTS (SELECT FROM org_task t WHERE t.case_item_id = c.id AND t.kind NOT IN ('REVIEW_STEP', 'PETITIONER_DECEASED') AND (t.holder_id = $2::uuid OR t.done_by = $2::uuid))
       OR EXISTS (SELECT FROM case_journal j WHERE j.case_item_id = c.id AND j.account_id = $2::text
           AND j.action <> 'OPENED_FOR_REVIEW' AND j.details ->> 'reviewCaseId' IS DISTINCT FROM $3::text
           AND NOT EXISTS (SELECT FROM org_task t WHERE t.id = j.subject_id AND t.kind = 'PETITIONER_DECEASED'))
       OR EXISTS (SELECT FROM review_case v WHERE v.case_item_id = c.id AND v.id <> $3::uuid AND v.handler_id = $2::uuid))) AS involved`,
    [item.matterId, accountId, review.id, review.handlingRecordId],
  );
  return row!.involved;
}

const notAReviewHandler = () =>
  new Refusal(
    'NOT_A_REVIEW_HANDLER',
    {
      zh: '所选人员不是本机关的复查复核办理人，请重新选择',
      en: 'This person is no review handler of your organisation; choose another',
    },
    { field: 'accountId' },
  );

const handlerInvolved = () =>
  new Refusal(
    'HANDLER_INVOLVED',
    {
      zh: '该人员此前经办过本信访事项，应当回避，请指定其他办理人',
      en: 'This person had to do with the matter before and must stand aside; appoint somebody else',
    },
    { field: 'accountId' },
  );

const supplementTooLate = () =>
  new Refusal(
    'SUPPLEMENT_TOO_LATE',
    {
      zh: '补正期限已过，本件将按逾期未补正终止，请告知申请人',
      en: 'The period for the missing materials has passed and the review ends; tell the applicant so',
    },
    { httpStatus: 409 },
  );
