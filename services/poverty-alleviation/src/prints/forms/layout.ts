import { contentHash, groupedCode, qrSvg, renderForm } from '@junxian/documents';
import type { Cell, FormSection, FormTable, FormView, FormYears } from '../form.types';
import { POP_UP_HINT } from '../print.rules';

/** Labelled values side by side: of one year four pairs to a line, of a comparison as many as the paper is wide. */
const PAIRS = 4;
const COLUMNS = 7;
/** Empty lines that a comparison leaves for persons who come. */
const SPARE_LINES = 2;

const STYLE = `
@page { size: A4 landscape; margin: 12mm 12mm 14mm; @bottom-right { content: "第 " counter(page) " 页 共 " counter(pages) " 页"; font: 8pt "SimSun", "Noto Serif CJK SC", serif; color: #444; } }
:root { --text: "SimSun", "宋体", "Noto Serif CJK SC", "Source Han Serif SC", serif; --label: "SimHei", "黑体", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; --line: #333; }
* { box-sizing: border-box; }
html { background: #e8e6e1; }
body { margin: 0; color: #000; font: 9pt/1.4 var(--text); overflow-wrap: anywhere; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.notice { max-width: 297mm; margin: 4mm auto 0; padding: 2mm 4mm; background: #fff8d6; border: 0.3mm solid #c9a400; font: 10pt/1.6 var(--label); }
.notice p { margin: 0; }
.form { width: 297mm; min-height: 200mm; margin: 6mm auto; padding: 12mm; background: #fff; box-shadow: 0 1mm 5mm rgb(0 0 0 / 25%); break-after: page; }
.form:last-child { break-after: auto; }
header { display: flex; justify-content: space-between; align-items: flex-end; gap: 6mm; }
header div { flex: 1; }
h1 { margin: 0 0 2mm; font: 700 16pt/1.3 var(--text); letter-spacing: 0.1em; }
.facts { margin: 0; }
.facts span { margin-right: 6mm; }
.check { flex: none; width: 62mm; display: flex; gap: 2mm; align-items: center; font: 7.5pt/1.4 var(--label); }
.check svg { flex: none; width: 18mm; height: 18mm; }
h2 { margin: 3mm 0 1mm; font: 700 10pt/1.4 var(--label); break-after: avoid; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { padding: 0.5mm 1.5mm; border: 0.2mm solid var(--line); text-align: left; vertical-align: middle; height: 6mm; font-weight: 400; }
th { background: #f0f0f0; font-family: var(--label); font-size: 8pt; }
th.year { width: 17mm; }
th.wide { width: 40mm; }
tr { break-inside: avoid; }
tbody.block { break-inside: avoid; }
.signatures { display: flex; gap: 8mm; margin-top: 6mm; break-inside: avoid; }
.signatures span { flex: 1; padding-bottom: 1mm; border-bottom: 0.25mm solid #000; font-family: var(--label); }
.running { color: #444; font: 7pt/1.4 var(--label); text-align: center; }
@media screen { .running { padding-bottom: 6mm; } }
@media print {
  html { background: none; }
  .notice { display: none; }
  .form { width: auto; min-height: 0; margin: 0; padding: 0; box-shadow: none; }
  .running { position: fixed; inset: auto 0 0 0; text-align: left; }
}
`;

