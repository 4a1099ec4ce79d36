import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { assignments, insertion, selectList } from '../rows';
import type { ReviewApproval, ReviewCase, ReviewDocument, ReviewPause, ReviewStep } from './review.types';

/** The select list of a review with the alias `v`. */
export const REVIEW_COLUMNS = selectList(
  [
    'id',
    'authorityOrganisationId',
    'regionCode',
    'reviewNo',
    'level',
    'caseItemId',
    'handlingRecordId',
    'previousReviewId',
    'applicantId',
    'applicationDate',
    'receivedOn',
    'handlingOpinionId',
    'challengedDocNo',
    'respondentOrganisationId',
    'handlerId',
    'acceptanceForm',
    'dueOn',
    'pausedDays',
    'state',
    'stateBeforeSuspension',
    'result',
    'opinionDocNo',
    'signedAt',
    'serviceMode',
    'servedOn',
    'receipt',
    'appealDueOn',
    'endedAt',
    'createdAt',
    'createdBy',
    'updatedAt',
    'version',
  ] satisfies (keyof ReviewCase)[],
  'v',
);

/** The select list of a step with the alias `s`. */
export const STEP_COLUMNS = selectList(
  [
    'id',
    'reviewCaseId',
    'caseItemId',
    'kind',
    'state',
    'organisationId',
    'accountId',
    'question',
    'content',
    'evidence',
    'participants',
    'host',
    'heldOn',
    'endedOn',
    'ground',
    'toldOn',
    'agreed',
    'decisionText',
    'documentId',
    'dueOn',
    'startedAt',
    'startedBy',
    'finishedAt',
    'finishedBy',
    'version',
  ] satisfies (keyof ReviewStep)[],
  's',
);

/** The select list of a document with the alias `d`. */
export const DOCUMENT_COLUMNS = selectList(
  [
    'id',
    'reviewCaseId',
    'caseItemId',
    'kind',
    'body',
    'acceptanceForm',
    'result',
    'state',
    'docNo',
    'documentHash',
    'sealedBy',
    'seal',
    'filedAt',
    'filedBy',
    'recipientOrganisationId',
    'createdAt',
    'createdBy',
    'updatedAt',
    'version',
  ] satisfies (keyof ReviewDocument)[],
  'd',
);

/** The select list of an approval with the alias `a`. */
export const APPROVAL_COLUMNS = selectList(
  [
    'id',
    'documentId',
    'reviewCaseId',
    'leaderId',
    'submittedBy',
    'submittedAt',
    'approved',
    'decisionText',
    'decidedAt',
  ] satisfies (keyof ReviewApproval)[],
  'a',
);

/** The select list of a pause with the alias `p`. */
export const PAUSE_COLUMNS = selectList(
  ['id', 'reviewCaseId', 'kind', 'fromOn', 'untilOn'] satisfies (keyof ReviewPause)[],
  'p',
);

/** A review in sight, or undefined; locked when asked for (its item must be locked before). */
export async function reviewById(
  tx: ScopedTransaction,
  id: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<ReviewCase | undefined> {
  if (!isUuid(id)) return undefined;
  const [review] = await tx.query<ReviewCase>(
    `SELECT ${REVIEW_COLUMNS} FROM review_case v WHERE v.id = $1 ${lock}`,
    [id],
  );
  return review;
}

/** The reviews of an item, oldest first. */
export async function reviewsOf(tx: ScopedTransaction, caseItemId: string): Promise<ReviewCase[]> {
  return tx.query<ReviewCase>(
    `SELECT ${REVIEW_COLUMNS} FROM review_case v WHERE v.case_item_id = $1 ORDER BY v.id`,
    [caseItemId],
  );
}

/** Changes a locked review. Returns it as it now is. */
export async function updatedReview(
  tx: ScopedTransaction,
  review: ReviewCase,
  set: Partial<Omit<ReviewCase, 'id' | 'version'>>,
): Promise<ReviewCase> {
  const { sql, values } = assignments(set, 3);
  const [row] = await tx.query<ReviewCase>(
    `UPDATE review_case v SET ${sql}, version = v.version + 1 WHERE v.id = $1 AND v.version = $2 RETURNING ${REVIEW_COLUMNS}`,
    [review.id, review.version, ...values],
  );
  if (row === undefined) throw refuse.staleVersion();
  return row;
}

/** Adds a step to a review's file. Returns it. */
export async function insertedStep(
  tx: ScopedTransaction,
  step: Pick<
    ReviewStep,
    'reviewCaseId' | 'caseItemId' | 'kind' | 'state' | 'organisationId' | 'startedAt' | 'startedBy'
  > &
    Partial<ReviewStep>,
): Promise<ReviewStep> {
  const { columns, placeholders, values } = insertion(step);
  const [row] = await tx.query<ReviewStep>(
    `INSERT INTO review_step AS s (${columns}) VALUES (${placeholders}) RETURNING ${STEP_COLUMNS}`,
    values,
  );
  return row!;
}

/** Changes a step that is still open. Returns it. Throws STALE_VERSION when it is not (any more) what was read. */
export async function updatedStep(
  tx: ScopedTransaction,
  step: Pick<ReviewStep, 'id' | 'version'>,
  set: Partial<Omit<ReviewStep, 'id' | 'version'>>,
): Promise<ReviewStep> {
  const { sql, values } = assignments(set, 3);
  const [row] = await tx.query<ReviewStep>(
    `UPDATE review_step s SET ${sql}, version = s.version + 1 WHERE s.id = $1 AND s.version = $2 AND s.state = 'OPEN' RETURNING ${STEP_COLUMNS}`,
    [step.id, step.version, ...values],
  );
  if (row === undefined) throw refuse.staleVersion();
  return row;
}

/** Steps of a review that the caller sees, oldest first. */
export async function stepsOf(tx: ScopedTransaction, reviewCaseId: string): Promise<ReviewStep[]> {
  return tx.query<ReviewStep>(
    `SELECT ${STEP_COLUMNS} FROM review_step s WHERE s.review_case_id = $1 ORDER BY s.id`,
    [reviewCaseId],
  );
}

/** Pauses of a review. */
export async function pausesOf(tx: ScopedTransaction, reviewCaseId: string): Promise<ReviewPause[]> {
  return tx.query<ReviewPause>(
    `SELECT ${PAUSE_COLUMNS} FROM review_pause p WHERE p.review_case_id = $1 ORDER BY p.id`,
    [reviewCaseId],
  );
}
