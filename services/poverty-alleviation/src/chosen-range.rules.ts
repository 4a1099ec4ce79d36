import {
  type CodeRange,
  isRegionCode,
  isWithin,
  levelOfCode,
  type RegionLevel,
  scopeRange,
} from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';

/**
 * The range of region codes a list runs over: that of the chosen region, or without one of the caller's own
 * (PA-QS-13). Throws FORBIDDEN for a caller without a region, OUT_OF_REGION for a region outside it (PA-QS-01).
 */
export function chosenRange(
  region: string | null | undefined,
  caller: { regionCode: string | null; regionLevel: RegionLevel | null },
): CodeRange {
  if (caller.regionCode === null || caller.regionLevel === null) throw refuse.forbidden();
  const own = scopeRange(caller.regionCode, caller.regionLevel);
  // One's own region keeps its stored level, which its digits need not show.
  if (!region || region === caller.regionCode) return own;
  if (!isRegionCode(region) || !isWithin(region, own)) throw refuse.outOfRegion('region');
  return scopeRange(region, levelOfCode(region));
}
