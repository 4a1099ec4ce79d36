import { addPeriod, daysBetween } from '@junxian/calendar';

/** The statutory periods 法定期限 that configuration holds (table `period`). */
export const PERIOD_KINDS = [
  'ROUTE',
  'ACCEPT',
  'HANDLE',
  'EXTENSION',
  'REVIEW_REQUEST',
  'REVIEW',
  'SUPPLEMENT',
  'DEFENCE',
  'RETURN',
  'REMINDER_ANSWER',
  'EVALUATION_FIRST',
  'EVALUATION_SECOND',
] as const;
export type PeriodKind = (typeof PERIOD_KINDS)[number];

export interface ConfiguredPeriod {
  amount: number;
  unit: 'CALENDAR_DAY' | 'WORKING_DAY' | 'MONTH';
  endsOnWorkingDay: boolean;
}

/**
 * The last day of a period: day 1 is the day after the trigger, the last day ends at 24:00 in China (catalogue 3).
 * Takes the date of the trigger; returns a date. It is stored when the clock starts, and never computed again.
 */
export function lastDay(period: ConfiguredPeriod, triggeredOn: string): string {
  return addPeriod(triggeredOn, period);
}

/** Whether a period that ends on `dueOn` is over. */
export function isOver(dueOn: string, today: string): boolean {
  return today > dueOn;
}

/** Days left: 0 on the last day, negative when overdue. */
export function daysLeft(dueOn: string, today: string): number {
  return daysBetween(today, dueOn);
}
