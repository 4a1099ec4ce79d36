import type { ScopedTransaction } from '@junxian/persistence';
import { columnsOf, type FollowedPart, keyOf, linkOf, type RegionFollowing } from './following';

/** Columns of a table that a definition names, and those of them by which rows are sought. */
interface Expected {
  table: string;
  columns: string[];
  sought: string[];
}

/**
 * Compares a definition with the database it is for: what it names must exist, what rows are sought by must have
 * an index, and every column with a region code must be followed or be named in `notFollowed`. Returns what is
 * amiss, one sentence each. A typing error would otherwise show at the first region change, so each service
 * has a test that expects none.
 */
export async function regionFollowingFaults(
  tx: ScopedTransaction,
  following: RegionFollowing,
): Promise<string[]> {
  const expected = expectedOf(following);
  const columns = await names(
    tx,
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'`,
  );
  const indexed = await names(
    tx,
    `SELECT c.relname || '.' || a.attname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
     WHERE c.relnamespace = 'public'::regnamespace
       AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname))`,
  );
  const missing = expected
    .flatMap(({ table, columns: wanted }) => wanted.map((column) => `${table}.${column}`))
    .filter((name) => !columns.has(name));
  const unindexed = expected
    .flatMap(({ table, sought }) => sought.map((column) => `${table}.${column}`))
    .filter((name) => columns.has(name) && !indexed.has(name));
  const known = new Set([
    ...expected.flatMap(({ table, columns: wanted }) => wanted.map((column) => `${table}.${column}`)),
    ...Object.keys(following.notFollowed ?? {}),
  ]);
  const forgotten = [...columns].filter((name) => /(region|village)_code$/.test(name) && !known.has(name));
  const outdated = Object.keys(following.notFollowed ?? {}).filter((name) => !columns.has(name));
  return [
    ...[...missing, ...outdated].map((name) => `${name} does not exist`),
    ...unindexed.map((name) => `${name} has no index that begins with it`),
    ...forgotten.map((name) => `${name} is neither followed nor named in notFollowed`),
  ].sort();
}

function expectedOf({ tables }: RegionFollowing): Expected[] {
  return tables.flatMap((root) =>
    [root, ...(root.parts ?? [])].map((table: FollowedPart) => {
      const isPart = table !== root;
      const link = isPart && table.with === undefined ? [linkOf(root, table)] : [];
      const epoch = table.epoch === false ? [] : ['region_epoch'];
      const also = [...Object.keys(table.alsoSet ?? {}), ...(table.book?.returning ?? [])];
      return {
        table: table.name,
        columns: [...new Set([...keyOf(table), ...columnsOf(table), ...link, ...epoch, ...also])],
        sought: [...columnsOf(table), ...link],
      };
    }),
  );
}

async function names(tx: ScopedTransaction, sql: string): Promise<Set<string>> {
  return new Set((await tx.query<{ name: string }>(sql)).map(({ name }) => name));
}
