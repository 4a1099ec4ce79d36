import { addDays, addMonths, daysBetween } from './dates';
import { isWorkingDay } from './holidays';

/** 自然日 / 工作日 / 月. */
export type PeriodUnit = 'CALENDAR_DAY' | 'WORKING_DAY' | 'MONTH';

export interface Period {
  amount: number;
  unit: PeriodUnit;
  /** Whether a period that ends on a day off ends on the next working day instead (Civil Code §203). */
  endsOnWorkingDay?: boolean;
}

/**
 * Last day of a statutory period. The day it starts from is not counted (Civil Code §201): one
 * calendar day from the 1st ends on the 2nd. Beyond `holidaysKnownUntil` working days are provisional.
 * Throws a RangeError for a bad date, or an amount that is no whole number from 0 upwards.
 */
export function addPeriod(startDate: string, period: Period): string {
  if (!Number.isInteger(period.amount) || period.amount < 0) {
    throw new RangeError(`A period takes a whole number from 0 upwards, not ${period.amount}`);
  }
  const end = unextended(startDate, period);
  return period.endsOnWorkingDay === true ? firstWorkingDayFrom(end) : end;
}

/** Working days after `from` up to and including `to`; negative backwards. */
export function workingDaysBetween(from: string, to: string): number {
  if (daysBetween(from, to) < 0) return -workingDaysBetween(to, from);
  let count = 0;
  for (let date = from; date < to; ) {
    date = addDays(date, 1);
    if (isWorkingDay(date)) count++;
  }
  return count;
}

function unextended(startDate: string, { amount, unit }: Period): string {
  switch (unit) {
    case 'CALENDAR_DAY':
      return addDays(startDate, amount);
    case 'MONTH':
      return addMonths(startDate, amount);
    case 'WORKING_DAY':
      return addWorkingDays(startDate, amount);
  }
}

function addWorkingDays(startDate: string, amount: number): string {
  let date = addDays(startDate, 0);
  for (let left = amount; left > 0; ) {
    date = addDays(date, 1);
    if (isWorkingDay(date)) left--;
  }
  return date;
}

function firstWorkingDayFrom(date: string): string {
  let candidate = date;
  while (!isWorkingDay(candidate)) candidate = addDays(candidate, 1);
  return candidate;
}
