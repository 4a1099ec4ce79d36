import { addDays, daysBetween } from '@junxian/calendar';
import type { ReviewPause } from './review.types';

type Days = Pick<ReviewPause, 'fromOn' | 'untilOn'>;

/**
 * How many calendar days the ended pauses of a review cover; a day in two of them counts once, pauses that still run
 * count nothing. A pause covers `fromOn` up to, not including, `untilOn`.
 */
export function pausedDays(pauses: readonly Days[]): number {
  const ended = pauses
    .filter((pause): pause is { fromOn: string; untilOn: string } => pause.untilOn !== null)
    .sort((a, b) => (a.fromOn < b.fromOn ? -1 : 1));
  let total = 0;
  let counted = '';
  for (const { fromOn, untilOn } of ended) {
    const from = fromOn > counted ? fromOn : counted;
    if (untilOn <= from) continue;
    total += daysBetween(from, untilOn);
    counted = untilOn;
  }
  return total;
}

/**
 * The clock of a review after its pauses changed: the last day moves by the days that are paused more than before. It
 * is never set anew (scenario 30). Takes the stored clock and all pauses; returns the clock to store.
 */
export function clockAfterPauses(
  clock: { dueOn: string; pausedDays: number },
  pauses: readonly Days[],
): { dueOn: string; pausedDays: number } {
  const total = pausedDays(pauses);
  return { dueOn: addDays(clock.dueOn, total - clock.pausedDays), pausedDays: total };
}

/** The pause of a hearing: its days, the last one included, are not counted (7.12, 7.29). */
export function hearingPause(heldOn: string, endedOn: string): { fromOn: string; untilOn: string } {
  return { fromOn: heldOn, untilOn: addDays(endedOn, 1) };
}
