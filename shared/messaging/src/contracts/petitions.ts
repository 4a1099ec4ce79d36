// Events that petitions publishes (requirements/petitions.md §7): no names, numbers, texts or query codes.
import { type TObject, Type } from '@sinclair/typebox';
import { CalendarDate, codes, defineEvent, Id, Nullable, RegionCode } from '../event-definition';
import { identityRevealed } from './identity-revealed';

const service = 'petitions';

const organisation = { organisationId: Id({ description: 'The organisation that acted 经办机构' }) };

export const petitionChannel = codes(['ONLINE', 'LETTER', 'VISIT', 'PHONE'], {
  description: '网上信访、来信、来访、来电',
});
const purpose = codes(['APPEAL', 'SEEK_SOLUTION', 'ACCUSATION', 'SUGGESTION', 'OTHER'], {
  description: 'Purpose 信访目的',
});
const rating = codes(['SATISFIED', 'BASICALLY_SATISFIED', 'DISSATISFIED'], {
  description: '满意、基本满意、不满意',
});
const reviewLevel = codes(['REVIEW', 'RE_REVIEW'], { description: '复查、复核' });

function petitionEvent<const Aggregate extends string, const Happened extends string, Data extends TObject>(
  aggregate: Aggregate,
  happened: Happened,
  zh: string,
  en: string,
  data: Data,
) {
  return defineEvent({ service, aggregate, happened, version: 1, description: { zh, en }, data });
}

const submission = Type.Object({
  ...organisation,
  submissionId: Id({ description: 'Online submission 网上信访件' }),
  problemRegionCode: RegionCode({ description: '问题发生地' }),
  anonymous: Type.Boolean({ description: '是否匿名' }),
});
export const SubmissionCreated = petitionEvent(
  'submission',
  'created',
  '网上信访提交',
  'A citizen submitted a petition online',
  submission,
);
export const SubmissionOpened = petitionEvent(
  'submission',
  'opened',
  '网上信访调阅',
  'Staff opened a submission; it can no longer be withdrawn',
  submission,
);
export const SubmissionWithdrawn = petitionEvent(
  'submission',
  'withdrawn',
  '网上信访撤回',
  'The citizen withdrew an unopened submission',
  submission,
);
export const SubmissionTransferred = petitionEvent(
  'submission',
  'transferred',
  '网上信访接管',
  'A submission that nobody had registered was taken over from a bureau that was removed; its clock runs on',
  Type.Object({ ...submission.properties, fromOrganisationId: Id(), toOrganisationId: Id() }),
);

const caseItem = { ...organisation, caseItemId: Id({ description: 'Case item 信访件' }) };
const caseEvent = <const Happened extends string, Data extends TObject>(
  happened: Happened,
  zh: string,
  en: string,
  data: Data,
) => petitionEvent('case', happened, zh, en, data);

/** Purpose and category are left out of an accusation and of a confidential item. */
export const CaseRegistered = caseEvent(
  'registered',
  '信访件登记',
  'A case item was registered',
  Type.Object({
    ...caseItem,
    itemNo: Type.String({ description: 'Item number 信访件编号' }),
    matterId: Id({ description: 'Petition matter 信访事项' }),
    channel: petitionChannel,
    problemRegionCode: RegionCode({ description: '问题属地' }),
    purpose: Type.Optional(purpose),
    category: Type.Optional(Type.String({ description: 'Content category 内容分类' })),
    firstInSystem: Type.Boolean({ description: '系统初次' }),
    satisfactionMode: codes(['REQUIRED', 'MANUAL', 'EXCLUDED'], { description: '满意度评价方式' }),
  }),
);
export const CaseCorrected = caseEvent(
  'corrected',
  '信访件登记信息更正',
  'The registered data of a case item changed',
  Type.Object({ ...caseItem }),
);
export const SimpleRegistered = petitionEvent(
  'simple-registration',
  'registered',
  '来信简单登记',
  'A letter was registered without follow-up',
  Type.Object({
    ...organisation,
    simpleRegistrationId: Id(),
    kind: codes(['UNCLEAR', 'REPEAT', 'OTHER_PROVINCE', 'LITIGATION', 'FINAL']),
    letterCount: Type.Integer({ minimum: 1, description: '来信数量' }),
  }),
);

