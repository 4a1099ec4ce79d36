import { DUPLICATE_CLASS } from '../back-office-code-lists';
import {
  type CodeList,
  FOLLOW_UP_SUPPORT,
  HOUSEHOLD_ATTRIBUTE,
  IDENTIFICATION_STANDARD,
  POVERTY_CAUSE,
  RELOCATION_DIFFICULTY,
  RELOCATION_MODE,
  RESETTLEMENT,
} from '../code-lists';
import { FUND_TIER, FUND_TYPE, INTEGRATED_PROGRAMME, USE_DIRECTION } from '../fund-code-lists';
import { MEMBER_ADD_REASON, MEMBER_REDUCE_REASON } from '../population-code-lists';
import {
  amount,
  byCode,
  column,
  count,
  flow,
  type Group,
  householdsAndPersons,
  money,
  percent,
  person,
  personsByCode,
  type StatColumn,
  type StatTableDefinition,
} from './stat-columns.rules';

const CONCENTRATED = RESETTLEMENT.names.filter((name) => RESETTLEMENT.code(name).startsWith('1'));
/** Delisting began with the first year-end and has no last year; a table shows those up to its own. */
const DELIST_YEARS = Array.from({ length: 20 }, (_, index) => 2014 + index);

function integrated(suffix: string, group: Group): StatColumn[] {
  const [planned, pooled, spent] = ['planned', 'integrated', 'spent'].map(
    (measure) => `integrated.${measure}${suffix}`,
  ) as [string, string, string];
  return [
    money(planned, group, '计划整合'),
    money(pooled, group, '已整合'),
    money(spent, group, '已支出'),
    percent(`${spent}.rate`, group, '支出比例', [amount(spent)], [amount(pooled)]),
  ];
}

function integratedByCode<Name extends string>(kind: string, list: CodeList<Name>): StatColumn[] {
  return list.names.flatMap((name) => integrated(`.${kind}.${list.code(name)}`, list.label(name)));
}

const FUND_GROUPS: readonly { suffix: string; group: string }[] = [
  { suffix: '', group: '合计' },
  ...FUND_TIER.names.map((name) => ({
    suffix: `.tier.${FUND_TIER.code(name)}`,
    group: `${FUND_TIER.label(name)}资金`,
  })),
  ...FUND_TYPE.names.map((name) => ({
    suffix: `.type.${FUND_TYPE.code(name)}`,
    group: FUND_TYPE.label(name),
  })),
];

function arrival({ suffix, group }: { suffix: string; group: string }): StatColumn[] {
  const allocated = `fund.allocated${suffix}`;
  const arrived = `fund.arrived${suffix}`;
  return [
    money(allocated, group, '下拨'),
    money(arrived, group, '到账'),
    percent(`${arrived}.rate`, group, '到账率', [amount(arrived)], [amount(allocated)]),
  ];
}

/** Which tier arranged money came from is not known, so use is told by type only. */
function use({ suffix, group }: { suffix: string; group: string }): StatColumn[] {
  const carried = `fund.carried${suffix}`;
  const arrived = `fund.arrived${suffix}`;
  const spent = `fund.spent${suffix}`;
  return [
    money(carried, group, '上年结转'),
    money(arrived, group, '到账'),
    money(`fund.arranged${suffix}`, group, '已安排'),
    money(spent, group, '已支出'),
    column(
      `fund.balance${suffix}`,
      group,
      '结余',
      'TEN_THOUSAND_YUAN',
      amount(carried),
      amount(arrived),
      amount(spent, -1),
    ),
  ];
}

function duplicates(suffix: string, group: Group): StatColumn[] {
  return [
    column(`duplicate.number${suffix}`, group, '重复号码数', 'PIECES', count(`duplicate.number${suffix}`)),
    column(`duplicate.person${suffix}`, group, '涉及人数', 'PERSONS', count(`duplicate.person${suffix}`)),
  ];
}

