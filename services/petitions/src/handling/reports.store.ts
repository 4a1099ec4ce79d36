import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, OrgTask } from '../cases/case.types';
import { caseForChange } from '../cases/case-changes.service';
import { assignments, insertion, selectList } from '../rows';
import type { Report, ReportReturn } from './report.types';
import { draftExists, reportPending } from './reports.rules';

const REPORT_COLUMNS = selectList(
  [
    'id',
    'caseItemId',
    'organisationId',
    'handlingRecordId',
    'toOrganisationId',
    'toLeaderId',
    'awaitingTaskId',
    'body',
    'state',
    'submittedAt',
    'reviewedAt',
    'reviewedBy',
    'reviewerOpinion',
    'updatedAt',
    'version',
  ] satisfies (keyof Report)[],
  'p',
);

const RETURN_COLUMNS = selectList(
  [
    'id',
    'reportId',
    'body',
    'attachmentIds',
    'submittedAt',
    'reviewedAt',
    'reviewedBy',
    'reviewerOpinion',
  ] satisfies (keyof ReportReturn)[],
  'r',
);

/** Stores a draft of a report. Throws REPORT_DRAFT_EXISTS when the organisation has one of that item already. */
export async function insertDraft(
  tx: ScopedTransaction,
  row: Pick<Report, 'caseItemId' | 'organisationId' | 'toLeaderId' | 'body'> & {
    createdAt: Date;
    createdBy: string;
    updatedAt: Date;
  },
): Promise<Report> {
  const { columns, placeholders, values } = insertion({ ...row, state: 'DRAFT' });
  try {
    const [report] = await tx.query<Report>(
      `INSERT INTO report AS p (${columns}) VALUES (${placeholders}) RETURNING ${REPORT_COLUMNS}`,
      values,
    );
    return report!;
  } catch (error) {
    throw isUniqueViolation(error, 'report_one_draft') ? draftExists() : error;
  }
}

/** Changes a locked report. Throws REPORT_PENDING when it is submitted and the assigner has one to review already, REPORT_DRAFT_EXISTS when it becomes a second draft. */
export async function updateReport(
  tx: ScopedTransaction,
  report: Report,
  set: Partial<Report> & { updatedAt: Date },
): Promise<Report> {
  const { sql, values } = assignments(set, 3);
  try {
    const [changed] = await tx.query<Report>(
      `UPDATE report p SET ${sql}, version = p.version + 1 WHERE p.id = $1 AND p.version = $2 RETURNING ${REPORT_COLUMNS}`,
      [report.id, report.version, ...values],
    );
    if (changed === undefined) throw refuse.staleVersion();
    return changed;
  } catch (error) {
    if (isUniqueViolation(error, 'report_one_at_review')) throw reportPending();
    throw isUniqueViolation(error, 'report_one_draft') ? draftExists() : error;
  }
}

/** The item a report in sight is about. Throws NOT_FOUND. */
export async function itemOfReport(tx: ScopedTransaction, reportId: string): Promise<string> {
  const [found] = isUuid(reportId)
    ? await tx.query<{ caseItemId: string }>(
        'SELECT case_item_id AS "caseItemId" FROM report WHERE id = $1',
        [reportId],
      )
    : [];
  if (found === undefined) throw refuse.notFound('reportId');
  return found.caseItemId;
}

/** Locks a report that an organisation writes about a locked item. Throws NOT_FOUND. */
export async function ownReport(
  tx: ScopedTransaction,
  { reportId, caseItemId, organisationId }: { reportId: string; caseItemId: string; organisationId: string },
): Promise<Report> {
  const [report] = isUuid(reportId)
    ? await tx.query<Report>(
        `SELECT ${REPORT_COLUMNS} FROM report p WHERE p.id = $1 AND p.case_item_id = $2 AND p.organisation_id = $3 FOR UPDATE`,
        [reportId, caseItemId, organisationId],
      )
    : [];
  if (report === undefined) throw refuse.notFound('reportId');
  return report;
}

/** Keeps what a report said when it was sent back, and which files it had, before it is written on. */
export async function keepReturn(tx: ScopedTransaction, { id }: Report): Promise<void> {
  await tx.query(
    `INSERT INTO report_return (report_id, case_item_id, organisation_id, to_organisation_id, handling_record_id, body, attachment_ids,
       submitted_at, reviewed_at, reviewed_by, reviewer_opinion)
     SELECT p.id, p.case_item_id, p.organisation_id, p.to_organisation_id, p.handling_record_id, p.body,
       ARRAY(SELECT a.id FROM attachment a WHERE a.owner_type = 'REPORT' AND a.owner_id = p.id AND a.taken_off_at IS NULL ORDER BY a.id),
       p.submitted_at, p.reviewed_at, p.reviewed_by, p.reviewer_opinion FROM report p WHERE p.id = $1`,
    [id],
  );
}

/** What several reports said when they were sent back, oldest first. */
export function returnsOfReports(
  tx: ScopedTransaction,
  reportIds: readonly string[],
): Promise<ReportReturn[]> {
  return tx.query<ReportReturn>(
    `SELECT ${RETURN_COLUMNS} FROM report_return r WHERE r.report_id = ANY($1::uuid[]) ORDER BY r.report_id, r.id`,
    [reportIds],
  );
}

