import { getYearLeapMonth, monthDays } from 'chinese-days';
import { addDays } from './dates';

const FIXED = ['01-01', '05-01', '05-02', '10-01', '10-02', '10-03'];
/** Spring Festival 春节 of a year, from which the lunar calendar is counted on; the library's tables end with 2100. */
const BASE = { year: 2004, springFestival: '2004-01-22' };
const LAST_LUNAR_YEAR = 2099;

const years = new Map<number, ReadonlySet<string>>();

/**
 * Whether a date from 2004 on is free by law for all, whatever a year's notice moves around it: 全国年节及纪念日放假办法 as in force since 2025 (New Year 1
 * day, Spring Festival 4 with its eve, Tomb Sweeping 1, Labour Day 2, Dragon Boat 1, Mid-Autumn 1, National Day 3). After 2099 those of the
 * solar calendar alone.
 */
export function isStatutoryHoliday(date: string): boolean {
  const year = Number(date.slice(0, 4));
  const known = years.get(year) ?? new Set([...FIXED.map((day) => `${year}-${day}`), ...movable(year)]);
  years.set(year, known);
  return known.has(date);
}

function movable(year: number): string[] {
  if (year > LAST_LUNAR_YEAR) return [];
  const newYear = springFestival(year);
  return [
    addDays(newYear, -1),
    newYear,
    addDays(newYear, 1),
    addDays(newYear, 2),
    tombSweeping(year),
    addDays(newYear, daysBefore(year, 5) + 4),
    addDays(newYear, daysBefore(year, 8) + 14),
  ];
}

/** The first day of a lunar year. The library's tables, not its dates: those depend on the machine's time zone. */
function springFestival(lunarYear: number): string {
  let date = BASE.springFestival;
  for (let year = BASE.year; year < lunarYear; year += 1) date = addDays(date, daysBefore(year, 13));
  return date;
}

/** Days of a lunar year before a month of it; a leap month follows the month it repeats. */
function daysBefore(lunarYear: number, month: number): number {
  const { leapMonth, days } = getYearLeapMonth(lunarYear);
  let total = leapMonth !== undefined && leapMonth < month ? days : 0;
  for (let earlier = 1; earlier < month; earlier += 1) total += monthDays(lunarYear, earlier);
  return total;
}

/** 清明, the solar term at 15° of the sun; the usual formula holds for 2000–2099. */
function tombSweeping(year: number): string {
  const y = year % 100;
  const day = Math.floor(y * 0.2422 + 4.81) - Math.floor(y / 4);
  return `${year}-04-${String(day).padStart(2, '0')}`;
}
