import { addDays } from '@junxian/calendar';
import type { CaseItem, OrgTask } from '../cases/case.types';
import { isOpen } from '../cases/case-state.rules';
import { isOver } from '../deadlines/periods.rules';

export type DeadlineKind = 'ROUTE' | 'ACCEPT' | 'HANDLE' | 'RESULT';
export type Urgency = 'NONE' | 'NEAR_DUE' | 'OVERDUE';

/** Days left at which a clock is shown yellow (catalogue 5.1). */
export const NEAR_DUE_DAYS: Readonly<Record<DeadlineKind, number>> = {
  ROUTE: 5,
  ACCEPT: 5,
  RESULT: 5,
  HANDLE: 10,
};

export interface RunningClock {
  kind: DeadlineKind;
  dueOn: string;
}

type Clocks = Pick<
  CaseItem,
  'state' | 'routedAt' | 'routeDueOn' | 'acceptedAt' | 'acceptDueOn' | 'handleDueOn'
>;

/** The clock that runs for whoever has the custody of an item, or null. Rule: catalogue 5.1. */
export function clockOfItem(item: Clocks): RunningClock | null {
  if (item.state === 'ACCEPTED')
    return item.handleDueOn === null ? null : { kind: 'HANDLE', dueOn: item.handleDueOn };
  if (item.state !== 'REGISTERED' && item.state !== 'IN_HANDLING') return null;
  if (item.acceptDueOn !== null)
    return item.acceptedAt === null ? { kind: 'ACCEPT', dueOn: item.acceptDueOn } : null;
  return item.routedAt === null ? { kind: 'ROUTE', dueOn: item.routeDueOn } : null;
}

/** The clocks that press a task: the item's while it has the custody, and the date of the result owed or awaited, until the item is completed (PT-SUP-05). */
export function clocksOfTask(
  task: Pick<OrgTask, 'custody' | 'state' | 'resultDueOn'>,
  item: Clocks,
): RunningClock[] {
  const clocks: RunningClock[] = [];
  const own = task.custody ? clockOfItem(item) : null;
  if (own !== null) clocks.push(own);
  if (task.resultDueOn !== null && isOpen(item.state) && (task.custody || task.state === 'AWAITING_RESULT'))
    clocks.push({ kind: 'RESULT', dueOn: task.resultDueOn });
  return clocks;
}

/** The worst of some clocks today. */
export function urgencyOf(clocks: readonly RunningClock[], today: string): Urgency {
  if (clocks.some(({ dueOn }) => isOver(dueOn, today))) return 'OVERDUE';
  return clocks.some(({ kind, dueOn }) => dueOn <= addDays(today, NEAR_DUE_DAYS[kind])) ? 'NEAR_DUE' : 'NONE';
}

/** SQL of {@link clockOfItem}'s due date for the alias `c`; null when no clock runs. */
export const CLOCK_OF_ITEM = `CASE
  WHEN c.state = 'ACCEPTED' THEN c.handle_due_on
  WHEN c.state NOT IN ('REGISTERED', 'IN_HANDLING') THEN NULL
  WHEN c.accept_due_on IS NOT NULL THEN CASE WHEN c.accepted_at IS NULL THEN c.accept_due_on END
  WHEN c.routed_at IS NULL THEN c.route_due_on END`;

/** SQL of {@link clocksOfTask}'s date of a result for the aliases `t` and `c`. */
export const RESULT_CLOCK = `CASE WHEN c.outcome IS NULL AND (t.custody OR t.state = 'AWAITING_RESULT') THEN t.result_due_on END`;
