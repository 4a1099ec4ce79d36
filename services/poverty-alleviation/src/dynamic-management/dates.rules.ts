import { isCalendarDate } from '@junxian/calendar';
import { type Refusal, refuse } from '@junxian/errors';

/** Whether a text is a month, YYYY-MM. */
export function isCalendarMonth(text: string): boolean {
  return isCalendarDate(`${text}-01`);
}

/**
 * The refusal of a day on which a change cannot have happened, or null: a change of a cycle happens in its year, and
 * not in the future.
 */
export function checkChangeDate(date: string, today: string, cycle: number, field: string): Refusal | null {
  if (isCalendarDate(date) && date.slice(0, 4) === String(cycle) && date <= today) return null;
  return refuse.invalid(field, {
    zh: `变更日期应为 ${cycle} 年内、今天或以前的日期，格式为 YYYY-MM-DD`,
    en: `The day of the change lies in ${cycle} and not in the future, written YYYY-MM-DD`,
  });
}
