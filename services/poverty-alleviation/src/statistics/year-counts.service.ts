import type { Database, ScopedTransaction } from '@junxian/persistence';
import { scopes } from '../service-scopes';
import { LEDGER_NAMES, type LedgerName, lockStatistics, ownersAfter, recount } from './ledger.service';

/** Owners per transaction: what events tell waits for one batch at most, about a second. */
const BATCH_SIZE = 1_000;

/**
 * Orders that years be counted from their rows, whole or some kinds of things only; {@link continueYearCounts} does it in the
 * background. Whatever is being counted begins anew; counting again changes nothing. A year there is not is passed by: it is
 * counted when it is opened.
 */
export async function orderYearCount(
  tx: ScopedTransaction,
  years: readonly number[],
  ledgers: readonly LedgerName[] = LEDGER_NAMES,
): Promise<void> {
  await lockStatistics(tx);
  await tx.query(
    `INSERT INTO year_count (year, ledger) SELECT y.year, l.ledger FROM survey_year y, unnest($2::text[]) AS l (ledger) WHERE y.year = ANY($1::int[])
     ON CONFLICT (year, ledger) DO UPDATE SET last_key = ''`,
    [years, ledgers],
  );
}

/** Orders the count of the years that hold households and were never counted, as after the tables of the counters were made anew; returns them. */
export async function orderUncountedYears(tx: ScopedTransaction): Promise<number[]> {
  const rows = await tx.query<{ year: number }>(
    `SELECT y.year FROM survey_year y
     WHERE EXISTS (SELECT FROM household_year_record r WHERE r.year = y.year)
       AND NOT EXISTS (SELECT FROM statistic_counter c WHERE c.year = y.year) ORDER BY y.year`,
  );
  const years = rows.map(({ year }) => year);
  if (years.length > 0) await orderYearCount(tx, years);
  return years;
}

/**
 * Goes on with the counts that were ordered, batch by batch in transactions of their own, until all is counted. May be killed anywhere
 * and be run by several processes: each batch notes how far it came. What changes meanwhile is counted by its events, before or after
 * its batch, to the same end. `goOn` is asked before each batch. Returns the number of batches.
 */
export async function continueYearCounts(
  database: Pick<Database, 'write'>,
  { batchSize = BATCH_SIZE, goOn = () => true }: { batchSize?: number; goOn?: () => boolean } = {},
): Promise<number> {
  let batches = 0;
  while (goOn() && (await database.write(scopes.countYears(), (tx) => countOne(tx, batchSize)))) batches++;
  return batches;
}

/** Counts one batch; false when there is nothing to do. */
async function countOne(tx: ScopedTransaction, batchSize: number): Promise<boolean> {
  if ((await tx.query('SELECT FROM year_count LIMIT 1')).length === 0) return false;
  // One batch at a time, whichever process: the state that is read is the one that is written.
  await lockStatistics(tx);
  const [state] = await tx.query<{ year: number; ledger: LedgerName; lastKey: string }>(
    'SELECT year, ledger, last_key AS "lastKey" FROM year_count ORDER BY year DESC, ledger LIMIT 1',
  );
  if (state === undefined) return false;
  const { year, ledger, lastKey } = state;
  const next = await ownersAfter(tx, ledger, { year, lastKey, limit: batchSize });
  if (next === null) {
    await tx.query('DELETE FROM year_count WHERE year = $1 AND ledger = $2', [year, ledger]);
    return true;
  }
  await recount(tx, ledger, next.owners);
  await tx.query('UPDATE year_count SET last_key = $3 WHERE year = $1 AND ledger = $2', [
    year,
    ledger,
    next.lastKey,
  ]);
  return true;
}
