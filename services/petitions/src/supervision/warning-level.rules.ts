import { addDays, dateInShanghai } from '@junxian/calendar';
import { daysLeft } from '../deadlines/periods.rules';

/** The deadlines that are supervised (5.1). */
export const DEADLINE_KINDS = ['ROUTE', 'ACCEPT', 'RESULT', 'HANDLE', 'REVIEW', 'RE_REVIEW'] as const;
export type DeadlineKind = (typeof DEADLINE_KINDS)[number];
export type WarningLevel = 'YELLOW' | 'RED';

/** From how many days before the last day on a warning is yellow (5.1). */
export const YELLOW_DAYS: Readonly<Record<DeadlineKind, number>> = {
  ROUTE: 5,
  ACCEPT: 5,
  RESULT: 5,
  HANDLE: 10,
  REVIEW: 5,
  RE_REVIEW: 5,
};

/** The warning's level on a day for a clock that ends on `dueOn`: red once it is over, yellow shortly before, else null (5.1). */
export function warningLevel(kind: DeadlineKind, dueOn: string, day: string): WarningLevel | null {
  const left = daysLeft(dueOn, day);
  if (left < 0) return 'RED';
  return left <= YELLOW_DAYS[kind] ? 'YELLOW' : null;
}

/** Clocks of a kind that end after this day have no warning yet. */
export function lastWarnedDay(kind: DeadlineKind, day: string): string {
  return addDays(day, YELLOW_DAYS[kind]);
}

const SEVERITY = { none: 0, YELLOW: 1, RED: 2 } as const;

/** Whether a change of level is one to tell of: only upwards; a clock that was extended lowers it in silence. */
export function isRaised(from: WarningLevel | null, to: WarningLevel | null): boolean {
  return SEVERITY[to ?? 'none'] > SEVERITY[from ?? 'none'];
}

const SIX_HOURS = 6 * 3_600_000;

/** The day whose run of 06:00 in China was the last to come due: today, before six o'clock yesterday. Rule: PT-SUP-01. */
export function supervisionDay(now: Date): string {
  return dateInShanghai(new Date(now.getTime() - SIX_HOURS));
}
