import { Refusal, refuse } from '@junxian/errors';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import { openTask } from '../cases/custody.service';
import { documentHash } from '../handling/document.rules';
import { nextDocumentNumber } from '../handling/document-numbers.service';
import { endTasksAbout } from '../handling/leader-tasks.service';
import { mayDealWith } from '../organisations/organisations.service';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { checkDraft, checkFiled, type DocumentAction, documentAfter } from './documents.rules';
import { documentById, insertedDocument, updatedDocument } from './documents.store';
import { APPROVAL_COLUMNS } from './review.store';
import type {
  AcceptanceForm,
  ReviewApproval,
  ReviewCase,
  ReviewDocument,
  ReviewDocumentKind,
  ReviewDocumentState,
  ReviewResult,
} from './review.types';
import {
  type Acting,
  noteReview,
  type ReviewInHand,
  reviewForAction,
  type Sealing,
} from './review-actions.service';
import type { ReviewAction } from './review-state.rules';

interface OfDocument {
  documentId: string;
  expectedVersion: number;
}

/**
 * Drafts a document 拟定文书 of a review, by its handler. An opinion is drafted by `draftReviewOpinion`. Throws what
 * {@link reviewForAction} throws, FIELD_REQUIRED, INVALID_INPUT.
 */
export async function draftDocument(
  tx: ScopedTransaction,
  input: {
    reviewCaseId: string;
    kind: ReviewDocumentKind;
    body: string;
    acceptanceForm?: AcceptanceForm | null;
  },
  acting: Acting,
): Promise<ReviewDocument> {
  if (input.kind === 'OPINION')
    throw refuse.invalid('kind', {
      zh: '意见书请在“拟定意见书”步骤中拟定',
      en: 'Draft the opinion by the step that is meant for it',
    });
  const draft = checkDraft(input);
  const { review } = await reviewForAction(
    tx,
    { reviewCaseId: input.reviewCaseId, expectedVersion: null },
    'DRAFT_DOCUMENT',
    acting.officer,
  );
  return insertedDocument(
    tx,
    review,
    { kind: input.kind, ...draft },
    { createdBy: acting.officer.accountId, at: acting.at },
  );
}

/**
 * Changes the text of a draft, or takes a rejected document up again. Of an acceptance form and an opinion the decision may
 * change too. Throws NOT_FOUND, STALE_VERSION, DOCUMENT_STATE, FIELD_REQUIRED, INVALID_INPUT.
 */
export async function reviseDocument(
  tx: ScopedTransaction,
  input: OfDocument & {
    body: string;
    acceptanceForm?: AcceptanceForm | null;
    result?: ReviewResult | null;
  },
  acting: Acting,
): Promise<ReviewDocument> {
  const { document, next } = await documentForAction(tx, input, 'DRAFT_DOCUMENT', 'REVISE', acting);
  const { body, acceptanceForm } = checkDraft({
    kind: document.kind,
    body: input.body,
    acceptanceForm: input.acceptanceForm ?? document.acceptanceForm,
  });
  const result = document.kind === 'OPINION' ? (input.result ?? document.result) : null;
  return updatedDocument(tx, document, {
    body,
    acceptanceForm,
    result,
    state: next,
    updatedAt: acting.at,
  });
}

