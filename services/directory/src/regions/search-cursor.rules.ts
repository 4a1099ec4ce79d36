import { isRegionCode, levelDepth, type RegionLevel } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';

/** Where a page of a search ended: rank, stored level and code of its last region. */
export interface SearchCursor {
  tier: number;
  level: number;
  code: string;
}

/** The cursor behind a region, or null behind nothing. */
export function encodeSearchCursor(
  last: { tier: number; level: RegionLevel; code: string } | undefined,
): string | null {
  if (last === undefined) return null;
  return Buffer.from(JSON.stringify([last.tier, levelDepth(last.level), last.code])).toString('base64url');
}

/** Reads a cursor; null for none. Throws INVALID_INPUT for one that no search gave out. */
export function decodeSearchCursor(after: string | null | undefined): SearchCursor | null {
  if (after === undefined || after === null) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 3) {
      const [tier, level, code] = parts as unknown[];
      if (isSmall(tier) && isSmall(level) && typeof code === 'string' && isRegionCode(code)) {
        return { tier, level, code };
      }
    }
  } catch {
    // Falls through to the refusal.
  }
  throw refuse.invalid('after', {
    zh: '翻页标记无效，请从第一页重新查询',
    en: 'The cursor is not valid; start again from the first page',
  });
}

function isSmall(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 5;
}
