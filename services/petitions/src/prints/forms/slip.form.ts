import type { ArticleView } from '../print.types';
import type { ItemOnPaper } from './parts';
import { chineseDate } from './words';

export interface SlipFacts {
  bureau: string;
  item: Pick<ItemOnPaper, 'itemNo' | 'channel' | 'petitionDate'>;
  petitionerName: string;
  queryCode: string;
  siteUrl: string;
  /** How long the first evaluation is open, in words. */
  evaluationPeriod: string;
  issuedOn: string;
}

/** The query-code slip 查询码单: whose item, its code, and how to follow and evaluate it (catalogue 8). */
export function slipForm(slip: SlipFacts): ArticleView {
  const { bureau, item, petitionerName, queryCode, siteUrl, evaluationPeriod, issuedOn } = slip;
  return {
    issuer: bureau,
    heading: '信访事项查询码',
    docNo: item.itemNo,
    addressee: petitionerName,
    lead: '您反映的信访事项已登记。请妥善保管本单，凭姓名和查询码可以随时查询办理进程。',
    facts: [
      { label: '登记机构', value: bureau },
      { label: '信访件编号', value: item.itemNo },
      { label: '信访人', value: petitionerName },
      { label: '信访形式', value: item.channel },
      { label: '信访日期', value: chineseDate(item.petitionDate) },
      { label: '查询网址', value: siteUrl },
    ],
    code: queryCode,
    sections: [
      {
        title: '怎样查询',
        paragraphs: [
          `打开网址 ${siteUrl} 选择“信访查询”，输入登记时的姓名和上面的查询码，即可看到受理、办理和答复情况。`,
          '查询码只交给您本人，请不要告诉他人；遗失的，可以到登记机构重新领取。',
        ],
      },
      {
        title: '怎样评价',
        paragraphs: [
          `纳入满意度评价范围的事项，办结之日起${evaluationPeriod}内，可用同样的方式对信访部门和责任单位作出评价；首次评价后还可以再评价一次。`,
        ],
      },
    ],
    seal: { organisation: bureau, date: chineseDate(issuedOn), electronic: null },
  };
}
