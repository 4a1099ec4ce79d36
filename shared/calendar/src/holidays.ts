import notices from 'chinese-days/dist/chinese-days.json';
import { addDays, daysBetween, isCalendarDate } from './dates';
import { isStatutoryHoliday } from './statutory-holidays';

/** What the State Council's yearly notice 节假日安排 says of a year: days off, and weekend days that are worked instead. */
export interface HolidayNotice {
  holidays: readonly string[];
  workdays: readonly string[];
}

/** Notices by year, as an operator gives them: `{"2027": {"holidays": ["2027-01-01", …], "workdays": ["2027-02-14", …]}}`. */
export type HolidayTable = Readonly<Record<string, HolidayNotice>>;

/** The first year of which the library knows the notice. */
const FIRST_YEAR = 2004;
/** So long before the table ends it is said that it does: the next notice comes out in November. */
const WARN_DAYS = 60;

// The library's data, not its functions: those read days in the machine's time zone and are wrong west of UTC.
const daysOff = new Set(Object.keys(notices.holidays));
const makeUpDays = new Set(Object.keys(notices.workdays));

/**
 * Checks a table of an operator's. Throws a RangeError that names the fault: a year that is none, a date that is none or of another year, a weekday
 * to be worked instead, a day both off and worked, a year without National Day.
 */
export function checkHolidayTable(table: unknown): HolidayTable {
  if (!isRecord(table)) throw new RangeError('A holiday table is an object with a notice for each year');
  for (const [year, notice] of Object.entries(table)) {
    if (!/^20\d\d$/.test(year)) throw new RangeError(`${year}: not a year of this century`);
    const { holidays, workdays } = isRecord(notice) ? notice : {};
    for (const [name, days] of Object.entries({ holidays, workdays })) {
      if (!Array.isArray(days)) throw new RangeError(`${year}: ${name} is a list of dates`);
      for (const day of days) checkDay(year, name, day);
    }
    const worked = new Set(workdays as string[]);
    const both = (holidays as string[]).find((day) => worked.has(day));
    if (both !== undefined) throw new RangeError(`${year}: ${both} cannot be off and worked`);
    if (!(holidays as string[]).includes(`${year}-10-01`))
      throw new RangeError(`${year}: National Day (${year}-10-01) is missing`);
  }
  return table as HolidayTable;
}

function checkDay(year: string, name: string, day: unknown): void {
  if (typeof day !== 'string' || !isCalendarDate(day))
    throw new RangeError(`${year}: ${name} holds ${JSON.stringify(day)}, which is not a date YYYY-MM-DD`);
  // A New Year's notice may begin in the last days of the year before.
  if (!day.startsWith(year) && !day.startsWith(`${Number(year) - 1}-12`))
    throw new RangeError(`${year}: ${day} is not of that year`);
  if (name === 'workdays' && !isWeekend(day))
    throw new RangeError(`${year}: ${day} is no weekend day, so it is no make-up working day`);
}

/**
 * Takes notices of an operator's into account from now on, for the whole process; a year that was known already is replaced. For the wiring, once,
 * before anything is counted. Throws as {@link checkHolidayTable}.
 */
export function addHolidays(table: HolidayTable): void {
  for (const [year, { holidays, workdays }] of Object.entries(checkHolidayTable(table))) {
    for (const known of [daysOff, makeUpDays])
      for (const day of known) if (day.startsWith(year)) known.delete(day);
    for (const day of holidays) daysOff.add(day);
    for (const day of workdays) makeUpDays.add(day);
  }
}

/** Whether the State Council's holiday notice for a year is known, so working days in it are final. */
export function holidaysAnnounced(year: number): boolean {
  return daysOff.has(`${year}-10-01`);
}

/** The last day until which every year's notice is known. What is counted beyond it is provisional. */
export function holidaysKnownUntil(): string {
  let year = FIRST_YEAR;
  while (holidaysAnnounced(year + 1)) year += 1;
  return `${year}-12-31`;
}

/** What to tell whoever runs the system when the known holidays end soon or have ended; null while there is time. */
export function holidayWarning(today: string): string | null {
  const until = holidaysKnownUntil();
  if (daysBetween(today, until) >= WARN_DAYS) return null;
  return `holidays and make-up working days are known until ${until} only: from then on working days are counted with the statutory holidays alone. Give the State Council's notice for ${Number(until.slice(0, 4)) + 1} by HOLIDAYS_FILE`;
}

/**
 * Whether people work on a date in China: weekdays but holidays, and the make-up working days (调休) of the yearly notices. In a year whose notice is not
 * out yet the statutory holidays are free by law; the days moved around them are not known, so what is counted over such a year is provisional.
 * Throws a RangeError for a bad date.
 */
export function isWorkingDay(date: string): boolean {
  const day = addDays(date, 0);
  if (makeUpDays.has(day)) return true;
  if (isWeekend(day) || daysOff.has(day)) return false;
  const year = Number(day.slice(0, 4));
  return holidaysAnnounced(year) || year < FIRST_YEAR || !isStatutoryHoliday(day);
}

function isWeekend(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
