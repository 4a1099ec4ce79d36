import { ASSISTANCE_UNIT_TYPE, UNIT_AFFILIATION } from '../assistance-code-lists';
import { codeCell, textCell } from './sheet-cells.rules';
import { column, type ImportRow, requiredColumn } from './sheet-columns.rules';

/** The columns of the form 帮扶单位导入表 (catalogue §6). */
export const UNIT_COLUMNS = {
  regionCode: requiredColumn('登记辖区代码', textCell, {
    description: '单位开展帮扶的辖区，12 位',
    example: '140215000000',
  }),
  name: requiredColumn('单位名称', textCell, { example: '示例县教育局' }),
  creditCode: column('统一社会信用代码', textCell, { description: '没有的不填' }),
  type: requiredColumn('单位类型', codeCell(ASSISTANCE_UNIT_TYPE)),
  affiliation: requiredColumn('隶属关系', codeCell(UNIT_AFFILIATION)),
  address: column('单位地址', textCell),
  leader: column('单位负责人', textCell),
  contact: requiredColumn('联系人', textCell, { example: '示例乙' }),
  phone: requiredColumn('联系电话', textCell, { example: '0352-6100000' }),
} as const;

export type UnitRow = ImportRow<typeof UNIT_COLUMNS>;

/** What a row says of a unit, the credit code as it is kept. */
export function unitCells({ cells }: UnitRow): UnitRow['cells'] {
  const { creditCode, ...rest } = cells;
  return creditCode === undefined ? rest : { ...rest, creditCode: creditCode.toUpperCase() };
}

interface NamedUnit {
  regionCode: string;
  name: string;
  creditCode: string | null;
}

/**
 * The units on file that a row may speak of: those of its region with its credit code, else those of its region with
 * its name, of which a row with a code means one without, where there is one. More than one cannot be told apart.
 */
export function unitsMeant<Unit extends NamedUnit>(
  { regionCode, name, creditCode }: Pick<UnitRow['cells'], 'regionCode' | 'name' | 'creditCode'>,
  units: readonly Unit[],
): Unit[] {
  const here = units.filter((unit) => unit.regionCode === regionCode);
  const byCode = creditCode === undefined ? [] : here.filter((unit) => unit.creditCode === creditCode);
  if (byCode.length > 0) return byCode;
  const byName = here.filter((unit) => unit.name === name);
  const withoutCode = byName.filter((unit) => unit.creditCode === null);
  return creditCode !== undefined && withoutCode.length > 0 ? withoutCode : byName;
}
