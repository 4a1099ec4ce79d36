import type { ServiceMode } from '../../handling/document.rules';
import type { OpinionConclusion } from '../../handling/opinion.types';
import type { ArticleView } from '../print.types';
import { type ItemOnPaper, type PetitionerOnPaper, receiptStrip, section } from './parts';
import { chineseDate } from './words';

export interface OpinionFacts {
  organisation: string;
  docNo: string;
  decidedOn: string;
  item: ItemOnPaper;
  petitioner: PetitionerOnPaper;
  demand: string | null;
  facts: string;
  basis: string;
  conclusion: OpinionConclusion;
  body: string;
  remedyText: string;
  serviceMode: ServiceMode | null;
  /** The hash that the e-seal was put on; null for an opinion approved without one, which is stamped by hand. */
  sealedHash: string | null;
  /** Whom a review is asked of, if there is an organ above, and within how long. */
  reviewAuthority: string | null;
  reviewPeriod: string;
}

const CONCLUSIONS: Readonly<Record<OpinionConclusion, string>> = {
  SUPPORT: '对您的信访请求予以支持。',
  PARTIAL: '对您的信访请求部分予以支持。',
  NOT_SUPPORT: '对您的信访请求不予支持。',
};

/** The handling opinion 答复意见书 of the responsible unit (catalogue 8). */
export function opinionForm(opinion: OpinionFacts): ArticleView {
  const { organisation, docNo, item, petitioner, demand } = opinion;
  const heading = '信访事项答复意见书';
  return {
    issuer: organisation,
    heading,
    docNo,
    addressee: petitioner.name,
    lead: '您反映的信访事项，本单位已调查核实并作出处理。现答复如下：',
    facts: [
      { label: '信访件编号', value: item.itemNo },
      { label: '信访人', value: petitioner.name },
      { label: '信访日期', value: chineseDate(item.petitionDate) },
      { label: '反映事项', value: item.title },
    ],
    sections: [
      ...section('信访请求', demand ?? item.title),
      ...section('调查核实情况', opinion.facts),
      ...section('依据', opinion.basis),
      ...section('答复意见', `${CONCLUSIONS[opinion.conclusion]}\n${opinion.body}`),
      ...section('申请复查的权利', `${opinion.remedyText}\n${reviewRight(opinion)}`),
    ],
    seal: {
      organisation,
      date: chineseDate(opinion.decidedOn),
      electronic: opinion.sealedHash === null ? null : { documentHash: opinion.sealedHash },
    },
    receipt: receiptStrip(`${heading} ${docNo}（${item.itemNo}）`, petitioner, opinion.serviceMode),
  };
}

/** Within how long, and whom, the petitioner may ask for a review. */
function reviewRight({ reviewAuthority, reviewPeriod }: OpinionFacts): string {
  const organ = reviewAuthority === null ? '本单位的上一级机关' : reviewAuthority;
  return `如不服本答复意见，可以自收到本意见书之日起${reviewPeriod}内，向${organ}书面申请复查；逾期不申请的，本意见为终结意见。`;
}
