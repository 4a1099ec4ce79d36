/** A report 报告（汇报） to the assigner, or to a leader of the own organisation. */
export interface Report {
  id: string;
  caseItemId: string;
  organisationId: string;
  handlingRecordId: string;
  toOrganisationId: string;
  toLeaderId: string | null;
  awaitingTaskId: string | null;
  body: string;
  state: 'SUBMITTED' | 'APPROVED' | 'SENT_BACK';
  submittedAt: Date;
  reviewedAt: Date | null;
  reviewedBy: string | null;
  reviewerOpinion: string | null;
  version: number;
}
