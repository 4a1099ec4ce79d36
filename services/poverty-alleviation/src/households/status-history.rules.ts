/** The first year whose page shows the status history (PA-HH-02). */
const FIRST_YEAR_WITH_HISTORY = 2016;

/**
 * What the page of a year shows of a status history: the lines up to that year; null on the pages of 2014 and 2015,
 * which have no such view (PA-HH-02).
 */
export function historyOnPage<Line extends { year: number }>(
  year: number,
  history: readonly Line[],
): Line[] | null {
  return year < FIRST_YEAR_WITH_HISTORY ? null : history.filter((line) => line.year <= year);
}
