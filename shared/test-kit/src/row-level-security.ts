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
export async function tableProtection(store: Pick<TestDatabase, 'adminQuery'>): Promise<TableProtection[]> {
  return store.adminQuery<TableProtection & Record<string, unknown>>(`
    SELECT c.relname AS "table",
           c.relrowsecurity AND c.relforcerowsecurity AS protected,
           coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                        AND a.attname ~ '(region|village)_code$'), '{}') AS "regionColumns"
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1`);
}

/** The tables without forced row-level security, by name. */
export async function openTables(store: Pick<TestDatabase, 'adminQuery'>): Promise<string[]> {
  return (await tableProtection(store)).filter((table) => !table.protected).map(({ table }) => table);
}

/** A function that runs with the rights of its owner. */
export interface DefinerFunction {
  name: string;
  /** With the types of its arguments: `pt_prt_01_verify(text)`. */
  signature: string;
  owner: string;
  settings: string[];
  /** Who may call it beside its owner; PUBLIC for everybody. */
  callers: string[];
  answer: string;
}

/** Every function of a database that looks beyond the scope of who calls it, by name. */
export function definerFunctions(store: Pick<TestDatabase, 'adminQuery'>): Promise<DefinerFunction[]> {
  return store.adminQuery<DefinerFunction & Record<string, unknown>>(`
    SELECT p.proname AS name, p.oid::regprocedure::text AS signature, r.rolname AS owner, p.proconfig AS settings,
           ARRAY(SELECT CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END
                 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g WHERE g.grantee <> p.proowner ORDER BY 1) AS callers,
           p.prorettype::regtype::text AS answer
      FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`);
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
