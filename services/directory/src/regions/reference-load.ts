import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { levelDepth, type ReferenceRegion, streamReferenceRegions } from '@junxian/administrative-region';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { regionTableParts } from './region-table';
import { gramsOf } from './search-grams.rules';

/** Since when the regions of the national file count as valid; the file does not say, so: as far back as it matters. */
export const REFERENCE_VALID_FROM = '1949-10-01';

export interface ReferenceLoadOptions {
  /** URL of the migrator role. */
  url: string;
  /** The role that owns the table. */
  owner?: string;
  /** Two-digit prefixes of the provinces to load; all when left out. */
  provinces?: readonly string[];
}

/**
 * Fills the empty table `region` from the national file: one COPY, indexes built over the finished rows,
 * in one transaction. Returns the number of rows, or 0 when the table had rows already (two processes
 * that start at once load it once). Throws the database's error; nothing is kept then.
 */
export async function loadReferenceRegions({
  url,
  owner = 'directory_owner',
  provinces,
}: ReferenceLoadOptions): Promise<number> {
  const client = new Client({ connectionString: url, application_name: 'directory-regions' });
  await client.connect();
  try {
    await client.query(`SET ROLE ${client.escapeIdentifier(owner)}`);
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('junxian.directory.reference-regions'))`);
    if ((await client.query('SELECT 1 FROM region LIMIT 1')).rowCount !== 0) return 0;
    const rows = await fill(client, provinces);
    await client.query('COMMIT');
    return rows;
  } finally {
    // Ends an open transaction too: nothing of a failed load stays.
    await client.end();
  }
}

async function fill(client: Client, provinces: readonly string[] | undefined): Promise<number> {
  // COPY does not work under row-level security; inside this transaction the owner is let off it.
  await client.query('ALTER TABLE region NO FORCE ROW LEVEL SECURITY');
  await client.query(`SET LOCAL maintenance_work_mem = '256MB'`);
  // The file has each code once, so no validity can overlap; the table is empty and locked.
  await client.query('ALTER TABLE region DISABLE TRIGGER region_validity');
  for (const part of regionTableParts) await client.query(part.drop);
  await client.query('TRUNCATE region');
  const copy = client.query(
    copyFrom(
      `COPY region (code, level, name, parent_code, is_placeholder, initials, valid_from, grams) FROM STDIN WITH (FREEZE)`,
    ),
  );
  await pipeline(Readable.from(copyChunks(provinces)), copy);
  for (const part of regionTableParts) await client.query(part.create);
  await client.query('ALTER TABLE region ENABLE TRIGGER region_validity');
  await client.query('ALTER TABLE region FORCE ROW LEVEL SECURITY');
  await client.query('ANALYZE region');
  return copy.rowCount;
}

const CHUNK = 64 * 1024;

async function* copyChunks(provinces: readonly string[] | undefined): AsyncGenerator<string> {
  let chunk = '';
  for await (const region of streamReferenceRegions()) {
    if (!isWanted(region, provinces)) continue;
    chunk += copyLine(region);
    if (chunk.length > CHUNK) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

function isWanted({ code, level }: ReferenceRegion, provinces: readonly string[] | undefined): boolean {
  return provinces === undefined || level === 'NATION' || provinces.includes(code.slice(0, 2));
}

function copyLine(region: ReferenceRegion): string {
  return `${[
    region.code,
    levelDepth(region.level),
    escaped(region.name),
    region.parentCode ?? '\\N',
    region.isPlaceholder ? 't' : 'f',
    region.initials,
    REFERENCE_VALID_FROM,
    escaped(arrayLiteral(gramsOf(region.name))),
  ].join('\t')}\n`;
}

function arrayLiteral(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\t/g, '\\t').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
}
