import type { ScopedTransaction } from '@junxian/persistence';
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