/** Submits a draft to a review leader of the authority 送审, who finds it among the tasks. Throws NOT_FOUND, STALE_VERSION, DOCUMENT_STATE, NOT_A_LEADER. */
export async function submitDocument(
  tx: ScopedTransaction,
  { leaderId, ...reference }: OfDocument & { leaderId: string },
  acting: Acting,
): Promise<ReviewDocument> {
  const { officer, at, today } = acting;
  const { inHand, document, next } = await documentForAction(
    tx,
    reference,
    'DRAFT_DOCUMENT',
    'SUBMIT',
    acting,
  );
  if (
    !(await mayDealWith(
      tx,
      inHand.item,
      leaderId,
      officer.organisationId,
      ['petitions:REVIEW_LEADER'],
      today,
    ))
  )
    throw notALeader();
  await tx.query(
    `INSERT INTO review_approval (document_id, review_case_id, leader_id, submitted_by, submitted_at) VALUES ($1, $2, $3, $4, $5)`,
    [document.id, document.reviewCaseId, leaderId, officer.accountId, at],
  );
  await openTask(tx, {
    caseItemId: document.caseItemId,
    kind: 'REVIEW_STEP',
    state: 'TODO',
    organisationId: officer.organisationId,
    regionCode: officer.regionCode,
    holderId: leaderId,
    subjectId: document.id,
    receivedAt: at,
  });
  const submitted = await updatedDocument(tx, document, { state: next, updatedAt: at });
  await noteReview(tx, inHand, { action: 'SUBMIT_DOCUMENT', subjectId: document.id, acting });
  return submitted;
}

/**
 * The leader whom it was submitted to approves a document or sends it back, saying why. An opinion is signed by
 * `signReview` instead. Throws NOT_FOUND, FORBIDDEN, NOT_CHOSEN_LEADER, STALE_VERSION, DOCUMENT_STATE, FIELD_REQUIRED.
 */
export async function decideDocument(
  tx: ScopedTransaction,
  { approve, text, ...reference }: OfDocument & { approve: boolean; text?: string | null },
  acting: Acting,
): Promise<ReviewDocument> {
  const { inHand, document, next } = await documentForAction(
    tx,
    reference,
    'DECIDE_DOCUMENT',
    approve ? 'APPROVE' : 'REJECT',
    acting,
  );
  if (document.kind === 'OPINION')
    throw refuse.invalid('documentId', {
      zh: '意见书请通过“签发”步骤审批',
      en: 'An opinion is decided by signing it or sending it back',
    });
  await decideApproval(tx, document, { approve, text }, acting);
  const decided = await updatedDocument(tx, document, {
    state: next,
    updatedAt: acting.at,
  });
  await noteReview(tx, inHand, {
    action: 'DECIDE_DOCUMENT',
    subjectId: document.id,
    details: { kind: document.kind, decision: decided.state },
    acting,
  });
  return decided;
}

/** Files an approved document 文书入库: it gets its number and e-seal and does not change any more. Throws NOT_FOUND, STALE_VERSION, DOCUMENT_STATE, and what the seal service throws. */
export async function fileDocument(
  tx: ScopedTransaction,
  reference: OfDocument,
  acting: Sealing,
): Promise<ReviewDocument> {
  const { inHand, document } = await documentForAction(tx, reference, 'DRAFT_DOCUMENT', 'FILE', acting);
  const { level, respondentOrganisationId } = inHand.review;
  const filed = await updatedDocument(tx, document, {
    ...(await filing(tx, document, level === 'REVIEW' ? 'REVIEW_PAPER' : 'RE_REVIEW_PAPER', acting)),
    recipientOrganisationId: document.kind === 'DEFENCE_NOTICE' ? respondentOrganisationId : null,
  });
  await noteReview(tx, inHand, {
    action: 'FILE_DOCUMENT',
    subjectId: document.id,
    details: { kind: document.kind },
    acting,
  });
  return filed;
}

/** The columns by which a document becomes filed: number of a series, hash of its content and the e-seal on it, who and when. Rule: PT-NTC-05. */
export async function filing(
  tx: ScopedTransaction,
  document: ReviewDocument,
  series: Parameters<typeof nextDocumentNumber>[2],
  { officer, at, seals }: Sealing,
): Promise<Partial<ReviewDocument>> {
  const docNo = await nextDocumentNumber(tx, officer.organisationId, series, at);
  const { id, kind, body, acceptanceForm, result } = document;
  const hash = documentHash({ id, kind, body, acceptanceForm, result, docNo, filedAt: at.toISOString() });
  return {
    state: 'FILED',
    docNo,
    documentHash: hash,
    ...(await seals.seal(hash, officer)),
    filedAt: at,
    filedBy: officer.accountId,
    updatedAt: at,
  };
}

