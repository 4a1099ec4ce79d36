export type SubmissionState = 'SUBMITTED' | 'OPENED' | 'REGISTERED' | 'WITHDRAWN';

/** An online submission 网上信访 as stored. */
export interface Submission {
  id: string;
  organisationId: string;
  regionCode: string;
  accountId: string;
  title: string;
  problemRegionCode: string;
  problemAddress: string;
  content: string;
  anonymous: boolean;
  state: SubmissionState;
  submittedAt: Date;
  /** `YYYY-MM-DD`: last day to route it, fixed at submission. */
  routeDueOn: string;
  openedAt: Date | null;
  openedBy: string | null;
  withdrawnAt: Date | null;
  caseItemId: string | null;
  updatedAt: Date;
  version: number;
}

/** A submission as a citizen typed it. */
export interface SubmissionInput {
  readonly title?: string | null;
  readonly problemRegionCode?: string | null;
  readonly problemAddress?: string | null;
  readonly content?: string | null;
  readonly fileIds?: readonly string[] | null;
}

/** What an attachment hangs on. */
export type AttachmentOwner =
  | 'SUBMISSION'
  | 'VISITOR'
  | 'CASE_ITEM'
  | 'INTERVIEW'
  | 'LEADER_RECEPTION'
  | 'REPORT'
  | 'OPINION'
  | 'REVIEW_CASE'
  | 'REVIEW_STEP';

/** An attachment 附件 of a record. */
export interface Attachment {
  id: string;
  ownerType: AttachmentOwner;
  ownerId: string;
  caseItemId: string | null;
  fileId: string;
  fileName: string;
  mime: string;
  size: number;
  sha256: string;
  uploadedBy: string;
  uploadedAt: Date;
  /** When it was taken off a draft; kept for the version that was handed in with it. */
  takenOffAt: Date | null;
}

/** The registrar's tabs 未登记、已登记、已撤回 (3.1), and what the bureau takes over from one that was removed. */
export type SubmissionTab = 'UNREGISTERED' | 'REGISTERED' | 'WITHDRAWN' | 'RECEIVER_GONE';
