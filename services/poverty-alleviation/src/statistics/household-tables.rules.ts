import { DUPLICATE_CLASS } from '../back-office-code-lists';
import { HOUSEHOLD_ATTRIBUTE, IDENTIFICATION_STANDARD, POVERTY_CAUSE } from '../code-lists';
import { MEMBER_ADD_REASON, MEMBER_REDUCE_REASON } from '../population-code-lists';
import {
  amount,
  byCode,
  column,
  count,
  flow,
  type Group,
  householdsAndPersons,
  person,
  personsByCode,
  type StatColumn,
  type StatTableDefinition,
} from './stat-columns.rules';

function duplicates(suffix: string, group: Group): StatColumn[] {
  return [
    column(`duplicate.number${suffix}`, group, '重复号码数', 'PIECES', count(`duplicate.number${suffix}`)),
    column(`duplicate.person${suffix}`, group, '涉及人数', 'PERSONS', count(`duplicate.person${suffix}`)),
  ];
}

/** Tables 6.1 to 6.5, 6.9 and 6.10: poor households and persons, and how their numbers changed. */
export const HOUSEHOLD_TABLES = {
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
} satisfies Record<string, StatTableDefinition>;
