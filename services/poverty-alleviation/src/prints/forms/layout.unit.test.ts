import { contentHash } from '@junxian/documents';
import { rule } from '@junxian/test-kit';
import type { FormView } from '../form.types';
import { frozenPrint, laidOut } from './layout';

const MARK = {
  number: 'FP2017112000000001',
  verificationCode: '7K3M9QRSTVWXYZ01',
  verificationUrl: 'https://junxian.example/files/poverty-alleviation/verify/7K3M-9QRS-TVWX-YZ01',
};
const FORM: FormView = {
  heading: '贫困户信息对照表',
  facts: [{ label: '户主', value: '示例甲<b>' }],
  sections: [
    {
      title: '一、基本情况',
      cells: [
        { label: '家庭人口', value: '3' },
        { label: '家庭住址', value: null },
      ],
    },
    {
      title: '家庭成员',
      table: {
        headers: ['姓名', '性别'],
        rows: [
          ['示例甲', '男'],
          ['示例乙', null],
        ],
      },
    },
  ],
  signatures: ['户主签字', '填表日期'],
};
const textsOf = (lines: { cells: { text: string }[] }[]) =>
  lines.map(({ cells }) => cells.map(({ text }) => text));

rule('PA-PR-02', 'a comparison prints the values of the year above an empty block for the next', () => {
  const years = { year: 2016, compared: true };
  const [cells, table] = FORM.sections.map((section) => laidOut(section, years));
  expect(cells!.blocks.map(({ lines }) => textsOf(lines))).toEqual([
    [
      ['指标', '家庭人口', '家庭住址', '', '', '', '', ''],
      ['2016 年', '3', '', '', '', '', '', ''],
      ['2017 年', '', '', '', '', '', '', ''],
    ],
  ]);
  expect(table!.head.map(({ text }) => text)).toEqual(['年度', '姓名', '性别']);
  expect(table!.blocks.map(({ lines }) => textsOf(lines))).toEqual([
    [
      ['2016 年', '示例甲', '男'],
      ['2016 年', '示例乙', ''],
    ],
    // Two lines more than there are persons: for those who come.
    Array.from({ length: 4 }, () => ['2017 年', '', '']),
  ]);
});

it('a form of one year has label and value side by side, and no empty block', () => {
  const [cells, table] = FORM.sections.map((section) => laidOut(section, { year: 2016, compared: false }));
  expect(cells!.blocks.map(({ lines }) => textsOf(lines))).toEqual([
    [['家庭人口', '3', '家庭住址', '', '', '', '', '']],
  ]);
  expect(table!.blocks.map(({ lines }) => textsOf(lines))).toEqual([
    [
      ['示例甲', '男'],
      ['示例乙', ''],
    ],
  ]);
  const none = laidOut(
    { title: '', table: { headers: ['姓名'], rows: [] } },
    { year: 2016, compared: false },
  );
  expect(textsOf(none.blocks[0]!.lines)).toEqual([['']]);
});

rule(
  'PA-PR-05',
  'the output is a page to look at before it is printed: its forms, number, code and hash',
  async () => {
    const { html, contentHash: hash } = await frozenPrint([FORM, FORM], { year: 2016, compared: true }, MARK);
    const article = /<article>[\s\S]*<\/article>/.exec(html)![0];
    expect(contentHash(article)).toBe(hash);
    for (const part of [
      '打印预览',
      'FP2017112000000001',
      '7K3M-9QRS-TVWX-YZ01',
      hash,
      '2016 年、2017 年对照',
      '户主签字：',
    ])
      expect(html).toContain(part);
    expect(article.match(/<section class="form">/g)).toHaveLength(2);
    // Nothing runs, and what people typed is text.
    expect(html).not.toMatch(/<script|onload=|<b>/);
    expect(article).toContain('示例甲&lt;b&gt;');
  },
);

rule('PA-PR-06', 'the preview tells what to do when the browser blocks its window', async () => {
  const { html } = await frozenPrint([FORM], { year: 2016, compared: false }, MARK);
  expect(html).toMatch(/class="notice"[\s\S]*允许本网站弹出窗口[\s\S]*<article>/);
  // On the screen only.
  expect(html).toContain('.notice { display: none; }');
});
