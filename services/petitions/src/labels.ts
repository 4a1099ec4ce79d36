import type { Bilingual } from '@junxian/errors';

const label = (zh: string, en: string): Bilingual => ({ zh, en });

/** The words for codes, as officials read them in lists, exports and prints. */
export const LABELS = {
  channel: {
    ONLINE: label('网上信访', 'Online'),
    LETTER: label('来信', 'Letter'),
    VISIT: label('来访', 'Visit'),
    PHONE: label('来电', 'Phone'),
  },
  purpose: {
    APPEAL: label('申诉', 'Appeal'),
    SEEK_SOLUTION: label('求决', 'Seeking a solution'),
    ACCUSATION: label('检举控告', 'Accusation'),
    SUGGESTION: label('意见建议', 'Suggestion'),
    OTHER: label('其他', 'Other'),
  },
  mode: {
    FORWARD: label('转送', 'Forward'),
    ASSIGN: label('交办', 'Assign'),
    SUPERVISE: label('督办', 'Supervise'),
    INFORM_ACCEPT: label('受理告知', 'Informed of acceptance'),
    INFORM_NOT_ACCEPT: label('不予受理告知', 'Informed of non-acceptance'),
    INFORM_NO_LONGER: label('不再受理告知', 'Informed of no longer accepting'),
    HANDLE_SELF: label('自办', 'Handled by the unit itself'),
    ARCHIVE: label('存', 'Archived'),
    REPORT: label('报告', 'Report'),
    DIRECT_REPLY: label('直接回复', 'Direct reply'),
    SERVE_OPINION: label('送达答复意见书', 'Opinion served'),
    SUBMIT_REVIEW: label('提交复查', 'Submitted to review'),
    SUBMIT_RE_REVIEW: label('提交复核', 'Submitted to re-review'),
    TRANSFER: label('移交', 'Taken over'),
  },
  state: {
    REGISTERED: label('已登记', 'Registered'),
    IN_HANDLING: label('办理中', 'In handling'),
    ACCEPTED: label('已受理', 'Accepted'),
    COMPLETED: label('已办结', 'Completed'),
    UNDER_REVIEW: label('复查中', 'Under review'),
    REVIEWED: label('已复查', 'Reviewed'),
    UNDER_RE_REVIEW: label('复核中', 'Under re-review'),
    FINAL: label('三级终结', 'Final'),
    LAPSED: label('逾期未申请复查复核', 'Lapsed'),
  },
  outcome: {
    REPLIED: label('已答复', 'Replied'),
    NOT_ACCEPTED: label('不予受理', 'Not accepted'),
    NO_LONGER_ACCEPTED: label('不再受理', 'No longer accepted'),
    DIRECT_REPLY: label('直接回复', 'Direct reply'),
    ARCHIVED: label('存', 'Archived'),
  },
  simpleKind: {
    UNCLEAR: label('内容不清信', 'Unclear'),
    REPEAT: label('重信', 'Repeat'),
    OTHER_PROVINCE: label('转外省', 'Other province'),
    LITIGATION: label('涉法涉诉信', 'Litigation'),
    FINAL: label('三级终结信', 'Final'),
  },
  reviewState: {
    REGISTERED: label('已登记', 'Registered'),
    ASSIGNED: label('已指定办理人', 'Assigned'),
    SUPPLEMENTING: label('补正材料中', 'Waiting for materials'),
    EXAMINING: label('审查中', 'Examining'),
    OPINION_DRAFT: label('拟定意见书', 'Drafting the opinion'),
    SIGNED: label('已签发', 'Signed'),
    SERVED: label('已送达', 'Served'),
    CLOSED: label('已办结', 'Closed'),
    NOT_ACCEPTED: label('不予受理', 'Not accepted'),
    SUSPENDED: label('中止', 'Suspended'),
    TERMINATED: label('终止', 'Terminated'),
  },
  reviewResult: {
    UPHOLD: label('维持', 'Upheld'),
    MODIFY: label('变更', 'Modified'),
    REVOKE_REHANDLE: label('撤销并责令重新处理', 'Revoked, to be handled anew'),
  },
  reviewLevel: { REVIEW: label('复查', 'Review'), RE_REVIEW: label('复核', 'Re-review') },
} as const satisfies Record<string, Record<string, Bilingual>>;

/** The word for a code of a list, or the code itself where there is none. */
export function labelOf(list: keyof typeof LABELS, code: string, locale: 'zh' | 'en' = 'zh'): string {
  return (LABELS[list] as Record<string, Bilingual>)[code]?.[locale] ?? code;
}