const handed = Type.Object({
  ...caseItem,
  recordId: Id({ description: 'Handling record 办理记录' }),
  fromOrganisationId: Id(),
  toOrganisationId: Id(),
  resultDueOn: Nullable(CalendarDate({ description: '交办结果期限' })),
  batchId: Nullable(Id({ description: 'Batch 集中办理批次' })),
});
export const CaseForwarded = caseEvent('forwarded', '转送', 'A case item was forwarded', handed);
export const CaseAssigned = caseEvent(
  'assigned',
  '交办',
  'A case item was assigned; a result must return',
  handed,
);
export const CaseTransferred = caseEvent(
  'transferred',
  '移交',
  'The custody of a case item was taken over from an organisation that was removed or had to stand aside; its clocks run on',
  Type.Object({
    ...caseItem,
    recordId: Id({ description: 'Handling record 办理记录' }),
    fromOrganisationId: Id(),
    toOrganisationId: Id(),
  }),
);
export const NoticeIssued = caseEvent(
  'notice-issued',
  '告知书入库',
  'A notice was filed',
  Type.Object({
    ...caseItem,
    noticeKind: codes(['ACCEPTANCE', 'NON_ACCEPTANCE', 'NO_LONGER_ACCEPTANCE']),
    docNo: Type.String({ description: 'Document number 文号' }),
    handleDueOn: Nullable(CalendarDate({ description: '办理期限' })),
  }),
);
export const SelfHandlingStarted = caseEvent(
  'self-handling-started',
  '自办开始',
  'The responsible unit began to handle the item itself',
  Type.Object({ ...caseItem, handleDueOn: CalendarDate() }),
);
const dueMoved = Type.Object({ ...caseItem, oldDueOn: Nullable(CalendarDate()), newDueOn: CalendarDate() });
export const CaseExtended = caseEvent(
  'extended',
  '延长办理期限',
  'The handling period was extended',
  dueMoved,
);
export const CaseReopened = caseEvent(
  'reopened',
  '撤销后重新办理',
  'A review revoked the opinion; the original unit handles anew',
  dueMoved,
);

const returned = Type.Object({
  ...caseItem,
  recordId: Nullable(Id()),
  reasonCode: Type.String({ maxLength: 40 }),
});
export const CaseReturnRequested = caseEvent(
  'return-requested',
  '申请退回',
  'The receiver asked to return an item',
  returned,
);
export const CaseReturned = caseEvent('returned', '退回', 'An item went back to its sender', returned);
export const ReturnRefused = caseEvent(
  'return-refused',
  '不同意退回',
  'The sender refused a return',
  returned,
);
export const TaskTakenBack = caseEvent('taken-back', '收回', 'A sender took an unopened item back', returned);

const report = Type.Object({ ...caseItem, reportId: Id({ description: 'Report 汇报' }) });
export const ReportSubmitted = caseEvent('report-submitted', '报告提交', 'A result was reported', report);
export const ReportApproved = caseEvent(
  'report-approved',
  '报告审核通过',
  'The assigner approved a report',
  report,
);
export const ReportSentBack = caseEvent(
  'report-sent-back',
  '报告退回',
  'The assigner sent a report back',
  report,
);

