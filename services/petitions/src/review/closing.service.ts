import { Refusal } from '@junxian/errors';
import { CaseReopened, CaseReviewMoved } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { CaseItem } from '../cases/case.types';
import { caseEvent, changeCase } from '../cases/case-changes.service';
import { openTask } from '../cases/custody.service';
import { dueOn } from '../deadlines/periods.service';
import { organisationsByIds } from '../organisations/organisations.service';
import { finaliseItem } from './matter-end.service';
import type { ReviewCase } from './review.types';
import {
  type Acting,
  doneStep,
  moveReview,
  type ReviewInHand,
  type ReviewReference,
  reviewDetails,
  reviewEvent,
  reviewForAction,
} from './review-actions.service';
import { itemStateAfterClosing } from './review-state.rules';

/**
 * Checks the file and closes a review 审核办结. Upheld or modified, the item is reviewed, or final after a re-review;
 * revoked, it is handled anew by the unit that decided. Throws what {@link reviewForAction} throws, FILE_INCOMPLETE while a document is
 * between approval and filing.
 */
export async function closeReview(
  tx: ScopedTransaction,
  reference: ReviewReference,
  acting: Acting,
): Promise<ReviewInHand> {
  const { officer, at } = acting;
  const { item, review } = await reviewForAction(tx, reference, 'CLOSE', officer);
  const [unfinished] = await tx.query<{ kinds: string[] | null }>(
    `SELECT array_agg(DISTINCT d.kind ORDER BY d.kind) AS kinds FROM review_document d
     WHERE d.review_case_id = $1 AND d.state IN ('IN_APPROVAL', 'APPROVED')`,
    [review.id],
  );
  if (unfinished!.kinds !== null) throw fileIncomplete(unfinished!.kinds);
  const closed = await moveReview(tx, review, 'CLOSE', { state: 'CLOSED', endedAt: at }, at);
  const step = await doneStep(tx, closed, 'CLOSING', acting);
  return { review: closed, item: await itemAfterClosing(tx, item, closed, step.id, acting) };
}

async function itemAfterClosing(
  tx: ScopedTransaction,
  item: CaseItem,
  review: ReviewCase,
  subjectId: string,
  { officer, at, today }: Acting,
): Promise<CaseItem> {
  const said = { actor: officer, at, subjectId, details: reviewDetails(review) };
  const event = reviewEvent('ReviewClosed', review);
  const state = itemStateAfterClosing(review.level, review.result!);
  if (state === 'FINAL')
    return finaliseItem(tx, item, { ...said, action: 'RE_REVIEW_CLOSED', events: [event] });
  if (state === 'ACCEPTED') return reopened(tx, item, { ...said, event }, today);
  return changeCase(tx, item, {
    ...said,
    action: 'REVIEW_CLOSED',
    set: { state },
    events: [caseEvent(CaseReviewMoved, { reviewCaseId: review.id, state }), event],
  });
}

/** The unit that decided handles anew: it holds the item again, in its inbox, with a handling period of its own from today. */
async function reopened(
  tx: ScopedTransaction,
  item: CaseItem,
  {
    actor,
    at,
    subjectId,
    details,
    event,
  }: {
    actor: Acting['officer'];
    at: Date;
    subjectId: string;
    details: ReturnType<typeof reviewDetails>;
    event: ReturnType<typeof reviewEvent>;
  },
  today: string,
): Promise<CaseItem> {
  const [unit] = await organisationsByIds(tx, [item.responsibleOrganisationId!]);
  const newDueOn = await dueOn(tx, 'HANDLE', today);
  await openTask(tx, {
    caseItemId: item.id,
    kind: 'HANDLE',
    state: 'UNIT_INBOX',
    custody: true,
    organisationId: unit!.id,
    regionCode: unit!.regionCode,
    receivedAt: at,
  });
  return changeCase(tx, item, {
    action: 'REVIEW_REVOKED',
    set: {
      state: 'ACCEPTED',
      outcome: null,
      custodianOrganisationId: unit!.id,
      selfHandling: false,
      handleDueOn: newDueOn,
      extendedDays: 0,
      completedAt: null,
      servedOn: null,
      appealDueOn: null,
    },
    actor,
    at,
    events: [caseEvent(CaseReopened, { oldDueOn: item.handleDueOn, newDueOn }), event],
    subjectId,
    details,
  });
}

const fileIncomplete = (kinds: string[]) =>
  new Refusal(
    'FILE_INCOMPLETE',
    {
      zh: '案卷不完整：尚有文书在送审或未入库，请处理后再办结',
      en: 'The file is incomplete: documents wait for a decision or are not filed; settle them first',
    },
    { details: { kinds }, httpStatus: 409 },
  );
