import { type CodeRange, isRegionCode, isWithin } from '@junxian/administrative-region';
import type { ColumnDefinition, SheetFault, SheetRow } from '@junxian/documents';
import { type Bilingual, isRefusal, type Refusal, refuse } from '@junxian/errors';
import {
  type BasicData,
  checkContactName,
  checkContactPhone,
  checkCreditCode,
  checkHeadcount,
  checkSealName,
  normaliseSealName,
  type OrganisationKind,
} from './organisation.rules';

/** 批量新增单位表 (requirements/directory.md §6). */
export const UNIT_COLUMNS = [
  {
    key: 'sealName',
    title: '单位全称',
    required: true,
    width: 36,
    description: '与公章名称完全一致，不得简写或加字；空格会被去除',
    example: '大同市云州区人力资源和社会保障局',
  },
  {
    key: 'creditCode',
    title: '统一社会信用代码',
    width: 24,
    description: '18 位，没有可不填',
    example: '11140215MB1234567X',
  },
  { key: 'regionCode', title: '行政区划代码', required: true, description: '12 位', example: '140215000000' },
  {
    key: 'superior',
    title: '上级单位',
    width: 36,
    description: '上级单位的公章名称，须已登记或在本表中；没有上级的不填',
    example: '大同市人力资源和社会保障局',
  },
  {
    key: 'kind',
    title: '单位性质',
    required: true,
    choices: ['单位', '部门', '党组织', '局'],
    example: '单位',
  },
  { key: 'extranet', title: '是否有政务外网', required: true, choices: ['是', '否'], example: '是' },
  { key: 'headcount', title: '人数', description: '管理人数，整数', example: '120' },
  { key: 'contactName', title: '联系人', example: '张伟' },
  {
    key: 'contactPhone',
    title: '电话',
    width: 18,
    description: '手机号或“区号-固定电话”',
    example: '0352-1234567',
  },
] as const satisfies readonly ColumnDefinition[];

type UnitColumn = (typeof UNIT_COLUMNS)[number]['key'];
export type UnitSheetRow = SheetRow<UnitColumn>;

const KINDS: Readonly<Record<string, OrganisationKind>> = {
  单位: 'UNIT',
  部门: 'DEPARTMENT',
  党组织: 'PARTY',
  局: 'BUREAU',
};

/** One row of the sheet that is right by itself. */
export interface UnitRow extends BasicData {
  rowNumber: number;
  kind: OrganisationKind;
  regionCode: string;
  /** Normalised seal name, null for the top of a tree. */
  superiorName: string | null;
}

/** A row that is not created because its seal name is there already. */
export interface UnitDuplicate {
  rowNumber: number;
  sealName: string;
  /** The row of the same sheet with this name; null when the organisation is registered already. */
  sameAsRow: number | null;
}

/** Reads one row. Returns the unit, or the faults by column. */
export function readUnitRow(row: UnitSheetRow): UnitRow | SheetFault[] {
  const { values, rowNumber } = row;
  const faults: SheetFault[] = [];
  const read = <T>(column: UnitColumn, check: () => T): T | undefined => {
    try {
      return check();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      faults.push(unitFault(rowNumber, column, error));
      return undefined;
    }
  };
  const sealName = read('sealName', () => checkSealName(values.sealName));
  const unifiedSocialCreditCode = read('creditCode', () => checkCreditCode(values.creditCode));
  const regionCode = read('regionCode', () => checkTwelveDigits(values.regionCode));
  const headcount = read('headcount', () =>
    checkHeadcount(values.headcount === '' ? null : Number(values.headcount)),
  );
  const contactName = read('contactName', () => checkContactName(values.contactName));
  const contactPhone = read('contactPhone', () => checkContactPhone(values.contactPhone));
  if (faults.length > 0) return faults;
  return {
    rowNumber,
    sealName: sealName!,
    unifiedSocialCreditCode: unifiedSocialCreditCode!,
    regionCode: regionCode!,
    superiorName: normaliseSealName(values.superior) || null,
    kind: KINDS[values.kind]!,
    hasExtranet: values.extranet === '是',
    headcount: headcount!,
    contactName: contactName!,
    contactPhone: contactPhone!,
  };
}

/** Parts the rows of one sheet into those with a name of their own and those that repeat an earlier row's (DI-ORG-01). */
export function withoutRepeats(rows: readonly UnitRow[]): { units: UnitRow[]; duplicates: UnitDuplicate[] } {
  const first = new Map<string, UnitRow>();
  const duplicates: UnitDuplicate[] = [];
  for (const row of rows) {
    const earlier = first.get(row.sealName);
    if (earlier === undefined) first.set(row.sealName, row);
    else duplicates.push({ rowNumber: row.rowNumber, sealName: row.sealName, sameAsRow: earlier.rowNumber });
  }
  return { units: [...first.values()], duplicates };
}

