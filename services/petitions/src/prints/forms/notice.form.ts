import type { ServiceMode } from '../../handling/document.rules';
import type { NoticeKind } from '../../handling/notice.types';
import type { ArticleView, EarlierOpinion, Fact, Section } from '../print.types';
import { type ItemOnPaper, type PetitionerOnPaper, receiptStrip, section } from './parts';
import { chineseDate } from './words';

export interface NoticeFacts {
  kind: NoticeKind;
  organisation: string;
  docNo: string;
  filedOn: string;
  documentHash: string;
  correctsDocNo: string | null;
  item: ItemOnPaper;
  /** Whether the matter belongs to courts or justice organs 涉法涉诉. */
  litigationRelated: boolean;
  petitioner: PetitionerOnPaper;
  body: string;
  reason: string | null;
  legalBasis: string | null;
  serviceMode: ServiceMode | null;
  /** Acceptance: the last day to handle, as fixed by the notice. */
  handleDueOn: string | null;
  /** No-longer-acceptance: what was decided before. */
  earlier: readonly EarlierOpinion[];
  matterNo: string;
  siteUrl: string;
}

const HEADINGS: Readonly<Record<NoticeKind, string>> = {
  ACCEPTANCE: '信访事项受理告知书',
  NON_ACCEPTANCE: '信访事项不予受理告知书',
  NO_LONGER_ACCEPTANCE: '信访事项不再受理告知书',
};
const DECISIONS: Readonly<Record<NoticeKind, string>> = {
  ACCEPTANCE: '经审查，您反映的事项属于本单位职责范围，决定予以受理。现告知如下：',
  NON_ACCEPTANCE: '经审查，您反映的事项不属于本单位信访受理范围，决定不予受理。现告知如下：',
  NO_LONGER_ACCEPTANCE:
    '经审查，您反映的事项已经依照程序办理终结，现以同一事实和理由再次提出，决定不再受理。现告知如下：',
};

/** A notice 告知书 to the petitioner: accepted, not accepted, or no longer accepted (catalogue 8). */
export function noticeForm(notice: NoticeFacts): ArticleView {
  const { kind, organisation, docNo, item, petitioner, earlier } = notice;
  const heading = `${notice.correctsDocNo === null ? '' : '（更正）'}${HEADINGS[kind]}`;
  return {
    issuer: organisation,
    heading,
    docNo,
    addressee: petitioner.name,
    lead: DECISIONS[kind],
    facts: facts(notice),
    sections: sections(notice),
    ...(kind === 'NO_LONGER_ACCEPTANCE' && earlier.length > 0 ? { earlier } : {}),
    seal: {
      organisation,
      date: chineseDate(notice.filedOn),
      electronic: { documentHash: notice.documentHash },
    },
    receipt: receiptStrip(`${HEADINGS[kind]} ${docNo}（${item.itemNo}）`, petitioner, notice.serviceMode),
  };
}

function facts({ kind, item, handleDueOn, correctsDocNo }: NoticeFacts): Fact[] {
  return [
    ...(correctsDocNo === null
      ? []
      : [{ label: '更正', value: `本告知书更正 ${correctsDocNo}，原告知书不再作为依据` }]),
    { label: '信访件编号', value: item.itemNo },
    { label: '信访形式', value: item.channel },
    { label: '收到日期', value: chineseDate(item.receivedOn) },
    { label: '反映事项', value: item.title },
    ...(kind === 'ACCEPTANCE' && handleDueOn !== null
      ? [{ label: '办理期限', value: `${chineseDate(handleDueOn)}前（含当日）办结` }]
      : []),
  ];
}

function sections(notice: NoticeFacts): Section[] {
  const { kind, body, reason, legalBasis } = notice;
  return [
    ...section('告知内容', body),
    ...section(REASONS[kind], reason),
    ...section('法律依据', legalBasis),
    ...(kind === 'NON_ACCEPTANCE' ? [properChannel(notice)] : []),
    ...(kind === 'NO_LONGER_ACCEPTANCE' && notice.earlier.length === 0
      ? section('此前的意见', `此前的处理、复查、复核意见见信访事项 ${notice.matterNo} 的档案。`)
      : []),
    contact(notice),
  ];
}

const REASONS: Readonly<Record<NoticeKind, string>> = {
  ACCEPTANCE: '说明',
  NON_ACCEPTANCE: '不予受理的理由',
  NO_LONGER_ACCEPTANCE: '不再受理的理由',
};

/** Where the matter belongs instead. */
function properChannel({ litigationRelated }: NoticeFacts): Section {
  return {
    title: '提出途径',
    paragraphs: [
      litigationRelated
        ? '该事项涉法涉诉，请依照法定程序向人民法院、人民检察院、公安机关、司法行政机关等有权机关提出。'
        : '请依照上述理由和法律依据，向依法有权处理该事项的机关、单位提出。',
    ],
  };
}

function contact({ organisation, siteUrl }: NoticeFacts): Section {
  return {
    title: '联系方式',
    paragraphs: [`联系单位：${organisation}`, `联系电话：＿＿＿＿＿＿＿＿　查询网址：${siteUrl}`],
  };
}
