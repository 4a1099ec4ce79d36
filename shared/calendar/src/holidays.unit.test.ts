import { addDays } from './dates';
import type { HolidayTable } from './holidays';
import { addHolidays, addPeriod, holidaysAnnounced, holidaysKnownUntil, isWorkingDay } from './index';
import { isStatutoryHoliday } from './statutory-holidays';

/** The calendar as a process has it at its start: what one test adds is not another's. */
const fresh = () => {
  let calendar!: typeof import('./index');
  jest.isolateModules(() => {
    calendar = require('./index');
  });
  return calendar;
};
/** Days off of 2027 as a notice might set them: New Year begins in the old year, Labour Day is five days long. */
const NOTICE: HolidayTable = {
  2027: {
    holidays: [
      '2026-12-31',
      '2027-01-01',
      '2027-02-09',
      '2027-05-03',
      '2027-05-04',
      '2027-05-05',
      '2027-10-01',
    ],
    workdays: ['2027-05-08'],
  },
};

describe('a year whose notice is not out', () => {
  it.each([
    ['New Year', '2097-01-01'],
    ['the eve of Spring Festival', '2027-02-05'],
    ['Spring Festival', '2028-01-26'],
    ['its third day', '2028-01-28'],
    ['Tomb Sweeping Day', '2027-04-05'],
    ['Labour Day', '2029-05-01'],
    ['the second day of it', '2029-05-02'],
    ['Dragon Boat Festival', '2027-06-09'],
    ['Mid-Autumn', '2027-09-15'],
    ['National Day', '2029-10-03'],
  ])('has %s off by law (%s)', (_name, date) => {
    expect(isWorkingDay(date)).toBe(false);
    expect(holidaysAnnounced(Number(date.slice(0, 4)))).toBe(false);
  });

  it.each(['2027-02-09', '2027-04-06', '2029-05-03', '2029-10-04', '2027-06-08'])(
    'is worked on what only a notice could free (%s)',
    (date) => {
      expect(isWorkingDay(date)).toBe(true);
    },
  );

  it('lets a period that reaches into it end later for them', () => {
    // Spring Festival 2028 is Wednesday 26 to Friday 28 January, its eve the Tuesday.
    expect(addPeriod('2028-01-24', { amount: 1, unit: 'WORKING_DAY' })).toBe('2028-01-31');
  });

  it('frees by law only what the notices of the years that are known free too', () => {
    const wrong: string[] = [];
    // The law as it stands is of 2025; before, the eve of Spring Festival and the second of May were not always in it.
    for (let date = '2025-01-01'; date <= holidaysKnownUntil(); date = addDays(date, 1))
      if (isStatutoryHoliday(date) && isWorkingDay(date)) wrong.push(date);
    for (let date = '2008-01-01'; date < '2025-01-01'; date = addDays(date, 1)) {
      const since2025 = date.endsWith('-05-02') || isStatutoryHoliday(addDays(date, 1));
      if (isStatutoryHoliday(date) && !since2025 && isWorkingDay(date)) wrong.push(date);
    }
    expect(wrong).toEqual([]);
  });
});

describe('an operator’s table', () => {
  it('makes a year final, from its first day off in the old year to its make-up days', () => {
    const calendar = fresh();
    const free = (dates: string[]) => dates.map((date) => !calendar.isWorkingDay(date));
    expect([calendar.holidaysKnownUntil(), ...free(['2026-12-31', '2027-02-09'])]).toEqual([
      '2026-12-31',
      false,
      false,
    ]);
    calendar.addHolidays(NOTICE);
    expect([calendar.holidaysAnnounced(2027), calendar.holidaysKnownUntil()]).toEqual([true, '2027-12-31']);
    // What the notice does not name is worked, whatever the law said: it moved it.
    const days = ['2026-12-31', '2027-02-09', '2027-05-04', '2027-05-08', '2027-04-05', '2026-10-01'];
    expect(free(days)).toEqual([true, true, true, false, false, true]);
    expect(calendar.addPeriod('2027-04-30', { amount: 3, unit: 'WORKING_DAY' })).toBe('2027-05-08');
  });

  it('corrects a year that is known', () => {
    const calendar = fresh();
    calendar.addHolidays({ 2026: { holidays: ['2026-10-01', '2026-03-16'], workdays: [] } });
    const days = ['2026-03-16', '2026-10-01', '2026-10-02', '2026-09-25'];
    expect(days.map((date) => calendar.isWorkingDay(date))).toEqual([false, false, true, true]);
  });

  it.each([
    ['no table', [], 'an object'],
    ['no year', { next: NOTICE[2027] }, 'next'],
    ['no notice', { 2027: null }, 'holidays is a list'],
    ['no make-up days', { 2027: { holidays: ['2027-10-01'] } }, 'workdays is a list'],
    ['a date that is none', { 2027: { holidays: ['2027-02-30'], workdays: [] } }, '2027-02-30'],
    ['a date of another year', { 2027: { holidays: ['2028-10-01'], workdays: [] } }, '2028-10-01'],
    ['a Monday to make up', { 2027: { holidays: ['2027-10-01'], workdays: ['2027-10-04'] } }, '2027-10-04'],
    [
      'a day off and worked',
      { 2027: { holidays: ['2027-10-01', '2027-10-09'], workdays: ['2027-10-09'] } },
      '2027-10-09',
    ],
    ['half a year', { 2027: { holidays: ['2027-01-01'], workdays: [] } }, 'National Day'],
  ])('with %s is refused, and nothing of it taken', (_what, table, fault) => {
    expect(() => addHolidays(table as unknown as HolidayTable)).toThrow(fault);
    expect(holidaysKnownUntil()).toBe('2026-12-31');
  });

  it('is asked for sixty days before the known holidays end', () => {
    const calendar = fresh();
    expect(calendar.holidayWarning('2026-11-01')).toBeNull();
    expect(calendar.holidayWarning('2026-11-02')).toMatch(/until 2026-12-31 only.*2027/);
    expect(calendar.holidayWarning('2027-06-01')).not.toBeNull();
    calendar.addHolidays(NOTICE);
    expect(calendar.holidayWarning('2027-06-01')).toBeNull();
    expect(calendar.holidayWarning('2027-12-01')).toMatch(/2028/);
  });
});
