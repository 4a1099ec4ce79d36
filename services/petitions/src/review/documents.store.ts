import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { assignments, insertion } from '../rows';
import { DOCUMENT_COLUMNS } from './review.store';
import type { ReviewCase, ReviewDocument } from './review.types';

/** Stores a draft. Returns it. */
export async function insertedDocument(
  tx: ScopedTransaction,
  review: ReviewCase,
  draft: Pick<ReviewDocument, 'kind' | 'body'> & Partial<Pick<ReviewDocument, 'acceptanceForm' | 'result'>>,
  { createdBy, at }: { createdBy: string; at: Date },
): Promise<ReviewDocument> {
  const { columns, placeholders, values } = insertion({
    ...draft,
    reviewCaseId: review.id,
    caseItemId: review.caseItemId,
    createdAt: at,
    createdBy,
    updatedAt: at,
  });
  const [document] = await tx.query<ReviewDocument>(
    `INSERT INTO review_document AS d (${columns}) VALUES (${placeholders}) RETURNING ${DOCUMENT_COLUMNS}`,
    values,
  );
  return document!;
}

/** Changes a locked document. Returns it as it now is. */
export async function updatedDocument(
  tx: ScopedTransaction,
  document: ReviewDocument,
  set: Partial<Omit<ReviewDocument, 'id' | 'version'>>,
): Promise<ReviewDocument> {
  const { sql, values } = assignments(set, 3);
  const [row] = await tx.query<ReviewDocument>(
    `UPDATE review_document d SET ${sql}, version = d.version + 1 WHERE d.id = $1 AND d.version = $2 RETURNING ${DOCUMENT_COLUMNS}`,
    [document.id, document.version, ...values],
  );
  if (row === undefined) throw refuse.staleVersion();
  return row;
}

/** The opinion of a review, if one was drafted. The review must be locked. */
export async function opinionOf(
  tx: ScopedTransaction,
  reviewCaseId: string,
): Promise<ReviewDocument | undefined> {
  const [opinion] = await tx.query<ReviewDocument>(
    `SELECT ${DOCUMENT_COLUMNS} FROM review_document d WHERE d.review_case_id = $1 AND d.kind = 'OPINION'`,
    [reviewCaseId],
  );
  return opinion;
}

/** A document in sight, or undefined. */
export async function documentById(tx: ScopedTransaction, id: string): Promise<ReviewDocument | undefined> {
  if (!isUuid(id)) return undefined;
  const [document] = await tx.query<ReviewDocument>(
    `SELECT ${DOCUMENT_COLUMNS} FROM review_document d WHERE d.id = $1`,
    [id],
  );
  return document;
}
