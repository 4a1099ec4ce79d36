const DAY = 86_400_000;
const SHANGHAI = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

const CLOCK = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** Date (`YYYY-MM-DD`) that the calendar on a wall in China shows at an instant. */
export function dateInShanghai(instant: Date): string {
  return SHANGHAI.format(instant);
}

/** An instant as a wall clock in China shows it: `2026-03-01 14:00:00`. */
export function dateTimeInShanghai(instant: Date): string {
  return CLOCK.format(instant);
}

/** The instant at which a date begins in China. Throws a RangeError for anything but a date. */
export function startOfDayInShanghai(date: string): Date {
  checkDate(date);
  const start = new Date(`${date}T00:00:00+08:00`);
  // China kept summer time from 1986 to 1991; such a day begins an hour earlier.
  const hourBefore = new Date(start.getTime() - 3_600_000);
  return dateInShanghai(hourBefore) === date ? hourBefore : start;
}

/** Whether a text is a date that exists, written `YYYY-MM-DD`. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The date a number of calendar days later (earlier when negative). Throws a RangeError for a bad date. */
export function addDays(date: string, days: number): string {
  return new Date(dayNumber(date) * DAY + days * DAY).toISOString().slice(0, 10);
}

/**
 * The same day of the month a number of months later, or the month's last day where it has no such
 * day (Civil Code §202). Throws a RangeError for a bad date.
 */
export function addMonths(date: string, months: number): string {
  checkDate(date);
  const [year, month, day] = parts(date);
  const lastDay = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastDay))).toISOString().slice(0, 10);
}

/** Calendar days from one date to another: 1 from a day to the next, negative backwards. */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from);
}

function parts(date: string): [year: number, month: number, day: number] {
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
}

function dayNumber(date: string): number {
  checkDate(date);
  return Date.parse(`${date}T00:00:00Z`) / DAY;
}

function checkDate(date: string): void {
  if (!isCalendarDate(date)) throw new RangeError(`Not a date of the form YYYY-MM-DD: ${date}`);
}
