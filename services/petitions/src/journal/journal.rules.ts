import type { Bilingual } from '@junxian/errors';

const named = (zh: string, en: string): Bilingual => ({ zh, en });

/** What every officer who sees an item may know of its course 流转: where it was, what was issued, what ran out. */
const SHARED = {
  REGISTER: named('登记', 'Registered'),
  CORRECT: named('更正登记信息', 'Registration corrected'),
  FORWARD: named('转送', 'Forwarded'),
  ASSIGN: named('交办', 'Assigned'),
  SUPERVISE: named('督办', 'Supervised'),
  INFORM_ACCEPT: named('受理告知', 'Informed of acceptance'),
  INFORM_NOT_ACCEPT: named('不予受理告知', 'Informed of non-acceptance'),
  INFORM_NO_LONGER: named('不再受理告知', 'Informed of no longer accepting'),
  NOTICE_CORRECTED: named('更正告知书', 'Notice corrected'),
  NOTICE_SERVED: named('送达告知书', 'Notice served'),
  HANDLE_SELF: named('自办', 'Handled by the unit itself'),
  EXTEND: named('延长办理期限', 'Handling period extended'),
  DIRECT_REPLY: named('直接回复', 'Direct reply'),
  ARCHIVE: named('存', 'Archived'),
  SERVE_OPINION: named('送达答复意见书', 'Opinion served'),
  REPORT: named('报告', 'Reported'),
  RETURN: named('退回', 'Returned'),
  TAKE_BACK: named('收回', 'Taken back'),
  TRANSFER: named('移交', 'Taken over'),
  RESULT_TAKEN_OVER: named('接管等待的结果', 'Waiting for the result taken over'),
  EVALUATE: named('满意度评价', 'Evaluated'),
  SUBMIT_REVIEW: named('提交复查', 'Submitted to review'),
  SUBMIT_RE_REVIEW: named('提交复核', 'Submitted to re-review'),
  REVIEW_ACCEPT: named('复查复核受理', 'Review accepted'),
  REVIEW_APPROVE_SUSPENSION: named('复查复核中止', 'Review suspended'),
  REVIEW_RESUME: named('恢复复查复核', 'Review resumed'),
  REVIEW_TAKE_OVER: named('复查复核移交', 'Review taken over'),
  REVIEW_SERVE: named('送达复查复核意见书', 'Review opinion served'),
  OPINION_SERVED_AGAIN: named(
    '复查意见书送达，重新计算申请期限',
    'Review opinion served; a new period to apply',
  ),
  REVIEW_CLOSED: named('复查办结', 'Review closed'),
  RE_REVIEW_CLOSED: named('复核办结', 'Re-review closed'),
  REVIEW_REVOKED: named('撤销并责令重新处理', 'Revoked, to be handled anew'),
  REVIEW_NOT_ACCEPTED: named('复查复核不予受理', 'Review not accepted'),
  REVIEW_TERMINATED: named('复查复核终止', 'Review terminated'),
  LAPSE: named('逾期未申请复查复核', 'Time to apply for review lapsed'),
  MARK_LATE: named('逾期', 'Became late'),
  WARNING_RAISED: named('预警', 'Warning raised'),
  WARNING_LOWERED: named('预警降级', 'Warning lowered'),
  REMIND: named('催办', 'Reminded'),
  ANSWER_REMINDER: named('答复催办', 'Reminder answered'),
  ESCALATE: named('催办上报', 'Escalated'),
  PUBLISH: named('案例选登', 'Published as a case'),
  UNPUBLISH: named('撤下案例', 'Case unpublished'),
} as const satisfies Record<string, Bilingual>;

/** What passed between two organisations, by the document it is about: who sees the document sees the entry. */
const WITH_SUBJECT = {
  REPORT_APPROVED: named('报告审核通过', 'Report approved'),
  REPORT_SENT_BACK: named('报告退回', 'Report sent back'),
  RETURN_REQUESTED: named('申请退回', 'Return requested'),
  RETURN_REFUSED: named('不同意退回', 'Return refused'),
  RETURN_WITHDRAWN: named('撤销退回申请', 'Return request withdrawn'),
} as const satisfies Record<string, Bilingual>;

