import { Refusal } from '@junxian/errors';

/** The levels 全国, 省, 市, 县, 乡, 村, widest first; a level's place in the list is its depth. */
export const REGION_LEVELS = ['NATION', 'PROVINCE', 'CITY', 'COUNTY', 'TOWNSHIP', 'VILLAGE'] as const;

export type RegionLevel = (typeof REGION_LEVELS)[number];

/** How many leading digits of a code say something at each depth (GB/T 2260, GB/T 10114). */
const DIGITS = [0, 2, 4, 6, 9, 12] as const;

/** Depth of a level: NATION 0 … VILLAGE 5. */
export function levelDepth(level: RegionLevel): 0 | 1 | 2 | 3 | 4 | 5 {
  return REGION_LEVELS.indexOf(level) as 0 | 1 | 2 | 3 | 4 | 5;
}

/** Level at a depth 0…5. Throws a RangeError for any other number. */
export function levelAtDepth(depth: number): RegionLevel {
  const level = REGION_LEVELS[depth];
  if (level === undefined) throw new RangeError(`There is no region level at depth ${depth}`);
  return level;
}

/** Number of leading digits that identify a region of this level: 0, 2, 4, 6, 9 or 12. */
export function levelDigits(level: RegionLevel): 0 | 2 | 4 | 6 | 9 | 12 {
  return DIGITS[levelDepth(level)];
}

/** Whether `a` is a wider level than `b`, or the same one. */
export function isWiderOrEqual(a: RegionLevel, b: RegionLevel): boolean {
  return levelDepth(a) <= levelDepth(b);
}

/** Whether a text names a level. */
export function isRegionLevel(text: string): text is RegionLevel {
  return (REGION_LEVELS as readonly string[]).includes(text);
}

/** The level a text names. Throws Refusal INVALID_REGION_LEVEL naming `field`. */
export function parseRegionLevel(text: string, field = 'level'): RegionLevel {
  if (isRegionLevel(text)) return text;
  throw new Refusal(
    'INVALID_REGION_LEVEL',
    {
      zh: `行政区划级别无效，请使用 ${REGION_LEVELS.join('、')} 之一`,
      en: `Not a region level; use one of ${REGION_LEVELS.join(', ')}`,
    },
    { field },
  );
}
