import type { CodeList } from '../code-lists';
import { FUND_TIER, FUND_TYPE, INTEGRATED_PROGRAMME, USE_DIRECTION } from '../fund-code-lists';
import {
  amount,
  column,
  type Group,
  money,
  percent,
  type StatColumn,
  type StatTableDefinition,
} from './stat-columns.rules';

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

/** Tables 6.11.1 to 6.11.3: integrated agricultural funds and special funds. */
export const FUND_TABLES = {
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
