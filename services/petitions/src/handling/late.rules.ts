import type { CaseItem } from '../cases/case.types';
import { isOver } from '../deadlines/periods.rules';

type Clocks = Pick<
  CaseItem,
  'state' | 'late' | 'routedAt' | 'routeDueOn' | 'acceptedAt' | 'acceptDueOn' | 'handleDueOn'
>;

/**
 * The last day of the clock that the next step of an item stops: handling once it is accepted; before that acceptance
 * by a unit that received it, else routing by the bureau that registered it. Null when none runs.
 */
export function runningDueOn({
  state,
  routedAt,
  routeDueOn,
  acceptedAt,
  acceptDueOn,
  handleDueOn,
}: Clocks): string | null {
  if (state === 'ACCEPTED') return handleDueOn;
  if (state !== 'REGISTERED' && state !== 'IN_HANDLING') return null;
  if (acceptDueOn !== null && acceptedAt === null) return acceptDueOn;
  return routedAt === null ? routeDueOn : null;
}

/** Whether a step done today keeps the clock it stops. */
export function isInTime(item: Clocks, today: string): boolean {
  const dueOn = runningDueOn(item);
  return dueOn === null || !isOver(dueOn, today);
}

/** The late mark after a step done today: once set it stays (PT-SUP-05). */
export function lateAfter(item: Clocks, today: string): boolean {
  return item.late || !isInTime(item, today);
}
