import { Refusal } from '@junxian/errors';
import type { RegionCodes } from '@junxian/region-changes';

/**
 * Throws STATE_CONFLICT while rows under a code are on their way to another one. Asked wherever a row is found, or
 * given its place, by a code: where codes are swapped the row that stands under it may be the other region's still.
 */
export function requireSettled(codes: RegionCodes, code: string, field: string): void {
  if (codes.isMoving(code)) throw beingRecoded(field);
}

/**
 * Throws STATE_CONFLICT while rows are on their way from or to a code. Asked wherever a sum over a code decides, or whether
 * something stands under it already: of a region that others are merged into, what came in may stand there while what was used of
 * it does not yet; of one that was re-coded, what is there already may be on its way.
 */
export function requireComplete(codes: RegionCodes, code: string, field: string): void {
  if (!isComplete(codes, code)) throw beingRecoded(field);
}

/** Whether no rows are on their way from or to a code; see {@link requireComplete}. */
export const isComplete = (codes: RegionCodes, code: string): boolean =>
  !codes.isMoving(code) && !codes.isReceiving(code);

function beingRecoded(field: string): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该区划正在变更代码，请几分钟后再试',
      en: 'This region is being re-coded; try again in a few minutes',
    },
    { field },
  );
}