/** Every table of catalogue 3.11 and its columns, of which figures, drill-downs and exports are made. */
export const STAT_TABLES = {
  POOR_HOUSEHOLDS: {
    title: '6.1 贫困户统计表',
    since: 2014,
    columns: [
      ...householdsAndPersons('poor', null, '贫困户合计'),
      ...byCode('poor.attribute', '按贫困户属性', HOUSEHOLD_ATTRIBUTE),
      ...byCode('poor.standard', '按识别标准', IDENTIFICATION_STANDARD),
      ...householdsAndPersons('status.0', '按脱贫状态', '未脱贫'),
      ...householdsAndPersons('status.3', '按脱贫状态', '返贫'),
    ],
  },
  NEWLY_IDENTIFIED: {
    title: '6.2 新识别贫困户统计表',
    since: 2015,
    columns: [
      ...householdsAndPersons('new', null, '新识别'),
      ...byCode('new.attribute', '按贫困户属性', HOUSEHOLD_ATTRIBUTE),
      ...byCode('new.cause', '按主要致贫原因', POVERTY_CAUSE),
    ],
  },
  RETURNED: {
    title: '6.3 返贫户统计表',
    since: 2015,
    columns: [
      ...householdsAndPersons('returned', null, '返贫'),
      ...byCode('returned.reason', '按返贫原因', POVERTY_CAUSE),
    ],
  },
  EXITED: {
    title: '6.4 脱贫户统计表',
    since: 2014,
    columns: [
      ...householdsAndPersons('exited', null, '脱贫合计'),
      ...householdsAndPersons('status.1', '按脱贫状态', '已脱贫（享受政策）'),
      ...householdsAndPersons('status.4', '按脱贫状态', '已脱贫（不再享受政策）'),
      ...byCode('exited.attribute', '按贫困户属性', HOUSEHOLD_ATTRIBUTE),
    ],
  },
  NATURAL_CHANGE: {
    title: '6.5 人口自然变更统计表',
    since: 2015,
    columns: [
      person('natural.added', '增加合计', count('natural.added')),
      ...personsByCode('natural.added.reason', '按增加原因', MEMBER_ADD_REASON),
      person('natural.reduced', '减少合计', count('natural.reduced')),
      ...personsByCode('natural.reduced.reason', '按减少原因', MEMBER_REDUCE_REASON),
      person('natural.in', '转入', count('natural.in')),
      person('natural.out', '转出', count('natural.out')),
      person(
        'natural.net',
        '净变化',
        count('natural.added'),
        count('natural.in'),
        count('natural.reduced', -1),
        count('natural.out', -1),
      ),
      column('natural.affected', '涉及户数', '变更户', 'HOUSEHOLDS', count('natural.affected')),
      column('natural.closed', '涉及户数', '销户', 'HOUSEHOLDS', count('natural.closed')),
      column('natural.split', '涉及户数', '分户', 'HOUSEHOLDS', count('natural.split')),
    ],
  },
  POOR_VILLAGES: {
    title: '6.6.1 贫困村统计表',
    since: 2014,
    columns: [
      column('village', null, '登记的行政村', 'PIECES', count('village')),
      column('village.poor', null, '贫困村', 'PIECES', count('village.poor')),
      column('village.undelisted', null, '未出列', 'PIECES', count('village.undelisted')),
      column('village.delisted', null, '已出列', 'PIECES', count('village.delisted')),
      ...householdsAndPersons('inPoorVillage', '贫困村内贫困户', ''),
      percent(
        'inPoorVillage.incidence',
        '贫困村内贫困户',
        '贫困发生率',
        [amount('inPoorVillage')],
        [amount('village.poor')],
        'village.poor.uncounted',
      ),
    ],
  },
  DELISTED_VILLAGES: {
    title: '6.7 贫困村出列统计表',
    since: 2014,
    columns: [
      column('village.delisted', null, '出列合计', 'PIECES', count('village.delisted')),
      ...DELIST_YEARS.map((year) => ({
        ...column(
          `village.delistedIn.${year}`,
          '按出列年度',
          `${year} 年出列`,
          'PIECES',
          count(`village.delistedIn.${year}`),
        ),
        since: year,
      })),
      ...householdsAndPersons('inDelistedVillage', '出列村剩余贫困户', ''),
      percent(
        'inDelistedVillage.incidence',
        '出列村剩余贫困户',
        '贫困发生率',
        [amount('inDelistedVillage')],
        [amount('village.delisted')],
        'village.delisted.uncounted',
      ),
    ],
  },
  RELOCATION_BASICS: {
    title: '6.8.1 易地扶贫搬迁基本情况',
    since: 2014,
    columns: [
      ...householdsAndPersons('relocation', null, '搬迁户'),
      ...byCode('relocation.mode', '按搬迁方式', RELOCATION_MODE),
      ...householdsAndPersons('relocation.concentrated', '按安置方式', '集中安置'),
      ...householdsAndPersons('relocation.dispersed', '按安置方式', '分散安置'),
      ...byCode('relocation.difficulty', '按搬迁可能存在的困难', RELOCATION_DIFFICULTY),
    ],
  },
  RELOCATION_PROJECTS: {
    title: '6.8.2 易地扶贫搬迁项目',
    since: 2014,
    columns: [
      column('relocationProject', null, '项目数', 'PIECES', count('relocationProject')),
      money('relocationProject', null, '批复资金', 'relocationProject.budget'),
      money('relocationProject.spent', null, '已支出'),
      column(
        'relocationProject.plannedHouseholds',
        null,
        '计划搬迁户数',
        'HOUSEHOLDS',
        amount('relocationProject.plannedHouseholds'),
      ),
      flow('relocationProject.plannedPersons', '计划搬迁人数'),
      column(
        'relocationProject.movedHouseholds',
        null,
        '已搬迁户数',
        'HOUSEHOLDS',
        amount('relocationProject.movedHouseholds'),
      ),
      flow('relocationProject.movedPersons', '已搬迁人数'),
      column(
        'relocationProject.area',
        null,
        '安置住房面积',
        'SQUARE_METRES',
        amount('relocationProject.area'),
      ),
      column(
        'relocationProject.completed',
        null,
        '已完工项目',
        'PIECES',
        count('relocationProject.completed'),
      ),
    ],
  },
  CONCENTRATED_RESETTLEMENT: {
    title: '6.8.3 已搬迁建档立卡户集中安置情况',
    since: 2014,
    columns: [
      ...householdsAndPersons('moved.concentrated', null, '集中安置合计'),
      ...byCode('moved.resettlement', '按集中安置方式', RESETTLEMENT, CONCENTRATED),
    ],
  },
  FOLLOW_UP_SUPPORT: {
    title: '6.8.4 已搬迁已脱贫建档立卡户后续扶持情况',
    since: 2014,
    columns: [
      ...householdsAndPersons('movedExited', null, '已搬迁已脱贫'),
      ...byCode('movedExited.support', '按后续扶持方式', FOLLOW_UP_SUPPORT),
    ],
  },
  NET_DECREASE: {
    title: '6.9 贫困人口净减少统计表',
    since: 2015,
    columns: [
      flow('net.opening', '年初贫困人口'),
      flow('net.new', '新识别'),
      flow('net.returned', '返贫'),
      flow('net.increase', '自然增加'),
      flow('net.exited', '脱贫'),
      flow('net.decrease', '自然减少'),
      flow('net.cleared', '清退'),
      flow('net.closing', '年末贫困人口'),
      person('net.netDecrease', '净减少', amount('net.opening'), amount('net.closing', -1)),
    ],
  },
  DUPLICATE_NUMBERS: {
    title: '6.10 重复证件号码统计表',
    since: 2014,
    columns: [
      ...duplicates('', null),
      ...DUPLICATE_CLASS.names.flatMap((name) =>
        duplicates(`.class.${DUPLICATE_CLASS.code(name)}`, DUPLICATE_CLASS.label(name)),
      ),
    ],
  },
  INTEGRATED_FUNDS: {
    title: '6.11.1 统筹整合涉农资金（按资金级次）',
    since: 2014,
    columns: [...integrated('', '合计'), ...integratedByCode('tier', FUND_TIER)],
  },
  INTEGRATED_PROGRAMMES: {
    title: '6.11.2 统筹整合涉农资金（按资金项目和使用方向）',
    since: 2014,
    columns: [
      ...integrated('', '合计'),
      ...integratedByCode('programme', INTEGRATED_PROGRAMME),
      ...integratedByCode('direction', USE_DIRECTION),
    ],
  },
  SPECIAL_FUND_USE: {
    title: '6.11.3 财政专项扶贫资金使用',
    since: 2014,
    columns: FUND_GROUPS.filter(({ suffix }) => !suffix.startsWith('.tier')).flatMap(use),
  },
  SPECIAL_FUND_ARRIVAL: {
    title: '6.11.3 财政专项扶贫资金到账',
    since: 2014,
    columns: FUND_GROUPS.flatMap(arrival),
  },
  SPECIAL_FUND_ALLOCATION: {
    title: '6.11.3 财政专项扶贫资金下拨',
    since: 2014,
    columns: FUND_GROUPS.map(({ suffix, group }) => money(`fund.allocated${suffix}`, group, '下拨')),
  },
} satisfies Record<string, StatTableDefinition>;

export type StatTable = keyof typeof STAT_TABLES;

/** The columns of a table in a year; null where the table does not exist for it. */
export function columnsOf(table: StatTable, year: number): readonly StatColumn[] | null {
  const { since, columns }: StatTableDefinition = STAT_TABLES[table];
  return year < since ? null : columns.filter((column) => (column.since ?? since) <= year);
}

/** The cells a table reads. */
export function cellsOf(columns: readonly StatColumn[]): string[] {
  const cells = columns.flatMap(({ terms, base = [], unknownWith }) => [
    ...[...terms, ...base].map(({ cell }) => cell),
    ...(unknownWith === undefined ? [] : [unknownWith]),
  ]);
  return [...new Set(cells)];
}
