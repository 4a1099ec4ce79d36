/** A report 报告（汇报） to the assigner, or to a leader of the own organisation; a draft is addressed when it is submitted. */
export interface Report {
  id: string;
  caseItemId: string;
  organisationId: string;
  handlingRecordId: string | null;
  toOrganisationId: string | null;
  toLeaderId: string | null;
  awaitingTaskId: string | null;
  body: string;
  state: 'DRAFT' | 'SUBMITTED' | 'APPROVED' | 'SENT_BACK';
  submittedAt: Date | null;
  reviewedAt: Date | null;
  reviewedBy: string | null;
  reviewerOpinion: string | null;
  updatedAt: Date;
  version: number;
}

/** What a report said when it was sent back 退回, kept as it was. */
export interface ReportReturn {
  id: string;
  reportId: string;
  body: string;
  /** The files it was handed in with. */
  attachmentIds: string[];
  submittedAt: Date;
  reviewedAt: Date;
  reviewedBy: string;
  reviewerOpinion: string;
}