/** What is known outside the sheet when its rows are checked together. */
export interface SheetSurroundings {
  /** Ranges of the sheet's and the superiors' regions that are valid today, by code. */
  regions: ReadonlyMap<string, CodeRange>;
  /** The caller's own range. */
  scope: CodeRange;
  /** Existing organisations that the sheet may name as superiors, by seal name: their region codes. */
  superiors: ReadonlyMap<string, { regionCode: string }>;
  /** Names that belong to organisations the caller does not see: their rows are duplicates, not superiors. */
  hidden: ReadonlySet<string>;
}

/**
 * Checks the rows against each other and their surroundings, in any order of rows: the region exists and is
 * the caller's, the superior is registered or in the sheet, its region holds the unit's, no circle of superiors.
 */
export function checkUnitsTogether(units: readonly UnitRow[], surroundings: SheetSurroundings): SheetFault[] {
  const own = units.filter((unit) => !surroundings.hidden.has(unit.sealName));
  const byName = new Map(own.map((unit) => [unit.sealName, unit]));
  const circular = inCircles(units, byName);
  const faults: SheetFault[] = [];
  for (const unit of units) {
    const range = surroundings.regions.get(unit.regionCode);
    if (!isWithin(unit.regionCode, surroundings.scope)) {
      // Outside the own area nothing is said about whether the region exists.
      faults.push(unitFault(unit.rowNumber, 'regionCode', refuse.outOfRegion()));
    } else if (range === undefined) {
      faults.push(fault(unit, 'regionCode', 'REGION_UNKNOWN', REGION_UNKNOWN));
    }
    if (unit.superiorName === null) continue;
    const superior = surroundings.superiors.get(unit.superiorName) ?? byName.get(unit.superiorName);
    if (superior === undefined) {
      faults.push(fault(unit, 'superior', 'SUPERIOR_UNKNOWN', SUPERIOR_UNKNOWN));
    } else if (circular.has(unit)) {
      faults.push(fault(unit, 'superior', 'CYCLE', CYCLE));
    } else {
      const above = surroundings.regions.get(superior.regionCode);
      if (range !== undefined && above !== undefined && !isWithin(unit.regionCode, above)) {
        faults.push(fault(unit, 'superior', 'REGION_NOT_BELOW_SUPERIOR', NOT_BELOW));
      }
    }
  }
  return faults;
}

/** The units of a sheet whose chain of superiors comes back to themselves. */
function inCircles(units: readonly UnitRow[], byName: ReadonlyMap<string, UnitRow>): Set<UnitRow> {
  const state = new Map<UnitRow, 'open' | 'done'>();
  const circular = new Set<UnitRow>();
  for (const start of units) {
    const path: UnitRow[] = [];
    let unit: UnitRow | undefined = start;
    while (unit !== undefined && !state.has(unit)) {
      state.set(unit, 'open');
      path.push(unit);
      unit = unit.superiorName === null ? undefined : byName.get(unit.superiorName);
    }
    if (unit !== undefined && state.get(unit) === 'open') {
      for (const member of path.slice(path.indexOf(unit))) circular.add(member);
    }
    for (const member of path) state.set(member, 'done');
  }
  return circular;
}

function checkTwelveDigits(text: string): string {
  if (isRegionCode(text)) return text;
  throw refuse.invalid('regionCode', {
    zh: '行政区划代码应为 12 位数字，请核对',
    en: 'A region code has exactly 12 digits; check it',
  });
}

function unitFault(rowNumber: number, column: UnitColumn, { code, text }: Refusal): SheetFault {
  return { rowNumber, column: titleOf(column), code, text };
}

function fault(unit: UnitRow, column: UnitColumn, code: string, text: Bilingual): SheetFault {
  return { rowNumber: unit.rowNumber, column: titleOf(column), code, text };
}

const titleOf = (key: UnitColumn): string => UNIT_COLUMNS.find((column) => column.key === key)!.title;

const REGION_UNKNOWN: Bilingual = {
  zh: '没有该行政区划，或它今天已不再有效，请填写现行代码',
  en: 'There is no such region today; give the code in force',
};
const SUPERIOR_UNKNOWN: Bilingual = {
  zh: '没有找到该上级单位，请先登记上级单位或把它加入本表',
  en: 'No such superior; register it first or add it to the sheet',
};
const CYCLE: Bilingual = {
  zh: '上级单位互为循环，请核对上下级关系',
  en: 'The superiors form a circle; check them',
};
const NOT_BELOW: Bilingual = {
  zh: '该单位不在上级单位的辖区内，请核对上级单位或行政区划代码',
  en: "The unit lies outside its superior's area; check the superior or the region code",
};
