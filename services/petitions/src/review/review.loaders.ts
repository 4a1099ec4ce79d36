import type { ScopedTransaction } from '@junxian/persistence';
import type DataLoader from 'dataloader';
import { manyBy, oneById } from '../cases/case-reads.service';
import {
  APPROVAL_COLUMNS,
  DOCUMENT_COLUMNS,
  PAUSE_COLUMNS,
  REVIEW_COLUMNS,
  STEP_COLUMNS,
} from './review.store';
import type { ReviewApproval, ReviewCase, ReviewDocument, ReviewPause, ReviewStep } from './review.types';

/** What the applicant wants and why. */
export interface ReviewApplicationTexts {
  id: string;
  request: string;
  grounds: string;
}

/** The loaders of reviews; each takes one statement, and gives what the caller sees. */
export interface ReviewLoaders {
  review: DataLoader<string, ReviewCase | null>;
  reviewsOfCase: DataLoader<string, ReviewCase[]>;
  reviewApplication: DataLoader<string, ReviewApplicationTexts | null>;
  reviewSteps: DataLoader<string, ReviewStep[]>;
  reviewDocument: DataLoader<string, ReviewDocument | null>;
  reviewDocuments: DataLoader<string, ReviewDocument[]>;
  reviewApprovals: DataLoader<string, ReviewApproval[]>;
  reviewPauses: DataLoader<string, ReviewPause[]>;
}

/** Makes the loaders of one request. */
export function reviewLoaders(read: () => Promise<ScopedTransaction>): ReviewLoaders {
  const where =
    <Row>(columns: string, from: string, alias: string, column: string) =>
    (tx: ScopedTransaction, ids: readonly string[]) =>
      tx.query<Row>(
        `SELECT ${columns} FROM ${from} ${alias} WHERE ${alias}.${column} = ANY($1::uuid[]) ORDER BY ${alias}.${column}, ${alias}.id`,
        [ids],
      );
  const ofReview = ({ reviewCaseId }: { reviewCaseId: string }) => reviewCaseId;
  return {
    review: oneById(read, where<ReviewCase>(REVIEW_COLUMNS, 'review_case', 'v', 'id')),
    reviewsOfCase: manyBy(
      read,
      ({ caseItemId }) => caseItemId,
      where<ReviewCase>(REVIEW_COLUMNS, 'review_case', 'v', 'case_item_id'),
    ),
    reviewApplication: oneById(read, (tx, ids) =>
      tx.query<ReviewApplicationTexts>(
        'SELECT review_case_id AS id, request, grounds FROM review_application WHERE review_case_id = ANY($1::uuid[])',
        [ids],
      ),
    ),
    reviewSteps: manyBy(
      read,
      ofReview,
      where<ReviewStep>(STEP_COLUMNS, 'review_step', 's', 'review_case_id'),
    ),
    reviewDocument: oneById(read, where<ReviewDocument>(DOCUMENT_COLUMNS, 'review_document', 'd', 'id')),
    reviewDocuments: manyBy(
      read,
      ofReview,
      where<ReviewDocument>(DOCUMENT_COLUMNS, 'review_document', 'd', 'review_case_id'),
    ),
    reviewApprovals: manyBy(
      read,
      ({ documentId }) => documentId,
      where<ReviewApproval>(APPROVAL_COLUMNS, 'review_approval', 'a', 'document_id'),
    ),
    reviewPauses: manyBy(
      read,
      ofReview,
      where<ReviewPause>(PAUSE_COLUMNS, 'review_pause', 'p', 'review_case_id'),
    ),
  };
}
