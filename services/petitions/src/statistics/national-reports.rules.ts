import { type CountedReport, FIGURES } from './contributions.rules';
import { percent, yearOnYear } from './rates.rules';

/** The National Bureau reports 国家局报表. NR-5 is made of the figures of NR-1. */
export const REPORTS = [
  'NR-1',
  'NR-2',
  'NR-3',
  'NR-4',
  'NR-5',
  'NR-6',
  'NR-7',
  'NR-8',
  'NR-9',
  'NR-10',
] as const;
export type ReportNo = (typeof REPORTS)[number];

/** Named figures of one row. */
export type Figures = Readonly<Record<string, number>>;

/** One row before it is laid out: its own figures, the total's and those of a year before. */
export interface RowFigures {
  figures: Figures;
  total: Figures;
  before: Figures;
}

export interface Column {
  key: string;
  nameZh: string;
  nameEn: string;
  /** A count, or a rate in per cent with two decimals. */
  kind: 'COUNT' | 'RATE';
  value(row: RowFigures): number | string | null;
}

const count = (
  key: string,
  nameZh: string,
  nameEn: string,
  of: (f: Figures) => number = (f) => f[key] ?? 0,
): Column => ({
  key,
  nameZh,
  nameEn,
  kind: 'COUNT',
  value: ({ figures }) => of(figures),
});
const rate = (
  key: string,
  nameZh: string,
  nameEn: string,
  of: (row: RowFigures) => string | null,
): Column => ({
  key,
  nameZh,
  nameEn,
  kind: 'RATE',
  value: of,
});
const share = (figure: string): Column =>
  rate('share', '占比%', 'Share %', ({ figures, total }) =>
    percent(figures[figure] ?? 0, total[figure] ?? 0),
  );
const change = rate('yearOnYear', '同比%', 'Year on year %', ({ figures, before }) =>
  yearOnYear(figures.items ?? 0, before.items ?? 0),
);
const of =
  (numerator: (f: Figures) => number, denominator: string) =>
  ({ figures }: RowFigures) =>
    percent(numerator(figures), figures[denominator] ?? 0);
const the = (key: string) => (f: Figures) => f[key] ?? 0;

/** What the rows of a report are: regions, units of regions, codes, or regions by level of review. */
export type RowKind = 'REGION' | 'UNIT' | 'CODE' | 'REGION_AND_CODE';

export interface ReportLayout {
  titleZh: string;
  titleEn: string;
  rows: RowKind;
  /** The counters it reads. */
  counted: CountedReport;
  columns: readonly Column[];
}

const satisfaction = (who: 'dept' | 'unit', zh: string, en: string, rated: string): Column[] => [
  count(`${who}Satisfied`, `${zh}满意`, `${en} satisfied`),
  count(`${who}Basic`, `${zh}基本满意`, `${en} basically satisfied`),
  count(`${who}Dissatisfied`, `${zh}不满意`, `${en} dissatisfied`),
  rate(
    `${who}Rate`,
    `${zh}满意率%`,
    `${en} satisfaction rate %`,
    of((f) => (f[`${who}Satisfied`] ?? 0) + (f[`${who}Basic`] ?? 0), rated),
  ),
];