/** Locks a report made to an organisation and, before it, its item. Throws NOT_FOUND, STALE_VERSION of the report. */
export async function reportForReview(
  tx: ScopedTransaction,
  { reportId, expectedVersion }: { reportId: string; expectedVersion: number },
  organisationId: string,
): Promise<{ item: CaseItem; report: Report }> {
  const item = await caseForChange(tx, await itemOfReport(tx, reportId), null);
  // What goes to a leader of the own organisation is addressed to it as well; a draft of its own is not to be reviewed yet.
  const [report] = await tx.query<Report>(
    `SELECT ${REPORT_COLUMNS} FROM report p WHERE p.id = $1 AND p.to_organisation_id = $2 AND p.state <> 'DRAFT' FOR UPDATE`,
    [reportId, organisationId],
  );
  if (report === undefined) throw refuse.notFound('reportId');
  if (report.version !== expectedVersion) throw refuse.staleVersion();
  return { item, report };
}

/** The reports in sight of several items, oldest first. */
export function reportsOfItems(tx: ScopedTransaction, caseItemIds: readonly string[]): Promise<Report[]> {
  return tx.query<Report>(
    `SELECT ${REPORT_COLUMNS} FROM report p WHERE p.case_item_id = ANY($1::uuid[]) ORDER BY p.case_item_id, p.id`,
    [caseItemIds],
  );
}

/** An assigner's task that waits for a result. */
export type AwaitingTask = Pick<OrgTask, 'id' | 'organisationId' | 'regionCode' | 'holderId' | 'resultDueOn'>;

/**
 * The assigner's task that waits for an organisation's result of a locked item: that of the nearest ASSIGN on the way
 * by which the item came to it, also through units that only forwarded it. Undefined when no result is owed.
 */
export async function awaitingTask(
  tx: ScopedTransaction,
  caseItemId: string,
  organisationId: string,
): Promise<AwaitingTask | undefined> {
  const [task] = await tx.query<AwaitingTask>(
    `WITH RECURSIVE way AS (
       SELECT t.id AS start, t.received_at, t.from_task_id, t.handling_record_id, 0 AS steps
       FROM org_task t
       WHERE t.case_item_id = $1 AND t.organisation_id = $2 AND t.kind = 'HANDLE' AND t.state NOT IN ('RETURNED', 'CANCELLED')
       UNION ALL
       SELECT way.start, way.received_at, t.from_task_id, t.handling_record_id, way.steps + 1
       FROM way JOIN org_task t ON t.id = way.from_task_id
     ), assigned AS (
       SELECT DISTINCT ON (way.start) way.received_at, way.from_task_id
       FROM way JOIN handling_record r ON r.id = way.handling_record_id AND r.mode = 'ASSIGN'
       ORDER BY way.start, way.steps)
     SELECT ${selectList(['id', 'organisationId', 'regionCode', 'holderId', 'resultDueOn'], 't')}
     FROM assigned JOIN org_task t ON t.id = assigned.from_task_id AND t.state = 'AWAITING_RESULT'
     ORDER BY assigned.received_at DESC LIMIT 1`,
    [caseItemId, organisationId],
  );
  return task;
}

/** Who handed a report in, and where that organisation lies: whose to-do it is when it comes back. */
export async function authorOfReport(
  tx: ScopedTransaction,
  { handlingRecordId }: Report,
): Promise<Pick<OrgTask, 'holderId' | 'regionCode'>> {
  const [author] = await tx.query<Pick<OrgTask, 'holderId' | 'regionCode'>>(
    `SELECT r.officer_id AS "holderId", t.region_code AS "regionCode"
     FROM handling_record r JOIN org_task t ON t.case_item_id = r.case_item_id AND t.organisation_id = r.from_organisation_id AND t.kind = 'HANDLE'
     WHERE r.id = $1 ORDER BY t.id DESC LIMIT 1`,
    [handlingRecordId],
  );
  return author!;
}

/** Ends the to-dos about reports on a locked item that came back to an organisation: it hands one in again. */
export function endSentBack(
  tx: ScopedTransaction,
  caseItemId: string,
  { organisationId, accountId }: Officer,
  at: Date,
): void {
  tx.send(
    `UPDATE org_task SET state = 'DONE', done_at = $3, done_by = $4, version = version + 1
     WHERE case_item_id = $1 AND organisation_id = $2 AND kind = 'REPORT_SENT_BACK' AND state IN ('UNIT_INBOX', 'TODO')`,
    [caseItemId, organisationId, at, accountId],
  );
}

/** Ends the waiting of an assigner's task of a locked item: it is a to-do again, in its holder's list or the unit inbox. */
export async function endWaiting(tx: ScopedTransaction, taskId: string): Promise<void> {
  await tx.query(
    `UPDATE org_task SET state = CASE WHEN holder_id IS NULL THEN 'UNIT_INBOX' ELSE 'TODO' END, version = version + 1
     WHERE id = $1 AND state = 'AWAITING_RESULT'`,
    [taskId],
  );
}

/** Whether an organisation has handled, or handles, an item. */
export async function handles(
  tx: ScopedTransaction,
  caseItemId: string,
  organisationId: string,
): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM org_task WHERE case_item_id = $1 AND organisation_id = $2 AND kind = 'HANDLE' LIMIT 1`,
    [caseItemId, organisationId],
  );
  return rows.length > 0;
}
