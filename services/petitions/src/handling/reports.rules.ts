import { Refusal } from '@junxian/errors';
import type { Report } from './report.types';

/** Checks that the text of a report may be written on: it is a draft, or came back. Throws REPORT_PENDING, REPORT_REVIEWED. Rule: PT-HND-12. */
export function checkMayBeWritten({ state }: Pick<Report, 'state'>): void {
  if (state === 'SUBMITTED') throw reportPending();
  if (state === 'APPROVED') throw alreadyReviewed();
}

/** A report that waits for its review. */
export const reportPending = (): Refusal =>
  new Refusal(
    'REPORT_PENDING',
    {
      zh: '已提交的报告正在等待交办机构审核，请等待审核结果',
      en: 'A report waits for the assigner’s review already; wait for the decision',
    },
    { httpStatus: 409 },
  );

/** A report that was decided about. */
export const alreadyReviewed = (): Refusal =>
  new Refusal(
    'REPORT_REVIEWED',
    { zh: '该报告已经审核，请刷新查看结果', en: 'The report was reviewed already; reload it' },
    { httpStatus: 409 },
  );

/** Nobody waits for a report of this organisation. */
export const noResultOwed = (): Refusal =>
  new Refusal(
    'NO_RESULT_OWED',
    {
      zh: '该信访件没有等待本单位反馈结果的交办，无需提交报告；可选择向本单位领导报告',
      en: 'No organisation waits for your result of this item; you may report to a leader of your own',
    },
    { httpStatus: 409 },
  );

/** The organisation is writing a report on the item already. */
export const draftExists = (): Refusal =>
  new Refusal(
    'REPORT_DRAFT_EXISTS',
    {
      zh: '本单位已有该信访件的报告草稿，请打开草稿修改或提交',
      en: 'Your organisation has a draft of a report on this item; edit or submit that one',
    },
    { field: 'reportId', httpStatus: 409 },
  );
