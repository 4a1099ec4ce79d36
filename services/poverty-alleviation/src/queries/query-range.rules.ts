import { type CodeRange, isRegionCode, levelOfCode, scopeRange } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';

/**
 * The area a query is about: the region chosen, or the account's own (PA-QS-13). Throws INVALID_INPUT for what is no
 * region code; whether it lies in the account's area was checked before.
 */
export function queryRange(region: string | null | undefined, principal: Principal): CodeRange {
  if (region != null) {
    if (!isRegionCode(region)) {
      throw refuse.invalid('region', {
        zh: '行政区划代码应为十二位数字，请从行政区划树中选择',
        en: 'A region code has twelve digits; choose one from the tree of regions',
      });
    }
    return scopeRange(region, levelOfCode(region));
  }
  const { regionCode, regionLevel } = principal;
  if (regionCode === null || regionLevel === null) throw refuse.forbidden();
  return scopeRange(regionCode, regionLevel);
}
