import { rule } from '@junxian/test-kit';
import type { ArticleView } from '../print.types';
import { noticeForm } from './notice.form';
import { opinionForm } from './opinion.form';
import { reviewOpinionForm } from './review-opinion.form';
import {
  NO_LONGER,
  NON_ACCEPTANCE,
  NOTICE,
  OPINION,
  RE_REVIEW,
  REVIEW,
  SAMPLES,
  SLIP,
} from './sample-documents.fixture';
import { chineseDate, paragraphsOf, periodInWords } from './words';

const labels = (view: ArticleView) => view.facts.map(({ label }) => label);
const titles = (view: ArticleView) => view.sections.map(({ title }) => title);
const textOf = (view: ArticleView, title: string) =>
  view.sections.find((part) => part.title === title)?.paragraphs.join('\n');

describe('the forms have the blocks of the catalogue, section 8', () => {
  rule('PT-PRT-01', 'every document names who issued it, its number and its date', () => {
    for (const view of Object.values(SAMPLES)) {
      expect(view.issuer).not.toBe('');
      expect(view.docNo).not.toBe('');
      expect(view.seal).toMatchObject({
        organisation: view.issuer,
        date: expect.stringMatching(/^\d{4}年\d+月\d+日$/),
      });
    }
  });

  it('query-code slip: bureau, number, petitioner, channel, date, code, address, how to query and evaluate', () => {
    const view = SAMPLES.QUERY_CODE_SLIP;
    expect(labels(view)).toEqual(['登记机构', '信访件编号', '信访人', '信访形式', '信访日期', '查询网址']);
    expect(view.code).toBe(SLIP.queryCode);
    expect(textOf(view, '怎样查询')).toContain(SLIP.siteUrl);
    expect(textOf(view, '怎样评价')).toContain('30日');
    expect(view.receipt).toBeUndefined();
  });

  it('acceptance notice: received date, matter, statement, due date, contact, e-seal, receipt strip', () => {
    const view = noticeForm(NOTICE);
    expect(labels(view)).toEqual(['信访件编号', '信访形式', '收到日期', '反映事项', '办理期限']);
    expect(view.facts.at(-1)!.value).toContain('2026年5月9日');
    expect(view.lead).toContain('予以受理');
    expect(view.addressee).toBe('张示例');
    expect(titles(view)).toEqual(['告知内容', '法律依据', '联系方式']);
    expect(view.seal.electronic).toEqual({ documentHash: NOTICE.documentHash });
    expect(view.receipt).toMatchObject({ recipient: '张示例', address: NOTICE.petitioner.address });
    expect(view.receipt!.modes.filter(({ chosen }) => chosen)).toEqual([{ label: '邮寄送达', chosen: true }]);
  });

  it('non-acceptance notice: reason, legal basis and the proper channel, which differs for litigation', () => {
    const view = noticeForm(NON_ACCEPTANCE);
    expect(titles(view)).toEqual(['告知内容', '不予受理的理由', '法律依据', '提出途径', '联系方式']);
    expect(labels(view)).not.toContain('办理期限');
    expect(textOf(view, '提出途径')).toContain('人民法院');
    expect(textOf(noticeForm({ ...NON_ACCEPTANCE, litigationRelated: false }), '提出途径')).not.toContain(
      '人民法院',
    );
  });

  it('no-longer-acceptance notice: the earlier opinions and the basis; without any, where they are', () => {
    const view = noticeForm(NO_LONGER);
    expect(view.earlier!.map(({ level }) => level)).toEqual(['处理', '复查', '复核']);
    expect(titles(view)).toEqual(['告知内容', '不再受理的理由', '法律依据', '联系方式']);
    const without = noticeForm({ ...NO_LONGER, earlier: [] });
    expect(without.earlier).toBeUndefined();
    expect(textOf(without, '此前的意见')).toContain(NO_LONGER.matterNo);
    expect(noticeForm(NOTICE).earlier).toBeUndefined();
  });

  it('a correction says which notice it corrects', () => {
    const view = noticeForm({ ...NOTICE, correctsDocNo: '信受告〔2026〕6号' });
    expect(view.heading).toBe('（更正）信访事项受理告知书');
    expect(view.facts[0]).toEqual({ label: '更正', value: expect.stringContaining('信受告〔2026〕6号') });
    expect(labels(noticeForm(NOTICE))).not.toContain('更正');
  });

  it('handling opinion: petitioner, demand, findings, basis, conclusion, review right with period and authority', () => {
    const view = opinionForm(OPINION);
    expect(labels(view)).toContain('信访人');
    expect(titles(view)).toEqual(['信访请求', '调查核实情况', '依据', '答复意见', '申请复查的权利']);
    expect(textOf(view, '答复意见')).toMatch(/^对您的信访请求予以支持。\n已责令/);
    expect(textOf(view, '申请复查的权利')).toMatch(/30日内，向示例市人力资源和社会保障局书面申请复查/);
    expect(textOf(opinionForm({ ...OPINION, reviewAuthority: null }), '申请复查的权利')).toContain(
      '上一级机关',
    );
    expect(textOf(opinionForm({ ...OPINION, demand: null }), '信访请求')).toBe(OPINION.item.title);
    expect(
      ['PARTIAL', 'NOT_SUPPORT'].map(
        (conclusion) =>
          textOf(opinionForm({ ...OPINION, conclusion: conclusion as 'PARTIAL' }), '答复意见')!.split(
            '\n',
          )[0],
      ),
    ).toEqual(['对您的信访请求部分予以支持。', '对您的信访请求不予支持。']);
  });

  it('review opinion: applicant, respondent, request, answer, findings and reasoning, result, next remedy', () => {
    const view = reviewOpinionForm(REVIEW);
    expect(labels(view)).toEqual(expect.arrayContaining(['申请人', '被申请人', '原意见文号']));
    expect(titles(view)).toEqual([
      '复查请求',
      '申请理由',
      '被申请人意见',
      '审查查明的事实和理由',
      '复查结果',
      '申请复核的权利',
    ]);
    expect(textOf(view, '申请复核的权利')).toContain('30日内，向示例省人力资源和社会保障厅书面申请复核');
    expect(textOf(reviewOpinionForm({ ...REVIEW, respondentView: null }), '被申请人意见')).toBe(
      '被申请人未提交答辩意见。',
    );
    expect(view.receipt).toBeDefined();
  });

  it.each([
    ['UPHOLD', '维持'],
    ['MODIFY', '变更'],
    ['REVOKE_REHANDLE', '责令其重新处理'],
  ] as const)('the result %s', (result, word) => {
    for (const [opinion, name] of [
      [REVIEW, '复查'],
      [RE_REVIEW, '复核'],
    ] as const)
      expect(textOf(reviewOpinionForm({ ...opinion, result }), `${name}结果`)).toContain(word);
  });

  it('bears the e-seal that was put on it; one filed without is stamped by hand', () => {
    expect(reviewOpinionForm(REVIEW).seal.electronic).toEqual({ documentHash: REVIEW.sealedHash });
    expect(reviewOpinionForm({ ...REVIEW, sealedHash: null }).seal.electronic).toBeNull();
    expect(opinionForm(OPINION).seal.electronic).toEqual({ documentHash: OPINION.sealedHash });
    expect(opinionForm({ ...OPINION, sealedHash: null }).seal.electronic).toBeNull();
  });

  it('a re-review is final, unless the matter is handled anew', () => {
    expect(titles(reviewOpinionForm(RE_REVIEW)).at(-1)).toBe('终结告知');
    for (const opinion of [REVIEW, RE_REVIEW])
      expect(titles(reviewOpinionForm({ ...opinion, result: 'REVOKE_REHANDLE' })).at(-1)).toBe('后续办理');
  });
});

it('words: dates, periods, paragraphs', () => {
  expect(chineseDate('2026-03-09')).toBe('2026年3月9日');
  expect(
    [
      { amount: 30, unit: 'CALENDAR_DAY' },
      { amount: 5, unit: 'WORKING_DAY' },
      { amount: 3, unit: 'MONTH' },
    ].map(periodInWords),
  ).toEqual(['30日', '5个工作日', '3个月']);
  expect(paragraphsOf(' 一\r\n\n 二 ')).toEqual(['一', '二']);
  expect(paragraphsOf(null)).toEqual([]);
});
