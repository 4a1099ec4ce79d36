import type { ScopedTransaction } from '@junxian/persistence';
import { ACTIVE_MEMBER_CODES } from '../households/household-files.service';

/** How far the copy of a year has come. */
export interface YearOpeningState {
  year: number;
  sourceYear: number;
  step: number;
  lastKey: string | null;
}

/** A batch that was copied: how many roots it held, and the last of them. */
export interface CopiedBatch {
  count: number;
  lastKey: string | null;
}

/** One of the copies that a year consists of. */
interface CopyStep {
  /** Table of the source rows, sought by `key` and the year. */
  table: string;
  key: string;
  /** Finds the next keys after `$2` of the year `$1`, up to `$3`. */
  next: string;
  /** Tables that are copied for these keys, with a further condition on their rows `t`. */
  copied: readonly { table: string; key: string; condition?: string }[];
}

/**
 * Everything of a year that the next one begins with (PA-YR-07): ACTIVE households with their active members, villages,
 * counties, natural villages. Measures and outcomes are of their year and begin empty; pairings run by date and go on by themselves.
 */
const STEPS: readonly CopyStep[] = [
  {
    table: 'household_year_record',
    key: 'household_id',
    // Locked, so that a household that follows a region change or is corrected is copied as it is afterwards.
    next: `SELECT h.id AS key FROM household h
      WHERE h.file_status = 'ACTIVE' AND ($2::uuid IS NULL OR h.id > $2)
        AND EXISTS (SELECT FROM household_year_record r WHERE r.household_id = h.id AND r.year = $1)
      ORDER BY h.id LIMIT $3 FOR SHARE OF h`,
    copied: [
      { table: 'household_year_record', key: 'household_id' },
      {
        table: 'member_year_record',
        key: 'household_id',
        condition: `t.status IN (${ACTIVE_MEMBER_CODES.map((code) => `'${code}'`).join(', ')})`,
      },
    ],
  },
  yearly('village_year_record', 'poor_village_id'),
  yearly('county_year_record', 'id'),
  yearly('natural_village_year_record', 'natural_village_id'),
];

function yearly(table: string, key: string): CopyStep {
  return {
    table,
    key,
    next: `SELECT t.${key} AS key FROM ${table} t WHERE t.year = $1 AND ($2::uuid IS NULL OR t.${key} > $2)
      ORDER BY t.${key} LIMIT $3`,
    copied: [{ table, key }],
  };
}

/** How many copies a year consists of. */
export const COPY_STEPS = STEPS.length;
/** The step that copies households, of which the progress is shown. */
export const HOUSEHOLD_STEP = 0;

/** How many households of a year the next one begins with. */
export async function countHouseholds(tx: ScopedTransaction, year: number): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM household_year_record r JOIN household h ON h.id = r.household_id
     WHERE r.year = $1 AND h.file_status = 'ACTIVE'`,
    [year],
  );
  return row!.n;
}

/** Copies the next batch of one step, set-based. A count of 0 says that the step is done. */
export async function copyBatch(
  tx: ScopedTransaction,
  { year, sourceYear, step, lastKey }: YearOpeningState,
  { limit, actor, now }: { limit: number; actor: string; now: Date },
): Promise<CopiedBatch> {
  const { next, copied } = STEPS[step]!;
  const keys = (await tx.query<{ key: string }>(next, [sourceYear, lastKey, limit])).map(({ key }) => key);
  if (keys.length === 0) return { count: 0, lastKey };
  for (const { table, key, condition } of copied) {
    const columns = await carriedColumns(tx, table);
    await tx.query(
      `INSERT INTO ${table} (year, created_by, created_at, updated_by, updated_at, ${columns.join(', ')})
       SELECT $1, $3, $4, $3, $4, ${columns.map((column) => `t.${column}`).join(', ')}
       FROM ${table} t WHERE t.year = $2 AND t.${key} = ANY($5::uuid[]) ${condition === undefined ? '' : `AND ${condition}`}`,
      [year, sourceYear, actor, now, keys],
    );
  }
  return { count: keys.length, lastKey: keys.at(-1)! };
}

/**
 * The columns of a yearly table that the next year takes over: all but the year, the trace, the version and an id of the
 * row's own. Read from the catalogue, so that no column that is added later is forgotten.
 */
async function carriedColumns(tx: ScopedTransaction, table: string): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
       AND attname <> ALL ($2::text[]) ORDER BY attnum`,
    [table, ['id', 'year', 'version', 'created_by', 'created_at', 'updated_by', 'updated_at']],
  );
  return rows.map(({ name }) => name);
}
