import { referenceNames } from '@junxian/administrative-region';
import type { CellValue, ColumnDefinition } from '@junxian/documents';
import type { StatUnit } from '../statistics/stat-columns.rules';
import type { StatRowKind, StatTableView } from '../statistics/statistics.service';

const UNIT_NAMES: Readonly<Record<StatUnit, string>> = {
  HOUSEHOLDS: '户',
  PERSONS: '人',
  PIECES: '个',
  TEN_THOUSAND_YUAN: '万元',
  SQUARE_METRES: '平方米',
  PERCENT: '%',
};

const ROW_NAMES: Readonly<Record<Exclude<StatRowKind, 'CHILD'>, string>> = { OWN: '本级', TOTAL: '合计' };

/** A table as a sheet: a column for each figure, titled with its group and unit, a row for each region and the total. */
export function statisticSheet({ columns, rows }: StatTableView): {
  columns: ColumnDefinition[];
  rows: Record<string, CellValue>[];
} {
  return {
    columns: [
      { key: 'region', title: '行政区划', width: 24 },
      { key: 'code', title: '区划代码', width: 14 },
      ...columns.map(({ key, group, name, unit }) => ({
        key,
        title: `${group === null ? '' : `${group}—`}${name}（${UNIT_NAMES[unit]}）`,
        width: 16,
      })),
    ],
    rows: rows.map(({ kind, regionCode, figures }) => ({
      region: kind === 'CHILD' ? (referenceNames().nameOf(regionCode) ?? regionCode) : ROW_NAMES[kind],
      code: regionCode,
      ...Object.fromEntries(figures.map(({ column, value }) => [column, cellOf(value)])),
    })),
  };
}

/** Whole numbers stand as numbers, sums of money as their exact text. */
function cellOf(value: string | null): CellValue {
  return value !== null && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}
