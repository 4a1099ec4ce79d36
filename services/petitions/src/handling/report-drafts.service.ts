import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseForChange, noteOnCase } from '../cases/case-changes.service';
import type { Attachments } from '../submissions/attachments.service';
import { Faults, required, TEXT_LIMITS } from '../texts.rules';
import { checkMayHandle } from './may-handle.rules';
import type { Report } from './report.types';
import { checkMayBeWritten, noResultOwed } from './reports.rules';
import { handles, insertDraft, itemOfReport, keepReturn, ownReport, updateReport } from './reports.store';

/** A report as somebody writes it: a new one, or with an id the draft to write on, at the version that was seen. */
export interface ReportForm {
  caseItemId: string;
  reportId?: string | null | undefined;
  expectedVersion?: number | null | undefined;
  body?: string | null | undefined;
  /** The leader of the own organisation it is meant for; left out, the assigner. */
  leaderId?: string | null | undefined;
  /** Files to add. */
  fileIds?: readonly string[] | null | undefined;
}

/**
 * Saves a draft of a report 报告草稿, which nobody outside the own organisation sees. A report that was sent back is a draft again; what it said is
 * kept. Returns the draft. Throws NOT_FOUND, FORBIDDEN, NO_RESULT_OWED when the organisation never had the item, REPORT_DRAFT_EXISTS, STALE_VERSION,
 * REPORT_PENDING, REPORT_REVIEWED, TOO_MANY_ATTACHMENTS, FILE_NOT_FOUND. Rule: PT-HND-12.
 */
export async function saveReportDraft(
  tx: ScopedTransaction,
  attachments: Attachments,
  form: ReportForm,
  officer: Officer,
  at: Date,
): Promise<{ report: Report; item: CaseItem }> {
  const faults = new Faults();
  const body = faults.optionalText('body', form.body, TEXT_LIMITS.CONTENT) ?? '';
  faults.throwIfAny();
  const item = await caseForChange(tx, form.caseItemId, null);
  checkMayHandle(item, officer);
  if (!(await handles(tx, item.id, officer.organisationId))) throw noResultOwed();
  return { item, report: await writtenDraft(tx, attachments, item, { ...form, body }, officer, at) };
}

/**
 * Takes a file off a draft 撤下报告附件; a report that was sent back is a draft again. What was handed in and sent back keeps its files (`returns`).
 * Returns the draft. Throws NOT_FOUND, FORBIDDEN, STALE_VERSION, REPORT_PENDING, REPORT_REVIEWED, REPORT_DRAFT_EXISTS. Rule: PT-HND-12.
 */
export async function removeReportFile(
  tx: ScopedTransaction,
  attachments: Attachments,
  {
    reportId,
    attachmentId,
    expectedVersion,
  }: { reportId: string; attachmentId: string; expectedVersion: number },
  officer: Officer,
  at: Date,
): Promise<{ report: Report; item: CaseItem }> {
  const item = await caseForChange(tx, await itemOfReport(tx, reportId), null);
  checkMayHandle(item, officer);
  const { organisationId } = officer;
  const taken = await takenUp(tx, { reportId, caseItemId: item.id, organisationId }, expectedVersion, at);
  await attachments.takeOff(tx, { type: 'REPORT', id: taken.id }, attachmentId, at);
  const report = await updateReport(tx, taken, { updatedAt: at });
  await noteOnCase(tx, item, { action: 'REPORT_FILE_TAKEN_OFF', actor: officer, at, subjectId: report.id });
  return { report, item };
}

/** The draft with this text and these files: a new one, or the one named, taken up again if it was sent back. The item is locked. */
export async function writtenDraft(
  tx: ScopedTransaction,
  attachments: Attachments,
  item: CaseItem,
  { reportId, expectedVersion, body, leaderId = null, fileIds }: ReportForm & { body: string },
  officer: Officer,
  at: Date,
): Promise<Report> {
  const { organisationId, accountId } = officer;
  const caseItemId = item.id;
  const draft =
    reportId == null
      ? await insertDraft(tx, {
          caseItemId,
          organisationId,
          toLeaderId: leaderId,
          body,
          createdAt: at,
          createdBy: accountId,
          updatedAt: at,
        })
      : await updateReport(
          tx,
          await takenUp(tx, { reportId, caseItemId, organisationId }, expectedVersion ?? null, at),
          { body, toLeaderId: leaderId, updatedAt: at },
        );
  await attachments.attachFiles(tx, { type: 'REPORT', id: draft.id, caseItemId }, fileIds ?? [], officer);
  return draft;
}

async function takenUp(
  tx: ScopedTransaction,
  of: { reportId: string; caseItemId: string; organisationId: string },
  expectedVersion: number | null,
  at: Date,
): Promise<Report> {
  if (expectedVersion === null) throw required('expectedVersion');
  const report = await ownReport(tx, of);
  if (report.version !== expectedVersion) throw refuse.staleVersion();
  checkMayBeWritten(report);
  if (report.state === 'DRAFT') return report;
  await keepReturn(tx, report);
  return updateReport(tx, report, { state: 'DRAFT', updatedAt: at });
}