export const caseOutcome = codes(
  ['REPLIED', 'NOT_ACCEPTED', 'NO_LONGER_ACCEPTED', 'DIRECT_REPLY', 'ARCHIVED'],
  { description: 'Outcome 办结方式' },
);
export const CaseCompleted = caseEvent(
  'completed',
  '办结',
  'A case item was completed',
  Type.Object({ ...caseItem, outcome: caseOutcome, inTime: Type.Boolean({ description: '是否按期' }) }),
);
export const CaseFinal = caseEvent(
  'final',
  '三级终结',
  'Handling, review and re-review are done',
  Type.Object({ ...caseItem, matterId: Id() }),
);
export const AppealLapsed = caseEvent(
  'appeal-lapsed',
  '复查复核期限届满',
  'The time to ask for a (re-)review passed',
  Type.Object({ ...caseItem, matterId: Id() }),
);
/** A state that a review moved a case item into (UNDER_REVIEW, REVIEWED, …). */
export const CaseReviewMoved = caseEvent(
  'review-moved',
  '复查复核进程',
  'A review moved the case item',
  Type.Object({ ...caseItem, reviewCaseId: Id(), state: Type.String({ maxLength: 40 }) }),
);
export const EvaluationSubmitted = caseEvent(
  'evaluated',
  '满意度评价',
  'A round of the evaluation was stored',
  Type.Object({
    ...caseItem,
    round: Type.Integer({ minimum: 1, maximum: 2 }),
    deptRating: rating,
    unitRating: Nullable(rating),
  }),
);
export const WarningRaised = caseEvent(
  'warning-raised',
  '预警',
  'A deadline came near or passed',
  Type.Object({
    ...caseItem,
    deadlineKind: codes(['ROUTE', 'ACCEPT', 'RESULT', 'HANDLE', 'REVIEW', 'RE_REVIEW']),
    level: codes(['YELLOW', 'RED']),
    targetOrganisationId: Nullable(Id()),
  }),
);
/** A submission waits for registration: there is no case item yet. */
export const SubmissionWarningRaised = petitionEvent(
  'submission',
  'warning-raised',
  '网上信访预警',
  'The deadline to register and route a submission came near or passed',
  Type.Object({
    ...organisation,
    submissionId: Id({ description: 'Online submission 网上信访件' }),
    deadlineKind: codes(['ROUTE']),
    level: codes(['YELLOW', 'RED']),
    targetOrganisationId: Id(),
  }),
);
export const ReminderSent = caseEvent(
  'reminder-sent',
  '催办',
  'A supervisor reminded a unit',
  Type.Object({
    ...caseItem,
    reminderId: Id(),
    deadlineKind: codes(['ROUTE', 'ACCEPT', 'RESULT', 'HANDLE', 'REVIEW', 'RE_REVIEW']),
    targetOrganisationId: Id(),
  }),
);
export const CasePublished = caseEvent(
  'published',
  '案例公开',
  'An anonymised case was published',
  Type.Object({ ...caseItem, publishedCaseId: Id() }),
);

const reviewEvent = <const Happened extends string>(happened: Happened, zh: string, en: string) =>
  petitionEvent(
    'review',
    happened,
    zh,
    en,
    Type.Object({
      ...caseItem,
      reviewCaseId: Id({ description: 'Review case 复查复核件' }),
      level: reviewLevel,
      state: Type.String({ maxLength: 40 }),
      result: Nullable(codes(['UPHOLD', 'MODIFY', 'REVOKE_REHANDLE'])),
      dueOn: Nullable(CalendarDate()),
    }),
  );
export const ReviewRegistered = reviewEvent('registered', '复查复核登记', 'A review was registered');
export const ReviewAccepted = reviewEvent('accepted', '复查复核受理', 'A review was accepted');
export const ReviewRejected = reviewEvent('rejected', '复查复核不予受理', 'A review was not accepted');
export const ReviewStepDone = reviewEvent('step-done', '复查复核环节完成', 'A step of a review was done');
export const ReviewSuspended = reviewEvent('suspended', '复查复核中止', 'A review was suspended');
export const ReviewResumed = reviewEvent('resumed', '复查复核恢复', 'A suspended review was resumed');
export const ReviewTerminated = reviewEvent('terminated', '复查复核终止', 'A review was terminated');
export const ReviewClosed = reviewEvent('closed', '复查复核办结', 'A review was closed');

export const PetitionsIdentityRevealed = identityRevealed(service);

/**
 * What the provider says became of a text message: published by a message gateway that speaks events, not by a service of ours; any other provider is asked
 * by the sender (`MessageReports`). By `messageId` the sender knows which message; neither number nor text is in it.
 */
const messageReport = Type.Object({
  messageId: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'The id the gateway gave the message when it took it 短信网关编号',
  }),
  purpose: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'Why it was sent, as its sender said, e.g. petitions.query-code 用途',
  }),
});
export const SmsDelivered = defineEvent({
  service: 'message-gateway',
  aggregate: 'sms',
  happened: 'delivered',
  version: 1,
  description: { zh: '短信已送达', en: 'A text message reached the phone' },
  data: messageReport,
});
export const SmsFailed = defineEvent({
  service: 'message-gateway',
  aggregate: 'sms',
  happened: 'failed',
  version: 1,
  description: { zh: '短信未送达', en: 'A text message did not reach the phone' },
  data: messageReport,
});
