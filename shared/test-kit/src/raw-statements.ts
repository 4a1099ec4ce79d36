import type { Scope } from '@junxian/identity';
import { type Database, isOutsideScope, type ScopedTransaction } from '@junxian/persistence';

/** Ends a transaction with what it came to. */
class Undo<T> extends Error {
  constructor(readonly result: T) {
    super();
  }
}

/** What work under a scope comes to. Nothing of it stays. */
async function undone<T>(
  database: Database,
  scope: Scope,
  work: (tx: ScopedTransaction) => Promise<T>,
): Promise<T> {
  const ended = await database
    .write(scope, async (tx) => {
      throw new Undo(await work(tx));
    })
    .catch((error: unknown) => error);
  if (ended instanceof Undo) return ended.result;
  throw ended;
}

/**
 * How many rows a statement gives or changes under a scope with every check above the database gone; 'refused' when row-level
 * security says no. Nothing stays. Throws what else the database says.
 */
export async function rawStatement(
  database: Database,
  scope: Scope,
  sql: string,
  parameters: unknown[] = [],
): Promise<number | 'refused'> {
  try {
    return await undone(database, scope, async (tx) => (await tx.query(sql, parameters)).length);
  } catch (error) {
    if (isOutsideScope(error)) return 'refused';
    throw error;
  }
}

/**
 * How many rows of a table a statement changes under a scope, counted past the scope's own eyes: 0 when it is refused,
 * 'checked' when a row came as far as the table's constraints. Nothing stays. Throws what else the database says.
 */
export async function touchedRows(
  database: Database,
  scope: Scope,
  table: string,
  sql: string,
): Promise<number | 'checked'> {
  const act = (tx: ScopedTransaction, { actor, regionLow, regionHigh }: Partial<Scope>) =>
    tx.query(
      `SELECT set_config('junxian.actor', $1, true), set_config('junxian.region_low', $2, true),
              set_config('junxian.region_high', $3, true)`,
      [actor, regionLow, regionHigh],
    );
  try {
    return await undone(database, scope, async (tx) => {
      const untouched = async () => {
        await act(tx, { actor: 'SERVICE', regionLow: '0', regionHigh: ':' });
        const [row] = await tx.query<{ n: number }>(
          `SELECT count(*) FILTER (WHERE t.xmin <> pg_current_xact_id()::xid)::int AS n FROM ${table} t`,
        );
        return row!.n;
      };
      const before = await untouched();
      await act(tx, scope);
      await tx.query(sql);
      return before - (await untouched());
    });
  } catch (error) {
    if (isOutsideScope(error)) return 0;
    if (/violates (not-null|check|foreign key) constraint/.test(String(error))) return 'checked';
    throw error;
  }
}
