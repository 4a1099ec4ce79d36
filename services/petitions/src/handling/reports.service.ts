import { dateInShanghai } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { ReportApproved, ReportSentBack, ReportSubmitted } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, OrgTask } from '../cases/case.types';
import { caseEvent, caseForChange, changeCase, noteOnCase } from '../cases/case-changes.service';
import { openTask, recordHandling } from '../cases/custody.service';
import { isOver } from '../deadlines/periods.rules';
import type { Attachments } from '../submissions/attachments.service';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { checkOwnLeader, endTasksAbout } from './leader-tasks.service';
import { checkMayHandle, checkRole } from './may-handle.rules';
import type { Report } from './report.types';
import { type ReportForm, writtenDraft } from './report-drafts.service';
import { alreadyReviewed, noResultOwed } from './reports.rules';
import {
  type AwaitingTask,
  authorOfReport,
  awaitingTask,
  endSentBack,
  endWaiting,
  handles,
  reportForReview,
  updateReport,
} from './reports.store';

export { removeReportFile, saveReportDraft } from './report-drafts.service';
export { reportsOfItems } from './reports.store';

/** A report, and its item as it now is. */
export interface ReportOfItem {
  report: Report;
  item: CaseItem;
}

/**
 * Reports 报告 the result of an item: to the organisation that assigned it, or with `leaderId` to a leader of the own
 * organisation; the addressee finds it among the reports to review. With `reportId` it is the saved draft, or the report that was sent back. Throws
 * NOT_FOUND, FORBIDDEN, FIELD_REQUIRED, NO_RESULT_OWED, REPORT_PENDING, REPORT_DRAFT_EXISTS, STALE_VERSION, NOT_A_LEADER, TOO_MANY_ATTACHMENTS,
 * FILE_NOT_FOUND. Rule: PT-HND-12.
 */
export async function submitReport(
  tx: ScopedTransaction,
  attachments: Attachments,
  form: ReportForm,
  officer: Officer,
  at: Date,
): Promise<ReportOfItem> {
  const faults = new Faults();
  const body = faults.text('body', form.body, TEXT_LIMITS.CONTENT);
  faults.throwIfAny();
  const item = await caseForChange(tx, form.caseItemId, null);
  checkMayHandle(item, officer);
  const leaderId = form.leaderId ?? null;
  const addressee =
    leaderId === null
      ? await assignerOf(tx, item, officer)
      : await ownLeader(tx, item, leaderId, officer, at);
  const { awaiting, to } = addressee;
  const draft = await writtenDraft(tx, attachments, item, { ...form, body, leaderId }, officer, at);
  const record = await recordHandling(tx, {
    item,
    mode: 'REPORT',
    fromOrganisationId: officer.organisationId,
    officerId: officer.accountId,
    destinationOrganisationId: to.organisationId,
    at,
  });
  const report = await updateReport(tx, draft, {
    state: 'SUBMITTED',
    handlingRecordId: record.id,
    toOrganisationId: to.organisationId,
    awaitingTaskId: awaiting?.id ?? null,
    submittedAt: at,
    reviewedAt: null,
    reviewedBy: null,
    reviewerOpinion: null,
    updatedAt: at,
  });
  await openTask(tx, {
    caseItemId: item.id,
    kind: 'REPORT_REVIEW',
    ...to,
    state: to.holderId === null ? 'UNIT_INBOX' : 'TODO',
    subjectId: report.id,
    handlingRecordId: record.id,
    receivedAt: at,
  });
  endSentBack(tx, item.id, officer, at);
  const resultDueOn = awaiting?.resultDueOn ?? null;
  const changed = await changeCase(tx, item, {
    action: 'REPORT',
    set: { late: item.late || (resultDueOn !== null && isOver(resultDueOn, dateInShanghai(at))) },
    actor: officer,
    at,
    events: [caseEvent(ReportSubmitted, { reportId: report.id })],
    subjectId: report.id,
    details: { resultDueOn },
  });
  return { report, item: changed };
}

/**
 * Reviews a report 审核报告: approved, the assigner's task waits no longer and is a to-do again; sent back with a reason, it goes on
 * waiting, and whoever handed the report in finds it among the to-dos until it is handed in anew. A report to a leader is reviewed by that leader. Throws NOT_FOUND, STALE_VERSION, FORBIDDEN, REPORT_REVIEWED,
 * FIELD_REQUIRED. Rule: PT-HND-12, PT-HND-05.
 */
export async function reviewReport(
  tx: ScopedTransaction,
  input: { reportId: string; expectedVersion: number; approve: boolean; opinion?: string | null },
  officer: Officer,
  at: Date,
): Promise<ReportOfItem> {
  checkRole(officer, 'HANDLER', 'LEADER');
  const { approve } = input;
  const faults = new Faults();
  const reviewerOpinion = approve
    ? faults.optionalText('opinion', input.opinion, TEXT_LIMITS.OPINION)
    : faults.text('opinion', input.opinion, TEXT_LIMITS.REASON);
  faults.throwIfAny();
  const { item, report } = await reportForReview(tx, input, officer.organisationId);
  if (report.toLeaderId !== null && report.toLeaderId !== officer.accountId) throw refuse.forbidden();
  if (report.state !== 'SUBMITTED') throw alreadyReviewed();
  const reviewed = await updateReport(tx, report, {
    state: approve ? 'APPROVED' : 'SENT_BACK',
    reviewedAt: at,
    reviewedBy: officer.accountId,
    reviewerOpinion,
    updatedAt: at,
  });
  await endTasksAbout(tx, 'REPORT_REVIEW', report.id, officer, at);
  if (!approve) {
    await openTask(tx, {
      caseItemId: item.id,
      kind: 'REPORT_SENT_BACK',
      state: 'TODO',
      organisationId: report.organisationId,
      ...(await authorOfReport(tx, report)),
      subjectId: report.id,
      receivedAt: at,
    });
  } else if (report.awaitingTaskId !== null) await endWaiting(tx, report.awaitingTaskId);
  await noteOnCase(tx, item, {
    action: approve ? 'REPORT_APPROVED' : 'REPORT_SENT_BACK',
    actor: officer,
    at,
    events: [caseEvent(approve ? ReportApproved : ReportSentBack, { reportId: report.id })],
    subjectId: report.id,
  });
  return { report: reviewed, item };
}

interface Addressee {
  awaiting: AwaitingTask | null;
  to: Pick<OrgTask, 'organisationId' | 'regionCode' | 'holderId'>;
}

async function assignerOf(tx: ScopedTransaction, item: CaseItem, officer: Officer): Promise<Addressee> {
  const awaiting = await awaitingTask(tx, item.id, officer.organisationId);
  if (awaiting === undefined) throw noResultOwed();
  const { organisationId, regionCode, holderId } = awaiting;
  return { awaiting, to: { organisationId, regionCode, holderId } };
}

async function ownLeader(
  tx: ScopedTransaction,
  item: CaseItem,
  leaderId: string,
  officer: Officer,
  at: Date,
): Promise<Addressee> {
  if (!(await handles(tx, item.id, officer.organisationId))) throw noResultOwed();
  await checkOwnLeader(tx, item, leaderId, officer, at);
  const { organisationId, regionCode } = officer;
  return { awaiting: null, to: { organisationId, regionCode, holderId: leaderId } };
}
