import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { HOUSEHOLD_SHEET } from '../src/imports/household-sheet.rules';
import { openStore, type TestStore } from '../src/testing/store.support.test';

/** All that an import of new households writes, each table after those it refers to. */
const WRITTEN = [
  'household_serial',
  'household',
  'household_year_record',
  'household_status_history',
  'member',
  'member_year_record',
  'outbox',
];

/** Seconds that a COPY of a sheet takes into a table of texts without an index: nothing is asked of the rows. */
export function copyOfTexts({ migratorUrl }: TestStore, csv: string): Promise<number> {
  return withClient(migratorUrl, async (client) => {
    await client.query(
      `CREATE TEMPORARY TABLE sheet (${HOUSEHOLD_SHEET.map((_, place) => `c${place} text`).join(', ')})`,
    );
    return copySeconds(client, 'COPY sheet FROM STDIN (FORMAT csv, HEADER)', csv);
  });
}

/**
 * Seconds that COPYs of the finished rows of an import take, by the owner and past row-level security, into a fresh database
 * with the tables as they are: their indexes, constraints, foreign keys and triggers. Keeps the rows in `folder`, and leaves
 * the tables of the store without that security for their owner.
 */
export async function copyOfFinishedRows(store: TestStore, folder: string): Promise<number> {
  const columns = await withOwner(store, async (client) => {
    const found = new Map<string, string>();
    for (const table of WRITTEN) {
      const { rows } = await client.query<{ columns: string }>(
        // As the rows were when they were written: nothing was published yet.
        `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
         WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'published_at'`,
        [table],
      );
      found.set(table, rows[0]!.columns);
      await pipeline(
        client.query(copyTo(`COPY ${table} (${rows[0]!.columns}) TO STDOUT (FORMAT csv)`)),
        createWriteStream(join(folder, `${table}.csv`)),
      );
    }
    return found;
  });
  const fresh = await openStore();
  try {
    return await withOwner(fresh, async (client) => {
      let seconds = 0;
      await client.query('BEGIN');
      for (const [table, list] of columns) {
        const copy = `COPY ${table} (${list}) FROM STDIN (FORMAT csv)`;
        seconds += await copySeconds(client, copy, join(folder, `${table}.csv`));
      }
      await client.query('COMMIT');
      return seconds;
    });
  } finally {
    await fresh.close();
  }
}

/** The tables' owner, upon whom row-level security is forced no more: COPY is not for those whom it holds. */
function withOwner<T>({ migratorUrl }: TestStore, work: (client: Client) => Promise<T>): Promise<T> {
  return withClient(migratorUrl, async (client) => {
    await client.query('SET ROLE poverty_alleviation_owner');
    for (const table of WRITTEN) await client.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
    return work(client);
  });
}

async function copySeconds(client: Client, copy: string, csv: string): Promise<number> {
  const began = Date.now();
  await pipeline(createReadStream(csv), client.query(copyFrom(copy)));
  return (Date.now() - began) / 1000;
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
