import {
  type CodeRange,
  checkRegionCode,
  isWithin,
  levelOfCode,
  type RegionLevel,
  scopeRange,
} from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';

/** Where the caller stands: region and stored level of the acting appointment. */
export interface CallerRegion {
  regionCode: string | null;
  regionLevel: RegionLevel | null;
}

/**
 * The region that a list or query is about, and its level: the chosen one, or without one the caller's own
 * (PA-QS-13). Throws FORBIDDEN for a caller without a region, INVALID_REGION_CODE, OUT_OF_REGION for a region outside
 * the caller's (PA-QS-01).
 */
export function chosenRegion(
  region: string | null | undefined,
  caller: CallerRegion,
): { code: string; level: RegionLevel } {
  const { regionCode, regionLevel } = caller;
  if (regionCode === null || regionLevel === null) throw refuse.forbidden();
  // One's own region keeps its stored level, which its digits need not show.
  if (!region || region === regionCode) return { code: regionCode, level: regionLevel };
  // Names the argument in the refusal; levelOfCode alone would speak of `code`.
  checkRegionCode(region, /^\d{12}$/.test(region) ? levelOfCode(region) : 'VILLAGE', undefined, 'region');
  if (!isWithin(region, scopeRange(regionCode, regionLevel))) throw refuse.outOfRegion('region');
  return { code: region, level: levelOfCode(region) };
}

/** The range of codes of {@link chosenRegion}: what a list runs over. Throws what that throws. */
export function chosenRange(region: string | null | undefined, caller: CallerRegion): CodeRange {
  const { code, level } = chosenRegion(region, caller);
  return scopeRange(code, level);
}