/**
 * Records the decision of the leader a document was submitted to, and ends the leader's task. Throws NOT_CHOSEN_LEADER,
 * FIELD_REQUIRED for a rejection that says no reason.
 */
export async function decideApproval(
  tx: ScopedTransaction,
  document: ReviewDocument,
  { approve, text }: { approve: boolean; text?: string | null },
  { officer, at }: Acting,
): Promise<void> {
  const faults = new Faults();
  const decisionText = faults.textIf(!approve, 'text', text, TEXT_LIMITS.OPINION);
  faults.throwIfAny();
  const [approval] = await tx.query<ReviewApproval>(
    `UPDATE review_approval a SET approved = $3, decision_text = $4, decided_at = $5
     WHERE a.document_id = $1 AND a.approved IS NULL AND a.leader_id = $2 RETURNING ${APPROVAL_COLUMNS}`,
    [document.id, officer.accountId, approve, decisionText, at],
  );
  if (approval === undefined) throw notChosenLeader();
  await endTasksAbout(tx, 'REVIEW_STEP', document.id, officer, at);
}

/** A filed document of a review for a step to rest on. Throws DOCUMENT_NOT_FILED. */
export async function filedDocument(
  tx: ScopedTransaction,
  review: ReviewCase,
  documentId: string | null | undefined,
  expected: { kind: ReviewDocumentKind; acceptanceForm?: AcceptanceForm },
): Promise<ReviewDocument> {
  const document = documentId == null ? undefined : await documentById(tx, documentId);
  checkFiled(document, { ...expected, reviewCaseId: review.id });
  return document;
}

/** Whether a step already rests on the document it was given. Throws DOCUMENT_USED. */
export function documentUsed(error: unknown): unknown {
  return isUniqueViolation(error, 'review_step_document_id_key')
    ? new Refusal(
        'DOCUMENT_USED',
        {
          zh: '该文书已用于另一步骤，请另行拟定文书',
          en: 'Another step rests on this document; draft another one',
        },
        { field: 'documentId', httpStatus: 409 },
      )
    : error;
}

async function documentForAction(
  tx: ScopedTransaction,
  { documentId, expectedVersion }: OfDocument,
  action: ReviewAction,
  documentAction: DocumentAction,
  { officer }: Acting,
): Promise<{ inHand: ReviewInHand; document: ReviewDocument; next: ReviewDocumentState }> {
  const found = await documentById(tx, documentId);
  if (found === undefined) throw refuse.notFound('documentId');
  const inHand = await reviewForAction(
    tx,
    { reviewCaseId: found.reviewCaseId, expectedVersion: null },
    // An opinion sent back is examined first, and then drafted anew by the step for it.
    found.kind === 'OPINION' && action === 'DRAFT_DOCUMENT' ? 'REVISE_OPINION' : action,
    officer,
  );
  // Read again under the lock of the review, which everything that changes a document takes.
  const document = await documentById(tx, documentId);
  if (document === undefined) throw refuse.notFound('documentId');
  if (document.version !== expectedVersion) throw refuse.staleVersion();
  return { inHand, document, next: documentAfter(documentAction, document.state) };
}

const notALeader = () =>
  new Refusal(
    'NOT_A_LEADER',
    {
      zh: '所选人员不是本机关的复查复核领导，或不宜经办该件，请重新选择',
      en: 'This person is no review leader of your organisation, or may not deal with this item; choose another',
    },
    { field: 'leaderId' },
  );

const notChosenLeader = () =>
  new Refusal(
    'NOT_CHOSEN_LEADER',
    {
      zh: '该文书送审的是另一位领导，请由其审批',
      en: 'The document was submitted to another leader, who decides',
    },
    { httpStatus: 409 },
  );
