import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { noCycle, type SurveyYear, yearFault } from './year-turn.rules';

export type { SurveyYear } from './year-turn.rules';

const SELECT = `SELECT year, is_current_cycle AS "isCurrentCycle", editable, pairing_open AS "pairingOpen",
  poverty_line AS "povertyLine", has_county AS "hasCounty", has_natural_village AS "hasNaturalVillage", closed_at AS "closedAt",
  EXISTS (SELECT FROM year_opening o WHERE o.source_year = survey_year.year AND o.finished_at IS NULL) AS "isBeingCopied",
  EXISTS (SELECT FROM year_opening o WHERE o.year = survey_year.year AND o.finished_at IS NULL) AS "isBeingOpened",
  EXISTS (SELECT FROM year_count c WHERE c.year = survey_year.year) AS "isBeingCounted", version
  FROM survey_year`;

/** All year-end data sets, the oldest first. */
export function surveyYears(tx: ScopedTransaction): Promise<SurveyYear[]> {
  return tx.query<SurveyYear>(`${SELECT} ORDER BY year`);
}

/** A year-end data set; throws INVALID_INPUT, naming `field`, when there is none of that year. */
export async function surveyYear(tx: ScopedTransaction, year: number, field = 'year'): Promise<SurveyYear> {
  const [found] = await tx.query<SurveyYear>(`${SELECT} WHERE year = $1`, [year]);
  if (found) return found;
  throw new Refusal(
    'INVALID_INPUT',
    {
      zh: '没有该年度的数据，请选择已开放的年度',
      en: 'There is no data set of this year; choose one that was opened',
    },
    { field },
  );
}

/**
 * A year-end data set that may be changed (PA-YR-03), and that nobody closes before this transaction ends.
 * Throws INVALID_INPUT for an unknown year, YEAR_CLOSED for a closed one.
 */
export async function editableYear(tx: ScopedTransaction, year: number, field = 'year'): Promise<SurveyYear> {
  await holdYears(tx);
  const found = await surveyYear(tx, year, field);
  const fault = yearFault(found, field);
  if (fault !== null) throw fault;
  return found;
}

/**
 * The year in which something that belongs to a year may still be entered: that year, or once it is closed the first open one after
 * it; nobody closes it before this transaction ends. Throws as {@link editableYear} does, YEAR_CLOSED where no later year is open.
 */
export async function editableFrom(tx: ScopedTransaction, year: number, field = 'year'): Promise<SurveyYear> {
  await holdYears(tx);
  const open = (await surveyYears(tx)).find((one) => one.year >= year && (one.editable || one.isBeingOpened));
  return editableYear(tx, open?.year ?? year, field);
}

/** The year of the current cycle of dynamic management (PA-YR-06), open for changes; throws YEAR_CLOSED otherwise. */
export async function currentCycle(tx: ScopedTransaction): Promise<SurveyYear> {
  await holdYears(tx);
  const [cycle] = await tx.query<SurveyYear>(`${SELECT} WHERE is_current_cycle`);
  const fault = cycle === undefined ? noCycle() : yearFault(cycle);
  if (fault !== null) throw fault;
  return cycle!;
}

/** Advisory lock: whoever opens or closes a year holds it alone, whoever writes data of a year shares it. */
export const SURVEY_YEARS_LOCK = `hashtext('junxian.survey-years')`;

/** Until the transaction ends no year is opened or closed. */
export async function holdYears(tx: ScopedTransaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${SURVEY_YEARS_LOCK})`);
}
