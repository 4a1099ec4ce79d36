import { type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { RegionCodes } from '@junxian/region-changes';
import { requireOwnRegion } from './allocation.rules';

/** The level a code has today; throws INVALID_REGION_CODE for one that is none, or no longer. */
export function levelNow(codes: RegionCodes, code: string, field: string): RegionLevel {
  const level = codes.levelOf(code);
  if (level !== null) return level;
  throw new Refusal(
    'INVALID_REGION_CODE',
    {
      zh: '该代码不是现行的行政区划；请核对代码，如区划正在变更，请几分钟后再试',
      en: 'This code is no region today; check it, or try again in a few minutes if the region is being re-coded',
    },
    { field },
  );
}

/** Throws OUT_OF_REGION unless the caller stands for a region (see {@link requireOwnRegion}). */
export function requireOwn(tx: ScopedTransaction, code: string, level: RegionLevel, field: string): void {
  requireOwnRegion(tx.scope, scopeRange(code, level), field);
}
