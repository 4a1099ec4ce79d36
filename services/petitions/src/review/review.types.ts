import type { Receipt, ServiceMode } from '../handling/document.rules';

export const REVIEW_LEVELS = ['REVIEW', 'RE_REVIEW'] as const;
/** Review 复查, re-review 复核: one procedure. */
export type ReviewLevel = (typeof REVIEW_LEVELS)[number];
export const REVIEW_STATES = [
  'REGISTERED',
  'ASSIGNED',
  'SUPPLEMENTING',
  'EXAMINING',
  'OPINION_DRAFT',
  'SIGNED',
  'SERVED',
  'CLOSED',
  'NOT_ACCEPTED',
  'SUSPENDED',
  'TERMINATED',
] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];
export type ReviewResult = 'UPHOLD' | 'MODIFY' | 'REVOKE_REHANDLE';
export type AcceptanceForm = 'ACCEPT' | 'REJECT';
export type TerminationGround = 'WITHDRAWAL' | 'SETTLEMENT' | 'APPLICANT_GONE' | 'OTHER_LEGAL_REMEDY';

/** A review or re-review of an item, as stored; dates are `YYYY-MM-DD`. */
export interface ReviewCase {
  id: string;
  authorityOrganisationId: string;
  regionCode: string;
  reviewNo: string;
  level: ReviewLevel;
  caseItemId: string;
  handlingRecordId: string;
  previousReviewId: string | null;
  applicantId: string;
  applicationDate: string;
  receivedOn: string;
  handlingOpinionId: string;
  challengedDocNo: string;
  respondentOrganisationId: string;
  handlerId: string | null;
  acceptanceForm: AcceptanceForm | null;
  dueOn: string;
  pausedDays: number;
  state: ReviewState;
  stateBeforeSuspension: 'ASSIGNED' | 'EXAMINING' | 'OPINION_DRAFT' | null;
  result: ReviewResult | null;
  opinionDocNo: string | null;
  signedAt: Date | null;
  serviceMode: ServiceMode | null;
  servedOn: string | null;
  receipt: Receipt | null;
  appealDueOn: string | null;
  endedAt: Date | null;
  createdAt: Date;
  createdBy: string;
  updatedAt: Date;
  version: number;
}

/** Everything that can stand in the file of a review. */
export type ReviewStepKind =
  | 'APPOINTMENT'
  | 'TAKING_OVER'
  | 'SUPPLEMENT'
  | 'ACCEPTANCE'
  | 'DEFENCE_NOTICE'
  | 'DEFENCE'
  | 'LAWYER_INVITATION'
  | 'LAWYER_EXAMINATION'
  | 'WRITTEN_EXAMINATION'
  | 'INVESTIGATION'
  | 'HEARING'
  | 'CONSULTATION'
  | 'CONSULTATION_ANSWER'
  | 'MEDIATION'
  | 'OPINION_DRAFT'
  | 'EXPERT_INVITATION'
  | 'EXPERT_REVIEW'
  | 'SIGNATURE'
  | 'SERVICE'
  | 'CLOSING'
  | 'SUSPENSION'
  | 'RESUMPTION'
  | 'TERMINATION';

/** A step of a review; OPEN while somebody is asked for it. */
export interface ReviewStep {
  id: string;
  reviewCaseId: string;
  caseItemId: string;
  kind: ReviewStepKind;
  state: 'OPEN' | 'DONE' | 'REFUSED' | 'CANCELLED';
  organisationId: string;
  accountId: string | null;
  question: string | null;
  content: string | null;
  evidence: string | null;
  participants: string[];
  host: string | null;
  heldOn: string | null;
  endedOn: string | null;
  ground: TerminationGround | null;
  toldOn: string | null;
  agreed: boolean | null;
  decisionText: string | null;
  documentId: string | null;
  dueOn: string | null;
  startedAt: Date;
  startedBy: string | null;
  finishedAt: Date | null;
  finishedBy: string | null;
  version: number;
}

export const REVIEW_DOCUMENT_KINDS = [
  'ACCEPTANCE_FORM',
  'SUPPLEMENT_LIST',
  'DEFENCE_NOTICE',
  'HEARING_RECORD',
  'SUSPENSION_NOTICE',
  'RESUMPTION_NOTICE',
  'TERMINATION_NOTICE',
  'OPINION',
  'OTHER',
] as const;
export type ReviewDocumentKind = (typeof REVIEW_DOCUMENT_KINDS)[number];
export type ReviewDocumentState = 'DRAFT' | 'IN_APPROVAL' | 'APPROVED' | 'REJECTED' | 'FILED';

/** A document of a review 文书. */
export interface ReviewDocument {
  id: string;
  reviewCaseId: string;
  caseItemId: string;
  kind: ReviewDocumentKind;
  body: string;
  acceptanceForm: AcceptanceForm | null;
  result: ReviewResult | null;
  state: ReviewDocumentState;
  docNo: string | null;
  documentHash: string | null;
  /** The e-seal put on it when it was filed (PT-NTC-05); none on documents filed before there was one. */
  sealedBy: string | null;
  seal: string | null;
  filedAt: Date | null;
  filedBy: string | null;
  recipientOrganisationId: string | null;
  createdAt: Date;
  createdBy: string;
  updatedAt: Date;
  version: number;
}

/** One submission of a document to a leader 送审, and the decision. */
export interface ReviewApproval {
  id: string;
  documentId: string;
  reviewCaseId: string;
  leaderId: string;
  submittedBy: string;
  submittedAt: Date;
  approved: boolean | null;
  decisionText: string | null;
  decidedAt: Date | null;
}

/** Days that do not count: from `fromOn` up to, not including, `untilOn`; null while the clock stands still. */
export interface ReviewPause {
  id: string;
  reviewCaseId: string;
  kind: 'SUPPLEMENT' | 'SUSPENSION' | 'HEARING';
  fromOn: string;
  untilOn: string | null;
}
