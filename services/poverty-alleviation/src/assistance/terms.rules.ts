import { isCalendarDate } from '@junxian/calendar';
import { type Bilingual, Refusal, refuse } from '@junxian/errors';

/** How long a pairing is in force: from its first day to the day before `endDate`; without one until further notice. */
export interface Term {
  startDate: string;
  endDate: string | null;
}

/** Whether one of the terms holds during the whole of another. Rule: PA-HH-03. */
export function coversTerm(terms: readonly Term[], { startDate, endDate }: Term): boolean {
  return terms.some(
    (term) =>
      term.startDate <= startDate && (term.endDate === null || (endDate !== null && endDate <= term.endDate)),
  );
}

/** Whether a pairing was in force on some day of a year. */
export function isInForceDuring({ startDate, endDate }: Term, year: number): boolean {
  return (
    startDate <= `${year}-12-31` && (endDate === null || (endDate > `${year}-01-01` && endDate > startDate))
  );
}

/** The day as of which a year's data set tells who has a helper, the last on which a pairing may begin there: its last day, or today while it runs. */
export function referenceDay(year: number, today: string): string {
  const yearEnd = `${year}-12-31`;
  return today < yearEnd ? today : yearEnd;
}

/** The first day that a term may have; nobody was paired before the poverty-alleviation files of the nineties. */
const EARLIEST = '1990-01-01';

/**
 * The faults of a pairing's dates, empty for none: dates that exist, the first not after `latest` (the year's end or
 * today), the end not before the beginning and not in the future.
 */
export function termFaults(
  { startDate, endDate }: Term,
  { latest, today }: { latest: string; today: string },
): Refusal[] {
  const faults: Refusal[] = [];
  if (!isCalendarDate(startDate) || startDate < EARLIEST || startDate > latest) {
    faults.push(invalidDate('startDate', latest));
  }
  if (endDate !== null) {
    if (!isCalendarDate(endDate) || endDate > today) faults.push(invalidDate('endDate', today));
    else if (endDate < startDate) {
      faults.push(
        refuse.invalid('endDate', {
          zh: '解除日期不能早于结对日期，请修改其中一项',
          en: 'A pairing cannot end before it begins; correct one of the dates',
        }),
      );
    }
  }
  return faults;
}

const invalidDate = (field: string, latest: string): Refusal =>
  refuse.invalid(field, {
    zh: `请填写 ${EARLIEST} 至 ${latest} 之间的日期，例如 ${latest}`,
    en: `Enter a date from ${EARLIEST} to ${latest}, for example ${latest}`,
  });

const UNIT_NOT_PAIRED: Bilingual = {
  zh: '责任人所在的帮扶单位在此期间未与该户所在村结对；请先将该单位与该村结对（或核对日期），再安排责任人',
  en: 'The helper’s unit is not paired with the household’s village during this time; pair the unit with the village first, or check the dates',
};

/** The refusal of a helper whose unit does not help the household's village (PA-HH-03); `field` names what of the form is at fault. */
export const unitNotPaired = (field: 'helperId' | 'startDate'): Refusal =>
  new Refusal('UNIT_NOT_PAIRED', UNIT_NOT_PAIRED, { field });
