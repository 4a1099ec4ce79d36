import type { Scope } from '@junxian/identity';
import type { TestDatabase } from './test-database';

export interface TableProtection {
  table: string;
  /** Row-level security is enabled and holds for the owner too. */
  protected: boolean;
  /** Columns that hold a region code. */
  regionColumns: string[];
}

/** Every table of a database, whether row-level security protects it, and its columns with region codes. */
export async function tableProtection(store: TestDatabase): Promise<TableProtection[]> {
  return store.adminQuery<TableProtection & Record<string, unknown>>(`
    SELECT c.relname AS "table",
           c.relrowsecurity AND c.relforcerowsecurity AS protected,
           coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                        AND a.attname ~ '(region|village)_code$'), '{}') AS "regionColumns"
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1`);
}

/**
 * Reads every table under a scope with nothing but row-level security between (no filter of the
 * application) and returns how many rows of each it saw.
 */
export async function rowsSeen(store: TestDatabase, scope: Scope): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  for (const { table } of await tableProtection(store)) {
    const rows = await store.database.read(scope, (tx) =>
      tx.query<{ n: number }>(`SELECT count(*)::int AS n FROM "${table}"`),
    );
    seen.set(table, rows[0]!.n);
  }
  return seen;
}
