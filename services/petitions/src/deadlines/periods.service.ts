import { refuse } from '@junxian/errors';
import { expectVersion, type ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import { type ConfiguredPeriod, lastDay, type PeriodKind } from './periods.rules';

/** The period of a kind as configured now. */
export async function periodOf(tx: ScopedTransaction, kind: PeriodKind): Promise<ConfiguredPeriod> {
  const [period] = await tx.query<ConfiguredPeriod>(
    'SELECT amount, unit, ends_on_working_day AS "endsOnWorkingDay" FROM period WHERE kind = $1',
    [kind],
  );
  if (period === undefined) throw new Error(`no period ${kind}`);
  return period;
}

/** The last day of a period of a kind that starts with a trigger on a date. For a clock that starts now; stored, never asked again. */
export async function dueOn(tx: ScopedTransaction, kind: PeriodKind, triggeredOn: string): Promise<string> {
  return lastDay(await periodOf(tx, kind), triggeredOn);
}

export interface StoredPeriod extends ConfiguredPeriod {
  kind: PeriodKind;
  version: number;
}

const PERIOD_COLUMNS = 'kind, amount, unit, ends_on_working_day AS "endsOnWorkingDay", version';

/** All periods as configured now. */
export async function allPeriods(tx: ScopedTransaction): Promise<StoredPeriod[]> {
  return tx.query<StoredPeriod>(`SELECT ${PERIOD_COLUMNS} FROM period ORDER BY kind`);
}

/**
 * Changes a period for clocks that start later; running ones keep the last day they were given. Throws INVALID_INPUT for an
 * amount out of 1…3660, STALE_VERSION.
 */
export async function setPeriod(
  tx: ScopedTransaction,
  {
    kind,
    amount,
    unit,
    endsOnWorkingDay,
    expectedVersion,
  }: Omit<StoredPeriod, 'version'> & { expectedVersion: number },
  officer: Officer,
  at: Date,
): Promise<StoredPeriod> {
  if (amount < 1 || amount > 3660) {
    throw refuse.invalid('amount', { zh: '期限应在 1 到 3660 之间', en: 'A period is between 1 and 3660' });
  }
  return expectVersion(
    await tx.query<StoredPeriod>(
      `UPDATE period SET amount = $2, unit = $3, ends_on_working_day = $4, updated_by = $5, updated_at = $6, version = version + 1
       WHERE kind = $1 AND version = $7 RETURNING ${PERIOD_COLUMNS}`,
      [kind, amount, unit, endsOnWorkingDay, officer.accountId, at, expectedVersion],
    ),
  );
}