/** The ten reports (catalogue 5.2). */
export const LAYOUTS: Readonly<Record<ReportNo, ReportLayout>> = {
  'NR-1': {
    titleZh: '信访总量情况',
    titleEn: 'Petitions received',
    rows: 'REGION',
    counted: 'NR-1',
    columns: [
      count('items', '件次', 'Items'),
      count('persons', '人次', 'Persons'),
      count('online', '网上信访', 'Online'),
      count('letters', '来信', 'Letters'),
      count('visitBatches', '来访批次', 'Visit batches'),
      count('visitPersons', '来访人次', 'Visit persons'),
      count('collectiveBatches', '集体访批次', 'Collective batches'),
      change,
      count('simple', '简单登记（另计）', 'Simple registrations (apart)'),
    ],
  },
  'NR-2': {
    titleZh: '信访形式情况',
    titleEn: 'By channel',
    rows: 'CODE',
    counted: 'NR-2',
    columns: [
      count('items', '件次', 'Items'),
      share('items'),
      count('first', '初次', 'First'),
      count('repeat', '重复', 'Repeat', (f) => the('items')(f) - the('first')(f)),
      count('completed', '已办结', 'Completed'),
      count('open', '未办结', 'Open', (f) => the('items')(f) - the('completed')(f)),
    ],
  },
  'NR-3': {
    titleZh: '信访目的情况',
    titleEn: 'By purpose',
    rows: 'CODE',
    counted: 'NR-3',
    columns: [
      count('items', '合计', 'Total'),
      count('online', '网上信访', 'Online'),
      count('letters', '来信', 'Letter'),
      count('visits', '来访', 'Visit'),
      share('items'),
    ],
  },
  'NR-4': {
    titleZh: '信访内容分类情况',
    titleEn: 'By content category',
    rows: 'CODE',
    counted: 'NR-4',
    columns: [
      count('items', '合计', 'Total'),
      count('online', '网上信访', 'Online'),
      count('letters', '来信', 'Letter'),
      count('visits', '来访', 'Visit'),
      count('first', '初次', 'First'),
      change,
    ],
  },
  'NR-5': {
    titleZh: '初次和重复信访情况',
    titleEn: 'First and repeated petitions',
    rows: 'REGION',
    counted: 'NR-1',
    columns: [
      count('first', '初次', 'First'),
      count('repeat', '重复', 'Repeat', (f) => the('items')(f) - the('first')(f)),
      rate(
        'repeatRate',
        '重复率%',
        'Repeat rate %',
        of((f) => the('items')(f) - the('first')(f), 'items'),
      ),
    ],
  },
  'NR-6': {
    titleZh: '及时受理情况',
    titleEn: 'Timely acceptance',
    rows: 'UNIT',
    counted: 'NR-6',
    columns: [
      count('due', '应受理', 'Decisions due'),
      count('inTime', '按期', 'In time'),
      count('late', '逾期办理', 'Late'),
      count('undecided', '逾期未办', 'Undecided overdue'),
      rate('timelyAcceptanceRate', '及时受理率%', 'Timely acceptance rate %', of(the('inTime'), 'due')),
    ],
  },
  'NR-7': {
    titleZh: '按期办结情况',
    titleEn: 'Timely completion',
    rows: 'UNIT',
    counted: 'NR-7',
    columns: [
      count('due', '应办结（含延期）', 'Handlings due'),
      count('inTime', '按期', 'In time'),
      count('late', '逾期办结', 'Late'),
      count('open', '逾期未结', 'Open overdue'),
      count('extended', '延期', 'Extended'),
      rate('timelyCompletionRate', '按期办结率%', 'Timely completion rate %', of(the('inTime'), 'due')),
    ],
  },
  'NR-8': {
    titleZh: '群众满意度评价情况',
    titleEn: 'Satisfaction',
    rows: 'UNIT',
    counted: 'NR-8',
    columns: [
      count('inScope', '应评价', 'In scope and completed'),
      count('evaluated', '已评价', 'Evaluated'),
      rate('participation', '参评率%', 'Participation %', of(the('evaluated'), 'inScope')),
      ...satisfaction('dept', '信访部门', 'Department', 'evaluated'),
      ...satisfaction('unit', '责任单位', 'Unit', 'unitRated'),
    ],
  },
  'NR-9': {
    titleZh: '办理方式情况',
    titleEn: 'By handling mode',
    rows: 'CODE',
    counted: 'NR-9',
    columns: [
      count('single', '单件', 'Single'),
      count('batch', '集中', 'Batch'),
      count('total', '合计', 'Total', (f) => the('single')(f) + the('batch')(f)),
      count('returned', '退回', 'Returned'),
    ],
  },
  'NR-10': {
    titleZh: '复查复核情况',
    titleEn: 'Review and re-review',
    rows: 'REGION_AND_CODE',
    counted: 'NR-10',
    columns: [
      count('received', '收到', 'Received'),
      count('accepted', '受理', 'Accepted'),
      count('rejected', '不予受理', 'Rejected'),
      count('upheld', '维持', 'Upheld'),
      count('modified', '变更', 'Modified'),
      count('revoked', '撤销', 'Revoked'),
      count('suspended', '中止', 'Suspended'),
      count('terminated', '终止', 'Terminated'),
      count('final', '三级终结', 'Final'),
    ],
  },
};

/** Figures n1…n10 by name. */
export function namedFigures(report: CountedReport, values: readonly number[]): Figures {
  return Object.fromEntries(FIGURES[report].map((name, index) => [name, values[index] ?? 0]));
}

/** The sum of rows, name by name; totals are recomputed from counts, never averaged. */
export function sumOf(rows: readonly Figures[]): Figures {
  const sum: Record<string, number> = {};
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}

/** The own row of a region: what is left of its total when the regions below are taken away. */
export function difference(total: Figures, below: Figures): Figures {
  return Object.fromEntries(Object.entries(total).map(([name, value]) => [name, value - (below[name] ?? 0)]));
}
