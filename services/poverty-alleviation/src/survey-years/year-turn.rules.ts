import { Refusal, refuse } from '@junxian/errors';
import { isDecimal, toHundredths } from '../households/income.rules';

/** A year-end data set 年度 (catalogue 2.3). */
export interface SurveyYear {
  year: number;
  isCurrentCycle: boolean;
  /** Whether the year's data may be changed (PA-YR-03). */
  editable: boolean;
  /** Whether helpers may be paired in it. */
  pairingOpen: boolean;
  /** Yuan per person and year, two decimals; null where none was set. */
  povertyLine: string | null;
  hasCounty: boolean;
  hasNaturalVillage: boolean;
  /** When it was closed for good, or null. */
  closedAt: Date | null;
  /** Whether its data are being copied into the next year; until that is done they stand still (PA-YR-07). */
  isBeingCopied: boolean;
  /** Whether the data of the year before are being copied into it; until that is done it may not be changed. */
  isBeingOpened: boolean;
  /** Whether its statistics are being counted from the rows; until that is done some things are missing in them. */
  isBeingCounted: boolean;
  version: number;
}

/**
 * Decides whether a year's data may be changed now (PA-YR-03). Takes the year and the argument to name; returns null, or the
 * refusal YEAR_CLOSED, which says what to wait for, or where to go.
 */
export function yearFault(
  {
    year,
    editable,
    isCurrentCycle,
    isBeingCopied,
    isBeingOpened,
  }: Pick<SurveyYear, 'year' | 'editable' | 'isCurrentCycle' | 'isBeingCopied' | 'isBeingOpened'>,
  field?: string,
): Refusal | null {
  const fault = (zh: string, en: string) => new Refusal('YEAR_CLOSED', { zh, en }, { field });
  if (isBeingCopied || isBeingOpened) {
    const source = isBeingCopied ? year : year - 1;
    return fault(
      `${source} 年度的数据正在结转到下一年度，请几分钟后再试`,
      `The data of ${source} are being copied into the next year; try again in a few minutes`,
    );
  }
  if (editable) return null;
  if (isCurrentCycle) {
    return fault(
      `${year} 年度已关闭，不再修改；请待系统管理员开放 ${year + 1} 年度后办理`,
      `The year ${year} is closed for good; make the change once the system administrator has opened ${year + 1}`,
    );
  }
  return fault(
    `${year} 年度已关闭，不再修改；请在未关闭的年度办理`,
    `The year ${year} is closed for good; make the change in a year that is open`,
  );
}

/** The refusal of whatever writes the current cycle while no year is it. */
export const noCycle = (): Refusal =>
  new Refusal('YEAR_CLOSED', {
    zh: '尚未开放动态管理年度，请联系系统管理员',
    en: 'There is no cycle of dynamic management yet; ask the system administrator to open one',
  });

/** A new year as it is asked for. */
export interface OpenYearInput {
  year: number;
  povertyLine?: string | null | undefined;
}

/**
 * Checks that a year may be opened: the one after the current cycle, with a poverty line above zero if one is given; none is
 * being opened now. Throws INVALID_INPUT with all faults, or STATE_CONFLICT.
 */
export function checkOpening(
  { year, povertyLine }: OpenYearInput,
  cycle: Pick<SurveyYear, 'year'>,
  isOpening: boolean,
): void {
  const faults: Refusal[] = [];
  if (year !== cycle.year + 1) {
    faults.push(
      refuse.invalid('input.year', {
        zh: `当前年度为 ${cycle.year}，只能开放 ${cycle.year + 1} 年度`,
        en: `The current cycle is ${cycle.year}; the year to open is ${cycle.year + 1}`,
      }),
    );
  }
  if (povertyLine != null && !isLine(povertyLine)) {
    faults.push(
      refuse.invalid('input.povertyLine', {
        zh: '请填写大于 0、不超过 99999999.99、最多两位小数的贫困线（元），例如 3300.00',
        en: 'Enter a poverty line (yuan) above 0 and up to 99999999.99 with at most two decimals, for example 3300.00',
      }),
    );
  }
  if (faults.length > 0) throw Refusal.many(faults);
  if (isOpening) {
    throw conflict({
      zh: '上一次结转尚未完成，请待其完成后再开放新年度',
      en: 'The copy into the year opened last is not complete; wait for it',
    });
  }
}

function isLine(text: string): boolean {
  return isDecimal(text) && toHundredths(text) > 0n && toHundredths(text) <= 99_999_999_99n;
}

/**
 * Checks that a year may be closed: it is open, nothing of it is being copied, and all `years` before it are closed and their money
 * carried over. Years close in order, so that what a closed one begins with stands still: its carry-in (PA-FD-06), its opening of
 * the net decrease (PA-ST-12). Throws STATE_CONFLICT.
 */
export function checkClosing(
  { editable, closedAt, isBeingCopied, year }: SurveyYear,
  years: readonly Pick<SurveyYear, 'year' | 'closedAt'>[],
): void {
  if (closedAt !== null) {
    throw conflict({
      zh: `${year} 年度已关闭，无需重复操作`,
      en: `The data set of ${year} is closed already`,
    });
  }
  if (isBeingCopied || !editable) {
    throw conflict({
      zh: '年度结转正在进行，请待其完成后再关闭',
      en: 'The copy from or into this year is not complete; wait for it',
    });
  }
  const earlier = years.filter((one) => one.year < year && one.closedAt === null).map((one) => one.year);
  if (earlier.length > 0) {
    const first = Math.min(...earlier);
    throw conflict({
      zh: `各年度由早到晚依次关闭，${first} 年度尚未关闭；请先关闭 ${first} 年度，并待其资金结转完成`,
      en: `Years close in order and ${first} is not closed; close ${first} first and wait until its money is carried over`,
    });
  }
}

function conflict(text: { zh: string; en: string }): Refusal {
  return new Refusal('STATE_CONFLICT', text, { field: 'year' });
}