const ARTICLE = `<article>
{{#forms}}<section class="form">
<header><div><h1>{{heading}}</h1><p class="facts">{{#facts}}<span>{{label}}：{{value}}</span>{{/facts}}</p></div>
<aside class="check">{{{qr}}}<p>编号 {{number}}<br>验证码 {{code}}<br>扫码核验</p></aside></header>
{{#sections}}<h2>{{title}}</h2>
<table{{#isGrid}} class="grid"{{/isGrid}}>{{#hasHead}}<thead><tr>{{#head}}<th scope="col"{{#isYear}} class="year"{{/isYear}}{{#isWide}} class="wide"{{/isWide}}>{{text}}</th>{{/head}}</tr></thead>{{/hasHead}}
{{#blocks}}<tbody class="block">
{{#lines}}<tr>{{#cells}}{{#isLabel}}<th{{#isYear}} class="year"{{/isYear}}>{{text}}</th>{{/isLabel}}{{^isLabel}}<td>{{text}}</td>{{/isLabel}}{{/cells}}</tr>
{{/lines}}</tbody>
{{/blocks}}</table>
{{/sections}}
<p class="signatures">{{#signatures}}<span>{{.}}：</span>{{/signatures}}</p>
</section>
{{/forms}}</article>`;

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">
<title>{{heading}} {{number}}</title>
<style>${STYLE}</style></head>
<body>
<div class="notice"><p>打印预览：请核对内容，再用浏览器的“打印”（Ctrl+P）打印，纸张选 A4 横向。共 {{forms}} 份。</p>
<p>{{hint}}</p></div>
{{{article}}}
<footer class="running">{{heading}}　编号 {{number}}　验证码 {{code}}　内容摘要 SHA-256 {{contentHash}}</footer>
</body>
</html>
`;

interface LaidCell {
  text: string;
  isLabel?: boolean;
  isYear?: boolean;
  isWide?: boolean;
}
interface LaidSection {
  title: string;
  isGrid: boolean;
  hasHead: boolean;
  head: LaidCell[];
  blocks: { lines: { cells: LaidCell[] }[] }[];
}

/** What a print is told by. */
export interface PrintMark {
  number: string;
  verificationCode: string;
  verificationUrl: string;
}

/** A print laid out, to be frozen. */
export interface FrozenPrint {
  html: string;
  /** SHA-256 of the forms in it: everything from `<article>` to `</article>`. */
  contentHash: string;
}

/** Lays forms out as one page to preview and print, each form on sheets of its own. Takes at least one form. */
export async function frozenPrint(
  forms: readonly FormView[],
  years: FormYears,
  { number, verificationCode, verificationUrl }: PrintMark,
): Promise<FrozenPrint> {
  const code = groupedCode(verificationCode);
  const qr = await qrSvg(verificationUrl);
  const article = renderForm(ARTICLE, {
    forms: forms.map((form) => ({
      heading: years.compared
        ? `${form.heading}（${years.year} 年、${years.year + 1} 年对照）`
        : form.heading,
      facts: form.facts,
      sections: form.sections.map((section) => laidOut(section, years)),
      signatures: form.signatures,
    })),
    number,
    code,
    qr,
  });
  const hash = contentHash(article);
  const { heading } = forms[0]!;
  return {
    contentHash: hash,
    html: renderForm(PAGE, {
      heading,
      number,
      code,
      contentHash: hash,
      article,
      forms: forms.length,
      hint: POP_UP_HINT.zh,
    }),
  };
}

/** The lines of a section: in a comparison the values of the year above an empty line for the next (PA-PR-02). */
export function laidOut(section: FormSection, years: FormYears): LaidSection {
  return section.table === undefined
    ? cellsLaidOut(section.title, section.cells ?? [], years)
    : tableLaidOut(section.title, section.table, years);
}

function cellsLaidOut(title: string, cells: readonly Cell[], { year, compared }: FormYears): LaidSection {
  const bare = { title, isGrid: true, hasHead: false, head: [] };
  if (!compared) {
    const lines = chunks(cells, PAIRS).map((line) => ({
      cells: padded(line, PAIRS).flatMap(({ label, value }) => [
        { text: label, isLabel: true },
        { text: value ?? '' },
      ]),
    }));
    return { ...bare, blocks: [{ lines }] };
  }
  const blocks = chunks(cells, COLUMNS).map((columns) => {
    const whole = padded(columns, COLUMNS);
    return {
      lines: [
        { cells: [yearCell('指标'), ...whole.map(({ label }) => ({ text: label, isLabel: true }))] },
        { cells: [yearCell(`${year} 年`), ...whole.map(({ value }) => ({ text: value ?? '' }))] },
        { cells: [yearCell(`${year + 1} 年`), ...whole.map(() => ({ text: '' }))] },
      ],
    };
  });
  return { ...bare, blocks };
}

function tableLaidOut(
  title: string,
  { headers, rows, wide }: FormTable,
  { year, compared }: FormYears,
): LaidSection {
  const head = headers.map((text) => ({ text, isLabel: true, isWide: text === wide }));
  const lines = rows.map((row) => row.map((text) => ({ text: text ?? '' })));
  const empty = headers.map(() => ({ text: '' }));
  if (!compared) {
    const shown = lines.length === 0 ? [empty] : lines;
    return {
      title,
      isGrid: false,
      hasHead: true,
      head,
      blocks: [{ lines: shown.map((cells) => ({ cells })) }],
    };
  }
  const block = (of: number, shown: LaidCell[][]) => ({
    lines: shown.map((cells) => ({ cells: [yearCell(`${of} 年`), ...cells] })),
  });
  return {
    title,
    isGrid: false,
    hasHead: true,
    head: [yearCell('年度'), ...head],
    blocks: [
      block(year, lines.length === 0 ? [empty] : lines),
      block(
        year + 1,
        Array.from({ length: lines.length + SPARE_LINES }, () => empty),
      ),
    ],
  };
}

const yearCell = (text: string): LaidCell => ({ text, isLabel: true, isYear: true });

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

const padded = (cells: readonly Cell[], size: number): Cell[] => [
  ...cells,
  ...Array.from({ length: size - cells.length }, () => ({ label: '', value: null })),
];
