import { Refusal } from '@junxian/errors';
import type { RegionCodes } from '@junxian/region-changes';

/**
 * Throws STATE_CONFLICT while rows under a code are on their way to another one. Asked wherever a row is found, or
 * given its place, by a code: where codes are swapped the row that stands under it may be the other region's still.
 */
export function requireSettled(codes: RegionCodes, code: string, field: string): void {
  if (!codes.isMoving(code)) return;
  throw new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该区划正在变更代码，请几分钟后再试',
      en: 'This region is being re-coded; try again in a few minutes',
    },
    { field },
  );
}
