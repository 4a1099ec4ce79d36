import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { readYearRecords, type YearRecordView } from '../households/household-views.service';
import { readOutcomes } from '../households/outcomes.service';
import { currentCycle, type SurveyYear } from '../survey-years/survey-years.service';
import { type ExitCheckResult, exitChecks } from './exit-check.rules';

/** The six checks of a household in the cycle. */
export interface ExitCheckView {
  householdId: string;
  year: number;
  povertyLine: string | null;
  perCapitaNetIncome: string | null;
  results: ExitCheckResult[];
  passed: boolean;
}

/**
 * Makes the six checks of an exit on a household's record of the cycle (PA-EX-01, PA-EX-02), to be looked at before
 * the exit is decided. Throws NOT_FOUND for a household that is not there or lies outside the caller's region, and
 * YEAR_CLOSED when the cycle is closed.
 */
export async function exitCheck(tx: ScopedTransaction, householdId: string): Promise<ExitCheckView> {
  const cycle = await currentCycle(tx);
  if (!isUuid(householdId)) throw refuse.notFound('householdId');
  const [record] = await readYearRecords(tx, [{ householdId, year: cycle.year }]);
  if (record === undefined) throw refuse.notFound('householdId');
  return checkedForExit(tx, record, cycle);
}

/** {@link exitCheck} of a record that was read before. */
export async function checkedForExit(
  tx: ScopedTransaction,
  { householdId, incomeAndHealth: { perCapitaNetIncome } }: YearRecordView,
  { year, povertyLine }: SurveyYear,
): Promise<ExitCheckView> {
  const [outcome] = await readOutcomes(tx, [{ householdId, year }]);
  if (outcome === undefined) throw new Error('A household that is checked has no record of the year');
  const results = exitChecks({ outcome, perCapitaNetIncome, povertyLine });
  return {
    householdId,
    year,
    povertyLine,
    perCapitaNetIncome,
    results,
    passed: results.every(({ passed }) => passed),
  };
}
