import { ancestorsByCode, checkRegionCode, isRegionCode, NATION_CODE } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import type { ChangeTarget, RegionChangeKind, RegionChangeOrder } from './region-change';
import { invalidChange, twice } from './region-change.refusals';

/** How many regions each kind takes and makes: [fewest, most]. */
const COUNTS: Record<RegionChangeKind, { from: [number, number]; to: [number, number] }> = {
  CREATE: { from: [0, 0], to: [1, 200] },
  RENAME: { from: [1, 1], to: [1, 1] },
  RECODE: { from: [1, 1], to: [1, 1] },
  REPARENT: { from: [1, 1], to: [1, 1] },
  MERGE: { from: [1, 50], to: [1, 1] },
  SPLIT: { from: [1, 1], to: [2, 50] },
  ABOLISH: { from: [1, 50], to: [0, 50] },
};
const MAX_DOCUMENT = 200;
const MAX_NAME = 100;
/** More would not fit into one event. */
const MAX_MAPPING = 2_000;

/**
 * Checks what an order says by itself, before the tree is asked: counts, codes, document, names.
 * Throws Refusal INVALID_REGION_CHANGE, INVALID_REGION_CODE or INVALID_INPUT naming the field.
 */
export function checkOrder(order: RegionChangeOrder): void {
  const counts = COUNTS[order.kind];
  checkCount('from', order.from.length, counts.from);
  checkCount('to', order.to.length, counts.to);
  checkCount('mapping', order.mapping.length, [0, MAX_MAPPING]);
  const document = order.basisDocument.trim();
  if (document === '' || document.length > MAX_DOCUMENT) {
    throw refuse.invalid('basisDocument', {
      zh: `请填写批准文件的名称或文号，不超过 ${MAX_DOCUMENT} 字`,
      en: `Name the document that orders the change, in at most ${MAX_DOCUMENT} characters`,
    });
  }
  const named = [
    ...order.from,
    ...order.to.map(({ code }) => code),
    ...order.mapping.flatMap((m) => [m.from, m.to]),
  ];
  for (const code of named) {
    if (!isRegionCode(code))
      checkRegionCode(code, 'VILLAGE', undefined, order.from.includes(code) ? 'from' : 'to');
  }
  if (named.includes(NATION_CODE)) {
    throw invalidChange('from', {
      zh: '全国不是可变更的区划',
      en: 'The nation is not a region that changes',
    });
  }
  if (new Set(order.from).size < order.from.length) throw twice('from');
  if (new Set(order.to.map(({ code }) => code)).size < order.to.length) throw twice('to');
  for (const [at, target] of order.to.entries()) {
    checkName(target, `to[${at}].name`);
    checkUrbanRuralCode(target, `to[${at}].urbanRuralCode`);
  }
}

/** The codes that planning an order must find out about: targets and the parents they may have. */
export function codesNamedBy(order: RegionChangeOrder): string[] {
  const targets = order.to.flatMap(({ code, parentCode }) => [
    ...ancestorsByCode(code),
    ...(parentCode ? [parentCode] : []),
  ]);
  return [...new Set([...targets, ...order.mapping.flatMap(({ to }) => ancestorsByCode(to))])];
}

function checkCount(field: string, count: number, [fewest, most]: [number, number]): void {
  if (count >= fewest && count <= most) return;
  const range = fewest === most ? String(fewest) : `${fewest}–${most}`;
  throw invalidChange(field, {
    zh: `此类变更应填写 ${range} 个区划，请核对`,
    en: `This kind of change takes ${range} region(s) here; check them`,
  });
}

const URBAN_RURAL_CODES = ['111', '112', '121', '122', '123', '210', '220'];

function checkUrbanRuralCode({ urbanRuralCode }: ChangeTarget, field: string): void {
  if (urbanRuralCode === undefined || urbanRuralCode === null) return;
  if (URBAN_RURAL_CODES.includes(urbanRuralCode)) return;
  throw refuse.invalid(field, {
    zh: `城乡分类代码应为 ${URBAN_RURAL_CODES.join('、')} 之一`,
    en: `The urban-rural class is one of ${URBAN_RURAL_CODES.join(', ')}`,
  });
}

function checkName({ name }: ChangeTarget, field: string): void {
  if (name === undefined || name === null) return;
  if (name.trim() === '' || [...name].length > MAX_NAME || /[\s\p{C}]/u.test(name.trim())) {
    throw refuse.invalid(field, {
      zh: `名称不能为空、不能含空格，且不超过 ${MAX_NAME} 字`,
      en: `A name has 1 to ${MAX_NAME} characters and no blanks`,
    });
  }
}