/** What is the acting organisation's own affair: its to-dos, approvals, talks, the inner steps of a review. */
const OWN = {
  TASK_OPENED: named('调阅', 'Opened'),
  TASK_TAKEN: named('接收', 'Taken'),
  TASK_DISTRIBUTED: named('分办', 'Distributed'),
  TASK_SENT: named('待办发送', 'Sent to a colleague'),
  TASK_DONE: named('设为已办', 'Set done'),
  TASK_REOPENED: named('重新打开待办', 'Reopened'),
  APPROVAL_REQUESTED: named('送审', 'Submitted for approval'),
  APPROVAL_OPENED: named('领导调阅', 'Opened by the leader'),
  APPROVAL_DECIDED: named('领导批示', 'Decided by the leader'),
  APPROVAL_CANCELLED: named('撤销送审', 'Approval cancelled'),
  REPORT_FILE_TAKEN_OFF: named('撤下报告附件', 'File taken off the draft of a report'),
  OPINION_SUBMITTED: named('答复意见书送审', 'Opinion submitted'),
  OPINION_APPROVED: named('答复意见书签发', 'Opinion approved'),
  OPINION_REJECTED: named('答复意见书退回修改', 'Opinion sent back'),
  INTERVIEW_OPENED: named('安排接谈', 'Interview arranged'),
  INTERVIEW_SAVED: named('接谈', 'Interviewed'),
  INTERVIEW_SENT: named('接谈转交', 'Interview passed on'),
  INTERVIEW_DONE: named('接谈办结', 'Interview done'),
  LEADER_RECEPTION: named('领导接访', 'Received by a leader'),
  CO_VISITOR_ADDED: named('登记随访人', 'Co-visitor added'),
  CO_VISITOR_REMOVED: named('删除随访人', 'Co-visitor removed'),
  QUERY_CODE_SHOWN: named('查看查询码', 'Query code shown'),
  QUERY_CODE_PRINTED: named('打印查询码', 'Query code printed'),
  QUERY_CODE_SENT: named('短信发送查询码', 'Query code sent'),
  PETITIONER_DEATH_CONFIRMED: named('核实信访人已去世', 'Petitioner’s death confirmed'),
  PETITIONER_DEATH_REFUTED: named('核实信访人未去世', 'Petitioner found alive'),
  OPENED_FOR_REVIEW: named('调取复查复核', 'Opened for review'),
  REVIEW_APPOINT_HANDLER: named('指定复查复核办理人', 'Review handler appointed'),
  REVIEW_REPLACE_HANDLER: named('改派复查复核办理人', 'Review handler replaced'),
  REVIEW_SUBMIT_DOCUMENT: named('复查复核文书送审', 'Review document submitted'),
  REVIEW_DECIDE_DOCUMENT: named('复查复核文书审批', 'Review document decided'),
  REVIEW_FILE_DOCUMENT: named('复查复核文书入库', 'Review document filed'),
  REVIEW_REQUEST_SUPPLEMENT: named('要求补正材料', 'Supplement requested'),
  REVIEW_RECEIVE_SUPPLEMENT: named('收到补正材料', 'Supplement received'),
  REVIEW_DEFENCE_NOTICE: named('通知答辩', 'Defence asked for'),
  REVIEW_DEFENCE: named('答辩', 'Defence'),
  REVIEW_LAWYER_INVITATION: named('邀请律师', 'Lawyer invited'),
  REVIEW_LAWYER_EXAMINATION: named('律师审查', 'Lawyer’s examination'),
  REVIEW_WRITTEN_EXAMINATION: named('书面审查', 'Written examination'),
  REVIEW_INVESTIGATION: named('调查核实', 'Investigation'),
  REVIEW_HEARING: named('听证', 'Hearing'),
  REVIEW_CONSULTATION: named('征求意见', 'Opinion asked for'),
  REVIEW_CONSULTATION_ANSWER: named('答复征求意见', 'Opinion given'),
  REVIEW_MEDIATION: named('调解', 'Mediation'),
  REVIEW_DRAFT_OPINION: named('拟定意见书', 'Opinion drafted'),
  REVIEW_EXPERT_INVITATION: named('邀请专家', 'Expert invited'),
  REVIEW_EXPERT_REVIEW: named('专家会审', 'Expert’s review'),
  REVIEW_SIGN: named('签发意见书', 'Opinion signed'),
  REVIEW_REJECT_OPINION: named('意见书退回重新审查', 'Opinion sent back'),
  REVIEW_REQUEST_SUSPENSION: named('发起中止', 'Suspension requested'),
  REVIEW_REFUSE_SUSPENSION: named('不同意中止', 'Suspension refused'),
  REVIEW_REQUEST_TERMINATION: named('发起终止', 'Termination requested'),
  REVIEW_REFUSE_TERMINATION: named('不同意终止', 'Termination refused'),
} as const satisfies Record<string, Bilingual>;

const NAMES: Readonly<Record<string, Bilingual>> = { ...SHARED, ...WITH_SUBJECT, ...OWN };

/** Actions of the journal that every officer who sees the item may read; an action that is in no list is read by its own organisation only. */
export const SHARED_ACTIONS: readonly string[] = Object.keys(SHARED);
/** Actions read by those who see the report, or the request to return the item, that they are about. */
export const REPORT_ACTIONS: readonly string[] = Object.keys(WITH_SUBJECT).filter((action) =>
  action.startsWith('REPORT_'),
);
export const RETURN_ACTIONS: readonly string[] = Object.keys(WITH_SUBJECT).filter((action) =>
  action.startsWith('RETURN_'),
);

/** Whether an action of the journal has a word of its own. */
export const isNamed = (action: string): boolean => action in NAMES;

/** The word for an action of the journal. */
export function nameOfAction(action: string, locale: 'zh' | 'en'): string {
  return (NAMES[action] ?? named('办理', 'Handled'))[locale];
}

/** Whose act an entry is: an officer's, the petitioner's own (evaluation), or the service's (deadlines). Never who the petitioner is. */
export function authorOf({
  accountId,
  organisationId,
}: {
  accountId: string;
  organisationId: string | null;
}): 'OFFICER' | 'PETITIONER' | 'SYSTEM' {
  if (organisationId !== null) return 'OFFICER';
  return accountId.startsWith('service:') ? 'SYSTEM' : 'PETITIONER';
}
