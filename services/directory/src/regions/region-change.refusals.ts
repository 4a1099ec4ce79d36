import { Refusal, refuse } from '@junxian/errors';
import type { RegionRow } from './region';

/** A change that does not make sense as ordered. */
export function invalidChange(field: string, text: { zh: string; en: string }): Refusal {
  return new Refusal('INVALID_REGION_CHANGE', text, { field });
}

/** A code stands twice in a list. */
export function twice(field: string): Refusal {
  return invalidChange(field, {
    zh: '同一代码重复出现，请删去重复项',
    en: 'A code appears twice; remove one',
  });
}

/** A new region without a name. */
export function nameMissing(at: number): Refusal {
  return refuse.invalid(`to[${at}].name`, { zh: '请填写新区划的名称', en: 'Give the new region a name' });
}

/** A code under which nothing is valid on the effective date (DI-REG-02). */
export function unknownRegion(field: string, code: string): Refusal {
  return new Refusal(
    'UNKNOWN_REGION',
    {
      zh: `生效日没有代码为 ${code} 的区划，请核对代码和日期`,
      en: `No region has the code ${code} on the effective date; check code and date`,
    },
    { field, details: { code } },
  );
}

/** A parent that is not valid on the effective date (DI-REG-02). */
export function unknownParent(code: string): Refusal {
  return new Refusal(
    'UNKNOWN_PARENT',
    {
      zh: `上级区划 ${code} 在生效日不存在，请先登记上级区划或更正代码`,
      en: `The parent ${code} is not valid on the effective date; register it first or correct the code`,
    },
    { field: 'to', details: { code } },
  );
}

/** New codes that are taken or come out twice. */
export function collision(codes: readonly string[], field: string): Refusal {
  return new Refusal(
    'REGION_CODE_COLLISION',
    {
      zh: `新代码 ${codes.slice(0, 5).join('、')} 已被占用或重复，请为相关下级区划逐一指定新代码`,
      en: `The new codes ${codes.slice(0, 5).join(', ')} are taken or appear twice; give the regions concerned codes of their own in the mapping`,
    },
    { field, details: { codes: codes.slice(0, 100) } },
  );
}

/** Regions below that would hang in the air. */
export function hasChildren(left: readonly RegionRow[], field: string): Refusal {
  const codes = left.slice(0, 100).map(({ code }) => code);
  return new Refusal(
    'REGION_HAS_CHILDREN',
    {
      zh: `下级区划 ${codes.slice(0, 5).join('、')} 尚未安排去向，请先划转或在映射中指定新代码`,
      en: `The regions below (${codes.slice(0, 5).join(', ')}) have nowhere to go; move them first or map them to new codes`,
    },
    { field, details: { codes } },
  );
}

/** Another change on the same regions at or after the date. */
export function laterChange(codes: readonly string[]): Refusal {
  return new Refusal(
    'REGION_CHANGE_CONFLICT',
    {
      zh: `区划 ${codes.slice(0, 5).join('、')} 在生效日当天或之后已有其他变更，请先撤销后者或改用其后的日期`,
      en: `The regions ${codes.slice(0, 5).join(', ')} change again on or after the date; cancel that change first or choose a later date`,
    },
    { field: 'effectiveDate', details: { codes: codes.slice(0, 100) }, httpStatus: 409 },
  );
}

/** A change that cannot be cancelled any more. */
export function notCancellable(): Refusal {
  return new Refusal(
    'REGION_CHANGE_IN_EFFECT',
    {
      zh: '变更已生效或已撤销，不能再撤销；如有错误，请登记一项反向的变更',
      en: 'The change is in effect or already cancelled; if it was wrong, record another one that reverses it',
    },
    { field: 'id', httpStatus: 409 },
  );
}

/** A change on whose result a later one builds. */
export function builtUpon(): Refusal {
  return new Refusal(
    'REGION_CHANGE_BUILT_UPON',
    {
      zh: '其后的变更以本变更为基础，请先撤销后面的变更',
      en: 'A later change builds on this one; cancel the later one first',
    },
    { field: 'id', httpStatus: 409 },
  );
}
