export * from './clock';
export {
  addDays,
  addMonths,
  dateInShanghai,
  daysBetween,
  isCalendarDate,
  startOfDayInShanghai,
} from './dates';
export * from './periods';
