import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { SurveyYear } from './year-turn.rules';

export type { SurveyYear } from './year-turn.rules';

const SELECT = `SELECT year, is_current_cycle AS "isCurrentCycle", editable, pairing_open AS "pairingOpen",
  poverty_line AS "povertyLine", has_county AS "hasCounty", has_natural_village AS "hasNaturalVillage", closed_at AS "closedAt",
  EXISTS (SELECT FROM year_opening o WHERE o.source_year = survey_year.year AND o.finished_at IS NULL) AS "isBeingCopied",
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
  if (found.isBeingCopied) throw beingCopied(year, field);
  if (found.editable) return found;
  throw new Refusal(
    'YEAR_CLOSED',
    {
      zh: `${year} 年度已关闭，不能修改；请联系系统管理员`,
      en: `The data set of ${year} is closed to changes; ask the system administrator`,
    },
    { field },
  );
}

/** The year of the current cycle of dynamic management (PA-YR-06), open for changes; throws YEAR_CLOSED otherwise. */
export async function currentCycle(tx: ScopedTransaction): Promise<SurveyYear> {
  await holdYears(tx);
  const [cycle] = await tx.query<SurveyYear>(`${SELECT} WHERE is_current_cycle`);
  if (cycle?.isBeingCopied) throw beingCopied(cycle.year);
  if (cycle?.editable) return cycle;
  throw new Refusal('YEAR_CLOSED', {
    zh: '动态管理年度未开放或已关闭，请联系系统管理员',
    en: 'The cycle of dynamic management is closed; ask the system administrator',
  });
}

/** Advisory lock: whoever opens or closes a year holds it alone, whoever writes data of a year shares it. */
export const SURVEY_YEARS_LOCK = `hashtext('junxian.survey-years')`;

/** Until the transaction ends no year is opened or closed. */
export async function holdYears(tx: ScopedTransaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${SURVEY_YEARS_LOCK})`);
}

function beingCopied(year: number, field?: string): Refusal {
  return new Refusal(
    'YEAR_CLOSED',
    {
      zh: `${year} 年度的数据正在结转到下一年度，请几分钟后再试`,
      en: `The data of ${year} are being copied into the next year; try again in a few minutes`,
    },
    { field },
  );
}
