import { isRefusal } from '@junxian/errors';
import { type Principal, scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { TestStore } from './store.support.test';

/** What somebody does in one writing transaction. */
export type Deed = readonly [who: Principal, work: (tx: ScopedTransaction) => Promise<unknown>];

/** How long a deed may take until it waits for the first one, ms. */
const PATIENCE = 20_000;

/**
 * Does the first deed and, before it is committed, begins the others; commits once each of them waits for a lock or has ended.
 * Returns the code of each one's refusal, the first one's first; `done` without one.
 */
export async function playedAtOnce(
  { database, adminQuery }: Pick<TestStore, 'database' | 'adminQuery'>,
  [who, work]: Deed,
  others: readonly Deed[],
): Promise<string[]> {
  const outcomes: Promise<string>[] = [];
  let open = others.length;
  const first = outcomeOf(
    database.write(scopeOf(who), async (tx) => {
      await work(tx);
      for (const [whoElse, other] of others) {
        const outcome = outcomeOf(database.write(scopeOf(whoElse), other));
        outcomes.push(outcome.finally(() => (open -= 1)));
      }
      for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
        const [{ waiting } = { waiting: 0 }] = await adminQuery<{ waiting: number }>(
          `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        if (waiting >= open) return;
      }
      throw new Error('A deed neither ended nor waited for the one before it');
    }),
  );
  return [await first, ...(await Promise.all(outcomes))];
}

async function outcomeOf(deed: Promise<unknown>): Promise<string> {
  try {
    await deed;
    return 'done';
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}
