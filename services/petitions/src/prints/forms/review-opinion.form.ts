import type { ServiceMode } from '../../handling/document.rules';
import type { ReviewLevel, ReviewResult } from '../../review/review.types';
import type { ArticleView, Section } from '../print.types';
import { type ItemOnPaper, type PetitionerOnPaper, receiptStrip, section } from './parts';
import { chineseDate } from './words';

export interface ReviewOpinionFacts {
  level: ReviewLevel;
  organisation: string;
  docNo: string;
  filedOn: string;
  item: Pick<ItemOnPaper, 'itemNo' | 'title'>;
  applicant: PetitionerOnPaper;
  respondent: string;
  challengedDocNo: string;
  applicationDate: string;
  receivedOn: string;
  request: string;
  grounds: string;
  /** What the respondent answered; null when nothing came. */
  respondentView: string | null;
  /** Findings and reasoning, as signed. */
  body: string;
  result: ReviewResult;
  /** The hash that the e-seal was put on; null for an opinion filed without one, which is stamped by hand. */
  sealedHash: string | null;
  serviceMode: ServiceMode | null;
  /** Whom a re-review is asked of, if there is an organ above, and within how long. */
  nextAuthority: string | null;
  nextPeriod: string;
}

const NAMES: Readonly<Record<ReviewLevel, { heading: string; word: string }>> = {
  REVIEW: { heading: '信访事项复查意见书', word: '复查' },
  RE_REVIEW: { heading: '信访事项复核意见书', word: '复核' },
};

/** The opinion of a review 复查意见书 or re-review 复核意见书 (catalogue 8). */
export function reviewOpinionForm(opinion: ReviewOpinionFacts): ArticleView {
  const { level, organisation, docNo, item, applicant, respondent, challengedDocNo } = opinion;
  const { heading, word } = NAMES[level];
  return {
    issuer: organisation,
    heading,
    docNo,
    addressee: applicant.name,
    lead: `您不服${respondent}作出的${challengedDocNo}意见，向本机关申请${word}。本机关已依法审查终结。现答复如下：`,
    facts: [
      { label: '信访件编号', value: item.itemNo },
      { label: '申请人', value: applicant.name },
      { label: '被申请人', value: respondent },
      { label: '原意见文号', value: challengedDocNo },
      { label: '申请日期', value: chineseDate(opinion.applicationDate) },
      { label: '收到日期', value: chineseDate(opinion.receivedOn) },
      { label: '信访事项', value: item.title },
    ],
    sections: [
      ...section(`${word}请求`, opinion.request),
      ...section('申请理由', opinion.grounds),
      ...section('被申请人意见', opinion.respondentView ?? '被申请人未提交答辩意见。'),
      ...section('审查查明的事实和理由', opinion.body),
      { title: `${word}结果`, paragraphs: [resultText(opinion)] },
      afterwards(opinion),
    ],
    seal: {
      organisation,
      date: chineseDate(opinion.filedOn),
      electronic: opinion.sealedHash === null ? null : { documentHash: opinion.sealedHash },
    },
    receipt: receiptStrip(`${heading} ${docNo}（${item.itemNo}）`, applicant, opinion.serviceMode),
  };
}

function resultText({ result, respondent, challengedDocNo }: ReviewOpinionFacts): string {
  const challenged = `${respondent}作出的${challengedDocNo}意见`;
  if (result === 'UPHOLD') return `维持${challenged}。`;
  if (result === 'MODIFY') return `变更${challenged}，以本意见书为准。`;
  return `撤销${challenged}，责令其重新处理并另行答复。`;
}

/** The next remedy, or that there is none. */
function afterwards({ level, result, nextAuthority, nextPeriod, respondent }: ReviewOpinionFacts): Section {
  if (result === 'REVOKE_REHANDLE')
    return {
      title: '后续办理',
      paragraphs: [`该事项由${respondent}重新处理；对重新作出的意见不服的，可以依法申请复查。`],
    };
  if (level === 'RE_REVIEW')
    return {
      title: '终结告知',
      paragraphs: [
        '本复核意见为信访终结意见。以同一事实和理由再次提出投诉请求的，各级信访工作机构和其他机关、单位不再受理。',
      ],
    };
  return {
    title: '申请复核的权利',
    paragraphs: [
      `如不服本复查意见，可以自收到本意见书之日起${nextPeriod}内，向${nextAuthority ?? '本机关的上一级机关'}书面申请复核；逾期不申请的，本意见为终结意见。`,
    ],
  };
}
