export * from './clock';
export {
  addDays,
  addMonths,
  dateInShanghai,
  dateTimeInShanghai,
  daysBetween,
  isCalendarDate,
  startOfDayInShanghai,
} from './dates';
export {
  addHolidays,
  checkHolidayTable,
  type HolidayNotice,
  type HolidayTable,
  holidaysAnnounced,
  holidaysKnownUntil,
  holidayWarning,
  isWorkingDay,
} from './holidays';
export * from './periods';
