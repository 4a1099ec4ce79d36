import {
  addDays,
  addMonths,
  addPeriod,
  dateInShanghai,
  daysBetween,
  holidaysAnnounced,
  holidaysKnownUntil,
  isCalendarDate,
  isWorkingDay,
  ManualClock,
  startOfDayInShanghai,
  systemClock,
  workingDaysBetween,
} from './index';

describe('dates in China', () => {
  it.each([
    ['2018-02-28T15:59:59.999Z', '2018-02-28'],
    ['2018-02-28T16:00:00.000Z', '2018-03-01'],
    ['2024-12-31T16:00:00Z', '2025-01-01'],
  ])('at %s it is %s', (instant, date) => {
    expect(dateInShanghai(new Date(instant))).toBe(date);
  });

  it.each([
    ['2018-03-01', '2018-02-28T16:00:00.000Z'],
    ['1988-07-01', '1988-06-30T15:00:00.000Z'],
    ['1949-10-01', '1949-09-30T16:00:00.000Z'],
  ])('%s begins at %s', (date, instant) => {
    const start = startOfDayInShanghai(date);
    expect(start.toISOString()).toBe(instant);
    expect(dateInShanghai(new Date(start.getTime() - 1))).toBe(addDays(date, -1));
  });

  it.each([
    ['2024-02-29', true],
    ['2023-02-29', false],
    ['2024-13-01', false],
    ['2024-1-1', false],
    ['2024-01-01T00:00:00Z', false],
    ['', false],
  ])('%s is a date: %s', (text, expected) => {
    expect(isCalendarDate(text)).toBe(expected);
  });

  it('counts days and months', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2);
    expect(daysBetween('2024-03-01', '2024-02-28')).toBe(-2);
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
    expect(addMonths('2023-11-30', 3)).toBe('2024-02-29');
    expect(addMonths('2024-03-31', -1)).toBe('2024-02-29');
    expect(() => addDays('2024-02-30', 1)).toThrow(RangeError);
    expect(() => startOfDayInShanghai('tomorrow')).toThrow(RangeError);
  });
});

describe('clocks', () => {
  it('stand still, jump and move on', () => {
    const clock = new ManualClock('2024-02-29T23:59:59+08:00');
    expect(clock.today()).toBe('2024-02-29');
    clock.advance(1000);
    expect(clock.today()).toBe('2024-03-01');
    clock.set('2018-03-01T00:00:00+08:00');
    expect(clock.now().toISOString()).toBe('2018-02-28T16:00:00.000Z');
    expect(() => clock.set('2018-03-01T00:00:00')).toThrow(RangeError);
  });

  it('follow the machine otherwise', () => {
    expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1000);
    expect([dateInShanghai(new Date()), dateInShanghai(new Date(Date.now() - 1000))]).toContain(
      systemClock.today(),
    );
  });
});

describe('working days', () => {
  // National Day 2024: off 1–7 October, work on Sunday 29 September and Saturday 12 October.
  // Spring Festival 2024: off 10–17 February, work on Sundays 4 and 18 February.
  it.each([
    ['2024-09-28', false],
    ['2024-09-29', true],
    ['2024-09-30', true],
    ['2024-10-01', false],
    ['2024-10-07', false],
    ['2024-10-08', true],
    ['2024-10-12', true],
    ['2024-10-13', false],
    ['2024-02-04', true],
    ['2024-02-09', true],
    ['2024-02-10', false],
    ['2024-02-17', false],
    ['2024-02-18', true],
  ])('%s is one: %s', (date, expected) => {
    expect(isWorkingDay(date)).toBe(expected);
  });

  it('know which years are announced', () => {
    expect(holidaysAnnounced(2024)).toBe(true);
    expect(holidaysAnnounced(2003)).toBe(false);
    expect(holidaysAnnounced(2090)).toBe(false);
    expect(holidaysKnownUntil()).toMatch(/^20\d\d-12-31$/);
    expect(holidaysAnnounced(Number(holidaysKnownUntil().slice(0, 4)))).toBe(true);
  });

  it.each([
    ['2024-09-27', '2024-10-08', 3],
    ['2024-09-30', '2024-10-08', 1],
    ['2024-09-30', '2024-10-07', 0],
    ['2024-10-08', '2024-09-27', -3],
    ['2024-02-09', '2024-02-19', 2],
  ])('between %s and %s there are %i', (from, to, expected) => {
    expect(workingDaysBetween(from, to)).toBe(expected);
  });
});

describe('statutory periods', () => {
  it.each([
    ['2024-09-27', { amount: 15, unit: 'CALENDAR_DAY' as const }, '2024-10-12'],
    ['2024-09-27', { amount: 3, unit: 'WORKING_DAY' as const }, '2024-10-08'],
    ['2024-09-30', { amount: 5, unit: 'WORKING_DAY' as const }, '2024-10-12'],
    ['2024-02-09', { amount: 1, unit: 'WORKING_DAY' as const }, '2024-02-18'],
    ['2024-10-05', { amount: 0, unit: 'WORKING_DAY' as const }, '2024-10-05'],
    ['2024-01-31', { amount: 1, unit: 'MONTH' as const }, '2024-02-29'],
    ['2024-08-31', { amount: 6, unit: 'MONTH' as const }, '2025-02-28'],
    ['2024-09-01', { amount: 1, unit: 'MONTH' as const, endsOnWorkingDay: true }, '2024-10-08'],
    ['2024-09-21', { amount: 10, unit: 'CALENDAR_DAY' as const, endsOnWorkingDay: true }, '2024-10-08'],
    ['2024-09-19', { amount: 10, unit: 'CALENDAR_DAY' as const, endsOnWorkingDay: true }, '2024-09-29'],
  ])('from %s, %j end on %s', (start, period, end) => {
    expect(addPeriod(start, period)).toBe(end);
  });

  it('take whole amounts and real dates only', () => {
    expect(() => addPeriod('2024-01-01', { amount: 1.5, unit: 'MONTH' })).toThrow(RangeError);
    expect(() => addPeriod('2024-01-01', { amount: -1, unit: 'CALENDAR_DAY' })).toThrow(RangeError);
    expect(() => addPeriod('2024-02-30', { amount: 1, unit: 'WORKING_DAY' })).toThrow(RangeError);
  });

  it('are undone by counting working days', () => {
    for (let amount = 0; amount < 300; amount += 7) {
      expect(workingDaysBetween('2024-01-03', addPeriod('2024-01-03', { amount, unit: 'WORKING_DAY' }))).toBe(
        amount,
      );
    }
  });
});
