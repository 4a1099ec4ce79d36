import { type CaseLayoutOptions, LAYOUT_TABLES, layOutCases } from './case-layout';
import { CASE_ROWS, CASE_TABLES } from './case-rows';
import { officerOf, type Places } from './places';
import type { SeedingClient } from './seed-organisations';
import { SEEDED_CONTRIBUTIONS, SEEDED_COUNTERS } from './seed-statistics';

export interface CaseSeedOptions extends CaseLayoutOptions {
  /** A second connection to the same database: the statistics are then counted while the other tables are filled. */
  second?: SeedingClient;
  /** Told what took long. */
  tell?: (text: string) => void;
}

const COUNTED = ['statistic_contribution', 'statistic_counter'];

/**
 * Fills petitions with synthetic items that are as the service would have left them: who registered, who holds, what was recorded, who sees
 * them, and what they contribute to the reports. Set-based: a million items take minutes. What each item is says {@link layOutCases}.
 * `seedOrganisations` comes first.
 */
export async function seedCases(
  client: SeedingClient,
  places: Places,
  options: CaseSeedOptions,
): Promise<void> {
  const { second = client, tell = () => undefined } = options;
  const clients = [...new Set([client, second])];
  const timed = async (on: SeedingClient, what: string, sql: string, parameters: readonly unknown[] = []) => {
    const started = Date.now();
    await on.adminQuery(sql, parameters);
    if (Date.now() - started > 5_000) tell(`  ${what}: ${Math.round((Date.now() - started) / 1000)} s`);
  };
  /** Fills some tables by statements, then makes their indexes. */
  const fill = async (on: SeedingClient, tables: readonly string[], statements: typeof CASE_ROWS) => {
    const indexes = await withoutIndexes(on, tables);
    for (const [what, sql] of statements) await timed(on, what, sql);
    for (const { name, sql } of indexes) await timed(on, name, sql);
    for (const table of tables) await timed(on, `analysing ${table}`, `VACUUM (ANALYZE) ${table}`);
  };
  // The rows are consistent by construction: foreign keys are not checked one by one, nor is each commit awaited.
  for (const each of clients)
    await each.adminQuery(
      `SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '512MB'; SET maintenance_work_mem = '1GB'`,
    );
  try {
    await client.adminQuery(`DROP TABLE IF EXISTS ${LAYOUT_TABLES}`);
    await layOutCases(client, places, options, (what, sql, parameters) =>
      timed(client, what, sql, parameters),
    );
    // Everybody who holds something is in office: tasks of those who are not go back to the unit inbox.
    await client.adminQuery(
      `INSERT INTO officer_appointment (id, account_id, organisation_id, region_code, region_level, roles, valid_from)
       SELECT md5('bench office ' || id)::uuid, ${officerOf('id')}, id, region_code, region_level,
         CASE WHEN is_bureau THEN '{petitions:HANDLER,petitions:RECEIVER,petitions:SUPERVISOR}' ELSE '{petitions:HANDLER,petitions:RECEIVER}' END::text[], '2020-01-01'
       FROM organisation ON CONFLICT DO NOTHING`,
    );
    const items = () => fill(client, CASE_TABLES, CASE_ROWS);
    const figures = () =>
      fill(second, COUNTED, [
        ['contributions', SEEDED_CONTRIBUTIONS],
        // Summed anew from all contributions: also from those of items that were there before.
        ['counters of before', 'TRUNCATE statistic_counter'],
        ...SEEDED_COUNTERS.map((sql) => ['counters', sql] as const),
      ]);
    if (second === client) await items().then(figures);
    else await Promise.all([items(), figures()]);
  } finally {
    await client.adminQuery(`DROP TABLE IF EXISTS ${LAYOUT_TABLES}`);
    for (const each of clients)
      await each.adminQuery(
        'RESET session_replication_role; RESET synchronous_commit; RESET work_mem; RESET maintenance_work_mem',
      );
  }
}

interface IndexToMake {
  name: string;
  sql: string;
}

/** Drops the indexes of some tables but for the primary keys others refer to; returns how they are made again. */
async function withoutIndexes(client: SeedingClient, tables: readonly string[]): Promise<IndexToMake[]> {
  const loose = await client.adminQuery<IndexToMake & { drop: string }>(
    `SELECT x.indexrelid::regclass::text AS name, pg_get_indexdef(x.indexrelid) AS sql, 'DROP INDEX ' || x.indexrelid::regclass AS drop
     FROM pg_index x WHERE x.indrelid = ANY($1::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)
     UNION ALL
     SELECT k.conname, 'ALTER TABLE ' || k.conrelid::regclass || ' ADD CONSTRAINT ' || k.conname || ' ' || pg_get_constraintdef(k.oid),
       'ALTER TABLE ' || k.conrelid::regclass || ' DROP CONSTRAINT ' || k.conname
     FROM pg_constraint k WHERE k.conrelid = ANY($1::regclass[]) AND k.contype IN ('p', 'u')
       AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = k.conindid)`,
    [tables],
  );
  for (const { drop } of loose) await client.adminQuery(drop);
  return loose;
}
