import { Refusal } from '@junxian/errors';
import { isWiderOrEqual, levelAtDepth, levelDepth, levelDigits, type RegionLevel } from './levels';

/** The code of the whole country. */
export const NATION_CODE = '000000000000';

const CODE = /^\d{12}$/;
const NATURAL_VILLAGE = /^\d{14}$/;

/** A region as an argument names it: its code and the level it is stored with. */
export interface RegionReferenceArgument {
  code: string;
  level: RegionLevel;
}

/** Whether a text has the shape of a region code: exactly 12 ASCII digits (DI-REG-01). */
export function isRegionCode(text: string): boolean {
  return CODE.test(text);
}

/**
 * Level that a code's groups (2, 2, 2, 3, 3) show: the deepest group that is not all zeros. For
 * arguments only: whoever holds a scope uses the level stored with it (DI-REG-04).
 * Throws Refusal INVALID_REGION_CODE for anything but 12 digits.
 */
export function levelOfCode(code: string): RegionLevel {
  if (!isRegionCode(code)) throw notTwelveDigits('code');
  for (let depth = 5; depth > 0; depth--) {
    if (!isZero(groupAt(code, depth))) return levelAtDepth(depth);
  }
  return 'NATION';
}

/**
 * Checks a code against its level and, where given, its parent: 12 digits, zeros after the level's
 * own digits, its own group not all zeros, the parent wider and its prefix shared (DI-REG-01).
 * A level may be missing between the two; its group then stays zero (DI-REG-03).
 * Throws Refusal INVALID_REGION_CODE that names `field`.
 */
export function checkRegionCode(
  code: string,
  level: RegionLevel,
  parent?: RegionReferenceArgument,
  field = 'code',
): void {
  if (!isRegionCode(code)) throw notTwelveDigits(field);
  const digits = levelDigits(level);
  if (!isZero(code.slice(digits))) {
    throw invalid(field, {
      zh: `第 ${digits} 位之后应全部为 0，请核对代码与级别`,
      en: `The digits after the first ${digits} must be zeros at level ${level}; check code and level`,
    });
  }
  if (level !== 'NATION' && isZero(groupAt(code, levelDepth(level)))) {
    throw invalid(field, {
      zh: '该级别对应的代码段为 0，此代码属于更高级别，请核对级别',
      en: `The digits of level ${level} are zeros, so the code belongs to a wider level; check the level`,
    });
  }
  if (parent !== undefined) checkParent(code, level, parent, field);
}

function checkParent(code: string, level: RegionLevel, parent: RegionReferenceArgument, field: string): void {
  checkRegionCode(parent.code, parent.level, undefined, 'parentCode');
  if (isWiderOrEqual(level, parent.level)) {
    throw invalid('parentCode', {
      zh: '上级区划的级别应高于本级，请选择正确的上级区划',
      en: 'The parent must be of a wider level; choose the right parent',
    });
  }
  const shared = levelDigits(parent.level);
  if (code.slice(0, shared) !== parent.code.slice(0, shared)) {
    throw invalid(field, {
      zh: `代码的前 ${shared} 位应与上级区划 ${parent.code} 一致，请核对代码或上级区划`,
      en: `The first ${shared} digits must equal those of the parent ${parent.code}; check the code or the parent`,
    });
  }
  if (!isZero(code.slice(shared, levelDigits(levelAtDepth(levelDepth(level) - 1))))) {
    throw invalid(field, {
      zh: '上级区划与本级之间缺少的级别应以 0 填充，请核对代码或先登记中间级别的区划',
      en: 'Levels missing between parent and region must be zeros; check the code or register the level between first',
    });
  }
}

/**
 * Codes from the nation down to the code itself, for the groups that exist: a township directly
 * under a city has no county among them (DI-REG-03). Throws Refusal INVALID_REGION_CODE.
 */
export function ancestorsByCode(code: string): string[] {
  const own = levelDepth(levelOfCode(code));
  const ancestors = [NATION_CODE];
  for (let depth = 1; depth <= own; depth++) {
    if (isZero(groupAt(code, depth))) continue;
    ancestors.push(code.slice(0, levelDigits(levelAtDepth(depth))).padEnd(12, '0'));
  }
  return ancestors;
}

/** Whether a text has the shape of a natural village's code: village code + serial 01…99 (DI-REG-11). */
export function isNaturalVillageCode(text: string): boolean {
  return NATURAL_VILLAGE.test(text) && !text.endsWith('00') && !isZero(text.slice(9, 12));
}

/**
 * Code of the administrative village a natural village lies in.
 * Throws Refusal INVALID_NATURAL_VILLAGE_CODE.
 */
export function villageOfNaturalVillage(code: string): string {
  if (!isNaturalVillageCode(code)) {
    throw new Refusal(
      'INVALID_NATURAL_VILLAGE_CODE',
      {
        zh: '自然村代码应为行政村代码加两位顺序号，共 14 位数字，请核对',
        en: 'A natural village has 14 digits: the code of its village and a two-digit serial; check it',
      },
      { field: 'code' },
    );
  }
  return code.slice(0, 12);
}

function groupAt(code: string, depth: number): string {
  return code.slice(levelDigits(levelAtDepth(depth - 1)), levelDigits(levelAtDepth(depth)));
}

function isZero(digits: string): boolean {
  return /^0*$/.test(digits);
}

function invalid(field: string, text: { zh: string; en: string }): Refusal {
  return new Refusal('INVALID_REGION_CODE', text, { field });
}

function notTwelveDigits(field: string): Refusal {
  return invalid(field, {
    zh: '行政区划代码应为 12 位数字，请核对',
    en: 'A region code has exactly 12 digits; check it',
  });
}
