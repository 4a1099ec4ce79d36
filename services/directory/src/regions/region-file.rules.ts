import { isRegionLevel, type RegionLevel } from '@junxian/administrative-region';
import { isCalendarDate } from '@junxian/calendar';
import type { ColumnDefinition, SheetFault, SheetRow } from '@junxian/documents';
import type { ChangeTarget, RegionChangeKind, RegionChangeOrder } from './region-change';

const KINDS: Record<string, RegionChangeKind> = {
  新设: 'CREATE',
  更名: 'RENAME',
  变更代码: 'RECODE',
  合并: 'MERGE',
  拆分: 'SPLIT',
  划转: 'REPARENT',
  撤销: 'ABOLISH',
};
const LEVELS: Record<string, RegionLevel> = {
  省: 'PROVINCE',
  市: 'CITY',
  县: 'COUNTY',
  乡: 'TOWNSHIP',
  村: 'VILLAGE',
};

export type RegionFileColumn =
  | 'code'
  | 'name'
  | 'level'
  | 'parentCode'
  | 'urbanRuralCode'
  | 'effectiveDate'
  | 'kind'
  | 'oldCodes';

/** The columns of the yearly region file (requirements/directory.md §6). */
export const REGION_FILE_COLUMNS: readonly ColumnDefinition<RegionFileColumn>[] = [
  { key: 'code', title: '代码', required: true, description: '12 位新代码；撤销时填被撤销的代码' },
  { key: 'name', title: '名称' },
  { key: 'level', title: '级别', choices: Object.keys(LEVELS) },
  { key: 'parentCode', title: '上级代码' },
  { key: 'urbanRuralCode', title: '城乡分类代码' },
  { key: 'effectiveDate', title: '生效日期', required: true, description: '如 2018-03-01' },
  { key: 'kind', title: '变更类型', required: true, choices: Object.keys(KINDS) },
  { key: 'oldCodes', title: '原代码', description: '合并填多个，用顿号分隔；拆分的各行填同一原代码' },
];

/** An order made of one row, or of the rows that together describe a split, with where it stands in the file. */
export interface RegionFileOrder {
  rowNumbers: number[];
  order: RegionChangeOrder;
}

/**
 * Makes change orders of the rows of a region file, in order of effective date, then of the file. Rows of a
 * split with the same old code and date become one order. Returns the orders and the faults of single
 * cells; what the tree says against an order is found when it is carried out.
 */
export function ordersOfFile(
  rows: readonly SheetRow<RegionFileColumn>[],
  basisDocument: string,
): { orders: RegionFileOrder[]; faults: SheetFault[] } {
  const faults: SheetFault[] = [];
  const orders = new Map<string, RegionFileOrder>();
  for (const row of rows) {
    const kind = KINDS[row.values.kind];
    const effectiveDate = dateOf(row.values.effectiveDate);
    if (kind === undefined) continue;
    if (effectiveDate === null) {
      faults.push(badDate(row.rowNumber));
      continue;
    }
    const from = kind === 'ABOLISH' ? [row.values.code] : oldCodesOf(row, kind);
    const key = kind === 'SPLIT' ? `${effectiveDate} ${from.join(' ')}` : `row ${row.rowNumber}`;
    const known = orders.get(key);
    const to = kind === 'ABOLISH' ? [] : [targetOf(row)];
    orders.set(key, {
      rowNumbers: [...(known?.rowNumbers ?? []), row.rowNumber],
      order: {
        kind,
        effectiveDate,
        from,
        to: [...(known?.order.to ?? []), ...to],
        basisDocument,
        mapping: [],
      },
    });
  }
  const sorted = [...orders.values()].sort(
    (a, b) =>
      a.order.effectiveDate.localeCompare(b.order.effectiveDate) || a.rowNumbers[0]! - b.rowNumbers[0]!,
  );
  return { orders: sorted, faults };
}

function oldCodesOf({ values }: SheetRow<RegionFileColumn>, kind: RegionChangeKind): string[] {
  const codes = values.oldCodes.split(/[、,，;；\s]+/u).filter((code) => code !== '');
  if (codes.length === 0 && kind === 'RENAME') return [values.code];
  return codes;
}

function targetOf({ values }: SheetRow<RegionFileColumn>): ChangeTarget {
  const level = LEVELS[values.level] ?? (isRegionLevel(values.level) ? values.level : null);
  return {
    code: values.code,
    name: values.name || null,
    level,
    parentCode: values.parentCode || null,
    urbanRuralCode: values.urbanRuralCode || null,
  };
}

/** A date as spreadsheets write it: 2018-03-01, 2018/3/1, 2018年3月1日 or 20180301. */
function dateOf(text: string): string | null {
  const parts = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(text);
  if (parts === null) return null;
  const date = `${parts[1]}-${parts[2]!.padStart(2, '0')}-${parts[3]!.padStart(2, '0')}`;
  return isCalendarDate(date) ? date : null;
}

function badDate(rowNumber: number): SheetFault {
  return {
    rowNumber,
    column: '生效日期',
    code: 'INVALID_DATE',
    text: { zh: '不是有效日期，请按 2018-03-01 的格式填写', en: 'is no date; write it as 2018-03-01' },
  };
}
