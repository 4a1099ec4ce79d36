import { type ColumnDefinition, sheetBuffer } from '@junxian/documents';
import { idNumber } from '../testing/forms.support.test';
import { HOUSEHOLD_SHEET } from './household-sheet.rules';

export type SheetCells = Record<string, string>;

/** A member's row in order, by title of the column. */
export function memberRow(
  villageCode: string,
  label: string,
  serial: number,
  changes: SheetCells = {},
): SheetCells {
  return {
    行政村代码: villageCode,
    户编号: label,
    姓名: '演示乙',
    性别: '男',
    证件类型: '居民身份证',
    证件号码: idNumber(serial),
    出生日期: '1970-01-01',
    民族: '汉族',
    与户主关系: '之子',
    文化程度: '小学',
    健康状况: '健康',
    ...changes,
  };
}

/** The row of a head, with what a new household needs. */
export function headRowCells(
  villageCode: string,
  label: string,
  serial: number,
  changes: SheetCells = {},
): SheetCells {
  return memberRow(villageCode, label, serial, {
    姓名: '演示甲',
    与户主关系: '户主',
    贫困户属性: '一般贫困户',
    识别标准: '国家标准',
    主要致贫原因: '因病',
    '工资性收入（元）': '6000',
    ...changes,
  });
}

/** The bytes of a sheet of a form with these rows, households by default. */
export function sheetOf(
  rows: readonly SheetCells[],
  format: 'XLSX' | 'CSV' = 'XLSX',
  columns: readonly ColumnDefinition[] = HOUSEHOLD_SHEET,
): Promise<Buffer> {
  const keyOf = new Map(columns.map(({ title, key }) => [title, key]));
  return sheetBuffer(
    columns,
    rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([title, text]) => [keyOf.get(title)!, text])),
    ),
    { format },
  );
}
