import {
  amount,
  column,
  count,
  householdsAndPersons,
  percent,
  type StatTableDefinition,
} from './stat-columns.rules';

/** Delisting began with the first year-end and has no last year; a table shows those up to its own. */
const DELIST_YEARS = Array.from({ length: 20 }, (_, index) => 2014 + index);

/** Tables 6.6.1 and 6.7: poor villages, undelisted and delisted. */
export const VILLAGE_TABLES = {
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
} satisfies Record<string, StatTableDefinition>;
