import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { ReviewCase, ReviewDocument } from '../review/review.types';
import type { EarlierOpinion } from './print.types';

/** The item a document hangs on, or undefined when the document is out of sight. */
export async function itemOfDocument(
  tx: ScopedTransaction,
  table: 'notice' | 'handling_opinion' | 'review_document',
  id: string,
): Promise<string | undefined> {
  if (!isUuid(id)) return undefined;
  const [row] = await tx.query<{ caseItemId: string }>(
    `SELECT case_item_id AS "caseItemId" FROM ${table} WHERE id = $1`,
    [id],
  );
  return row?.caseItemId;
}

/** The opinion of a (re-)review with what it answers. */
export type ReviewOpinionRow = Pick<
  ReviewDocument,
  'state' | 'docNo' | 'filedAt' | 'body' | 'result' | 'documentHash' | 'seal'
> &
  Pick<
    ReviewCase,
    | 'level'
    | 'authorityOrganisationId'
    | 'respondentOrganisationId'
    | 'challengedDocNo'
    | 'applicationDate'
    | 'receivedOn'
    | 'serviceMode'
  > & {
    request: string;
    grounds: string;
    /** What the respondent answered 答辩, if it did. */
    defence: string | null;
  };

/** The opinion of a review by its document's id, or undefined for another document or one out of sight. */
export async function reviewOpinionById(
  tx: ScopedTransaction,
  documentId: string,
): Promise<ReviewOpinionRow | undefined> {
  const [row] = await tx.query<ReviewOpinionRow>(
    `SELECT d.state, d.doc_no AS "docNo", d.filed_at AS "filedAt", d.body, d.result, d.document_hash AS "documentHash", d.seal, v.level,
       v.authority_organisation_id AS "authorityOrganisationId", v.respondent_organisation_id AS "respondentOrganisationId",
       v.challenged_doc_no AS "challengedDocNo", v.application_date::text AS "applicationDate", v.received_on::text AS "receivedOn",
       v.service_mode AS "serviceMode", a.request, a.grounds,
       (SELECT s.content FROM review_step s WHERE s.review_case_id = v.id AND s.kind = 'DEFENCE' AND s.state = 'DONE') AS defence
     FROM review_document d JOIN review_case v ON v.id = d.review_case_id JOIN review_application a ON a.review_case_id = v.id
     WHERE d.id = $1 AND d.kind = 'OPINION'`,
    [documentId],
  );
  return row;
}

/** The last day to handle as an acceptance notice fixed it, whatever extension came after. */
export async function dueOnAtFiling(
  tx: ScopedTransaction,
  item: { id: string; handleDueOn: string | null },
  filedAt: Date,
): Promise<string | null> {
  const [extended] = await tx.query<{ oldDueOn: string }>(
    `SELECT old_due_on::text AS "oldDueOn" FROM handling_extension WHERE case_item_id = $1 AND decided_at > $2 ORDER BY decided_at LIMIT 1`,
    [item.id, filedAt],
  );
  return extended?.oldDueOn ?? item.handleDueOn;
}

/** A matter's number and the opinions about it that are in sight, oldest first. */
export async function matterHistory(
  tx: ScopedTransaction,
  matterId: string,
): Promise<{ matterNo: string; earlier: EarlierOpinion[] }> {
  const [matter] = await tx.query<{ matterNo: string }>(
    'SELECT matter_no AS "matterNo" FROM petition_matter WHERE id = $1',
    [matterId],
  );
  const earlier = await tx.query<EarlierOpinion>(
    `SELECT e.level, e.doc_no AS "docNo", e.served_on::text AS date, o.seal_name AS organisation
     FROM (SELECT 1 AS rank, h.doc_no, '处理' AS level, h.served_on, h.organisation_id
             FROM handling_opinion h JOIN case_item c ON c.id = h.case_item_id WHERE c.matter_id = $1 AND h.state = 'SERVED'
           UNION ALL
           SELECT CASE v.level WHEN 'REVIEW' THEN 2 ELSE 3 END, v.opinion_doc_no, CASE v.level WHEN 'REVIEW' THEN '复查' ELSE '复核' END, v.served_on, v.authority_organisation_id
             FROM review_case v JOIN case_item c ON c.id = v.case_item_id WHERE c.matter_id = $1 AND v.served_on IS NOT NULL) AS e
       JOIN organisation o ON o.id = e.organisation_id
     ORDER BY e.served_on, e.rank, e.doc_no`,
    [matterId],
  );
  return { matterNo: matter!.matterNo, earlier };
}
