import type { ArticleView, PrintKind } from '../print.types';
import { type NoticeFacts, noticeForm } from './notice.form';
import { type OpinionFacts, opinionForm } from './opinion.form';
import { type ReviewOpinionFacts, reviewOpinionForm } from './review-opinion.form';
import { type SlipFacts, slipForm } from './slip.form';

// Synthetic documents of every kind; the people and places in them do not exist.

const SITE = 'http://127.0.0.1:4000/';
const ITEM = {
  itemNo: '370102-20260302-L-00007',
  channel: '来信',
  petitionDate: '2026-03-01',
  receivedOn: '2026-03-02',
  title: '示例：反映某工地拖欠工资的问题',
};
const PETITIONER = { name: '张示例', address: '示例市示例区解放路 1 号' };
const UNIT = '示例市示例区人力资源和社会保障局';
const BUREAU = '示例市示例区信访局';
const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export const SLIP: SlipFacts = {
  bureau: BUREAU,
  item: ITEM,
  petitionerName: PETITIONER.name,
  queryCode: 'H7K3M9QR',
  siteUrl: SITE,
  evaluationPeriod: '30日',
  issuedOn: '2026-03-02',
};

export const NOTICE: NoticeFacts = {
  kind: 'ACCEPTANCE',
  organisation: UNIT,
  docNo: '信受告〔2026〕7号',
  filedOn: '2026-03-10',
  documentHash: HASH,
  correctsDocNo: null,
  item: ITEM,
  litigationRelated: false,
  petitioner: PETITIONER,
  body: '您反映某工地拖欠三个月工资的来信，我单位已经收到。\n经办人将与您联系，请保留劳动合同、考勤记录等材料。',
  reason: null,
  legalBasis: '《信访工作条例》第二十三条',
  serviceMode: 'POST',
  handleDueOn: '2026-05-09',
  earlier: [],
  matterNo: '370102-20260302-L-00007',
  siteUrl: SITE,
};
export const NON_ACCEPTANCE: NoticeFacts = {
  ...NOTICE,
  kind: 'NON_ACCEPTANCE',
  docNo: '信不受告〔2026〕3号',
  reason: '该事项已由人民法院立案审理。',
  legalBasis: '《信访工作条例》第二十二条',
  litigationRelated: true,
  handleDueOn: null,
};
export const NO_LONGER: NoticeFacts = {
  ...NOTICE,
  kind: 'NO_LONGER_ACCEPTANCE',
  docNo: '信不再受告〔2026〕1号',
  reason: '该事项已经三级终结。',
  legalBasis: '《信访工作条例》第三十六条',
  handleDueOn: null,
  earlier: [
    { level: '处理', docNo: '信答复〔2025〕12号', date: '2025-05-06', organisation: UNIT },
    { level: '复查', docNo: '信复查〔2025〕4号', date: '2025-07-08', organisation: '示例市信访局' },
    { level: '复核', docNo: '信复核〔2025〕2号', date: '2025-09-02', organisation: '示例省信访局' },
  ],
};

export const OPINION: OpinionFacts = {
  organisation: UNIT,
  docNo: '信答复〔2026〕5号',
  decidedOn: '2026-05-06',
  item: ITEM,
  petitioner: PETITIONER,
  demand: '请求责令用人单位支付拖欠的三个月工资。',
  facts: '经调查，该工地施工单位自2025年12月起未按合同约定支付工资，共拖欠三个月。',
  basis: '《保障农民工工资支付条例》第三条、第五十三条。',
  conclusion: 'SUPPORT',
  body: '已责令施工单位于2026年5月31日前支付拖欠的工资，并由本单位跟踪落实。',
  remedyText: '您也可以依法申请劳动仲裁。',
  serviceMode: 'IN_PERSON',
  sealedHash: HASH,
  reviewAuthority: '示例市人力资源和社会保障局',
  reviewPeriod: '30日',
};

export const REVIEW: ReviewOpinionFacts = {
  level: 'REVIEW',
  organisation: '示例市人力资源和社会保障局',
  docNo: '信复查〔2026〕4号',
  filedOn: '2026-07-06',
  item: ITEM,
  applicant: PETITIONER,
  respondent: UNIT,
  challengedDocNo: OPINION.docNo,
  applicationDate: '2026-06-01',
  receivedOn: '2026-06-02',
  request: '请求认定拖欠工资为四个月。',
  grounds: '2025年11月的工资也没有支付。',
  respondentView: '2025年11月的工资已经通过银行转账支付，有凭证为证。',
  body: '本机关查阅了银行转账凭证，并举行了听证。2025年11月的工资确已支付。\n被申请人认定事实清楚，依据充分，程序合法。',
  result: 'UPHOLD',
  sealedHash: HASH,
  serviceMode: null,
  nextAuthority: '示例省人力资源和社会保障厅',
  nextPeriod: '30日',
};
export const RE_REVIEW: ReviewOpinionFacts = {
  ...REVIEW,
  level: 'RE_REVIEW',
  organisation: '示例省人力资源和社会保障厅',
  docNo: '信复核〔2026〕2号',
  filedOn: '2026-09-02',
  respondent: REVIEW.organisation,
  challengedDocNo: REVIEW.docNo,
  nextAuthority: null,
};

/** One document of every kind. */
export const SAMPLES: Readonly<Record<PrintKind, ArticleView>> = {
  QUERY_CODE_SLIP: slipForm(SLIP),
  ACCEPTANCE_NOTICE: noticeForm(NOTICE),
  NON_ACCEPTANCE_NOTICE: noticeForm(NON_ACCEPTANCE),
  NO_LONGER_ACCEPTANCE_NOTICE: noticeForm(NO_LONGER),
  HANDLING_OPINION: opinionForm(OPINION),
  REVIEW_OPINION: reviewOpinionForm(REVIEW),
  RE_REVIEW_OPINION: reviewOpinionForm(RE_REVIEW),
};
