/** Codes of the catalogue, section 2.3; their Chinese terms stand in code-lists.graphql. */
export const CHANNELS = ['ONLINE', 'LETTER', 'VISIT', 'PHONE'] as const;
export type Channel = (typeof CHANNELS)[number];
export const PURPOSES = ['APPEAL', 'SEEK_SOLUTION', 'ACCUSATION', 'SUGGESTION', 'OTHER'] as const;
export type Purpose = (typeof PURPOSES)[number];
export type SatisfactionMode = 'REQUIRED' | 'MANUAL' | 'EXCLUDED';
export type CaseState =
  | 'REGISTERED'
  | 'IN_HANDLING'
  | 'ACCEPTED'
  | 'COMPLETED'
  | 'UNDER_REVIEW'
  | 'REVIEWED'
  | 'UNDER_RE_REVIEW'
  | 'FINAL'
  | 'LAPSED';
export type CaseOutcome = 'REPLIED' | 'NOT_ACCEPTED' | 'NO_LONGER_ACCEPTED' | 'DIRECT_REPLY' | 'ARCHIVED';
export type MatterStatus = 'OPEN' | 'LAPSED' | 'FINAL';
export type IdType =
  | 'RESIDENT_ID'
  | 'HOUSEHOLD_BOOK'
  | 'PASSPORT'
  | 'MILITARY_ID'
  | 'HK_MACAO_PERMIT'
  | 'TAIWAN_PERMIT'
  | 'OTHER';
export type HandlingMode =
  | 'FORWARD'
  | 'ASSIGN'
  | 'SUPERVISE'
  | 'INFORM_ACCEPT'
  | 'INFORM_NOT_ACCEPT'
  | 'INFORM_NO_LONGER'
  | 'HANDLE_SELF'
  | 'ARCHIVE'
  | 'REPORT'
  | 'DIRECT_REPLY'
  | 'SERVE_OPINION'
  | 'SUBMIT_REVIEW'
  | 'SUBMIT_RE_REVIEW'
  | 'TRANSFER';
export type TaskKind =
  | 'HANDLE'
  | 'INTERVIEW'
  | 'REPORT_REVIEW'
  | 'APPROVAL'
  | 'REVIEW_STEP'
  | 'PETITIONER_DECEASED'
  | 'REPORT_SENT_BACK';
export type TaskState =
  | 'UNIT_INBOX'
  | 'TODO'
  | 'IN_APPROVAL'
  | 'AWAITING_RESULT'
  | 'RETURN_PENDING'
  | 'RETURNED'
  | 'CANCELLED'
  | 'DONE';

/** A case item 信访件 as stored. Dates are `YYYY-MM-DD`, instants Date. */
export interface CaseItem {
  id: string;
  regionCode: string;
  organisationId: string;
  itemNo: string;
  matterId: string;
  channel: Channel;
  submissionId: string | null;
  accountId: string | null;
  citizenId: string | null;
  petitionDate: string;
  receivedAt: Date;
  registeredAt: Date;
  registrarId: string;
  anonymous: boolean;
  title: string;
  problemRegionCode: string;
  problemAddress: string | null;
  content: string;
  demand: string | null;
  purpose: Purpose;
  contentCategory: string;
  litigationRelated: boolean;
  firstInSystem: boolean;
  satisfactionMode: SatisfactionMode;
  satisfactionInScope: boolean;
  queryCodeSealed: string;
  confidential: boolean;
  needToKnow: boolean;
  addressee: string | null;
  letterCount: number | null;
  visitorCount: number | null;
  interviewerId: string | null;
  collective: boolean;
  cause: string | null;
  hotTopic: string | null;
  jointSignature: boolean;
  affectedCount: number | null;
  threat: boolean;
  urgent: boolean;
  skipLevel: boolean;
  backlog: boolean;
  accusedPerson: string | null;
  accusedPost: string | null;
  accusedOrganisationId: string | null;
  accusedAccountId: string | null;
  remarks: string | null;
  state: CaseState;
  outcome: CaseOutcome | null;
  custodianOrganisationId: string;
  responsibleOrganisationId: string | null;
  petitionDeptOrganisationId: string;
  selfHandling: boolean;
  routeDueOn: string;
  routedAt: Date | null;
  acceptReceivedAt: Date | null;
  acceptDueOn: string | null;
  acceptedAt: Date | null;
  handleDueOn: string | null;
  extendedDays: number;
  completedAt: Date | null;
  servedOn: string | null;
  appealDueOn: string | null;
  late: boolean;
  createdAt: Date;
  createdBy: string;
  updatedAt: Date;
  version: number;
}

/** A task of a work list 待办. */
export interface OrgTask {
  id: string;
  caseItemId: string;
  handlingRecordId: string | null;
  fromTaskId: string | null;
  kind: TaskKind;
  state: TaskState;
  custody: boolean;
  organisationId: string;
  regionCode: string;
  holderId: string | null;
  subjectId: string | null;
  receivedAt: Date;
  openedAt: Date | null;
  doneAt: Date | null;
  doneBy: string | null;
  resultDueOn: string | null;
  /** The last day for acceptance that its organisation was given when it received the item; it has it again when the item comes back. */
  acceptDueOn: string | null;
  version: number;
}

/** One handling record 办理记录. */
export interface HandlingRecord {
  id: string;
  caseItemId: string | null;
  submissionId: string | null;
  seq: number;
  mode: HandlingMode | null;
  fromOrganisationId: string;
  officerId: string | null;
  destinationOrganisationId: string | null;
  opinion: string | null;
  reply: string | null;
  copyOrganisationIds: string[];
  resultRequired: boolean;
  resultDueOn: string | null;
  state: 'DRAFT' | 'DONE' | 'TAKEN_BACK' | 'RETURNED';
  at: Date;
  batchId: string | null;
  version: number;
}

/** The petitioner of one item, a snapshot; sealed values are opened by PersonalData. */
export interface Petitioner {
  id: string;
  caseItemId: string;
  isMain: boolean;
  accountId: string | null;
  citizenId: string | null;
  name: string | null;
  sex: string | null;
  idType: IdType | null;
  idNumberSealed: string | null;
  idNumberIndex: string | null;
  householdAddress: string | null;
  householdRegionCode: string | null;
  usualAddress: string | null;
  usualRegionCode: string | null;
  mailingAddress: string | null;
  mailingRegionCode: string | null;
  mobileSealed: string | null;
  phoneSealed: string | null;
  emailSealed: string | null;
  birthDate: string | null;
  ethnicity: string | null;
  politicalStatus: string | null;
  occupation: string | null;
  employer: string | null;
  postcode: string | null;
  residencyStatus: string | null;
  photoFileId: string | null;
  version: number;
}

/** An organisation 机构 as this service knows it from the directory's events. */
export interface Organisation {
  id: string;
  sealName: string;
  kind: 'UNIT' | 'DEPARTMENT' | 'PARTY' | 'BUREAU';
  regionCode: string;
  regionLevel: 'NATION' | 'PROVINCE' | 'CITY' | 'COUNTY' | 'TOWNSHIP' | 'VILLAGE';
  superiorId: string | null;
  /** A petition bureau 信访局. */
  isBureau: boolean;
  removed: boolean;
  version: number;
}

/** Who acts: an officer in one appointment, a citizen, or the service itself (accountId `service:petitions`). */
export interface Actor {
  accountId: string;
  organisationId: string | null;
  regionCode: string | null;
  roles: readonly string[];
  operatorName: string | null;
}
