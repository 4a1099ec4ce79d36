import { levelDigits, type RegionMove } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import { ADD_DELTA, lockCounters } from '../poverty-counters/counters.service';

/** A table whose rows carry a village's code and the epoch of the last change they followed. */
interface MovedTable {
  name: string;
  key: readonly string[];
  /** Condition by which rows hang on the households `$7`. */
  ofHouseholds: string;
  /** Further assignments; `moved.new_code` is the code after the move. */
  alsoSet?: string;
}

/** Tables that move together with their household, the household itself first. */
export const MOVED_TABLES: readonly MovedTable[] = [
  { name: 'household', key: ['id'], ofHouseholds: 't.id = ANY($7::uuid[])' },
  {
    name: 'household_year_record',
    key: ['household_id', 'year'],
    ofHouseholds: 't.household_id = ANY($7::uuid[])',
    alsoSet: ', natural_village_code = moved.new_code || substr(t.natural_village_code, 13)',
  },
  { name: 'household_status_history', key: ['id'], ofHouseholds: 't.household_id = ANY($7::uuid[])' },
  {
    name: 'member',
    key: ['id'],
    ofHouseholds: 't.id IN (SELECT member_id FROM member_year_record WHERE household_id = ANY($7::uuid[]))',
  },
  {
    name: 'member_year_record',
    key: ['member_id', 'year'],
    ofHouseholds: 't.household_id = ANY($7::uuid[])',
  },
  {
    name: 'split_task',
    key: ['change_id', 'household_id'],
    ofHouseholds: 't.household_id = ANY($7::uuid[])',
  },
  {
    name: 'counter_contribution',
    key: ['household_id', 'year'],
    ofHouseholds: 't.household_id = ANY($7::uuid[])',
  },
];

/** What moves, and the epoch the moved rows carry afterwards. */
export interface Recoding {
  moves: readonly RegionMove[];
  epoch: number;
  /** Only rows of an epoch before this one move, so that none moves twice. */
  before: number;
}

/** A re-coding as parameters `$1…$6` of the statements below. */
function recodingParameters({ moves, epoch, before }: Recoding): unknown[] {
  const digits = moves.map(({ level }) => levelDigits(level));
  return [
    moves.map(({ from }, index) => from.slice(0, digits[index])),
    moves.map(({ to }, index) => to.slice(0, digits[index])),
    digits,
    // ':' follows '9': the first text after all codes with the prefix.
    moves.map(({ from }, index) => `${from.slice(0, digits[index])}:`),
    epoch,
    before,
  ];
}

const MOVE = `move AS (SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]) AS move (low, prefix, digits, high))`;

/** The moved rows `t` that a condition picks, with their new codes; the most specific move wins (applyMoves). */
function updateSql({ name, key, alsoSet = '' }: MovedTable, picked: string): string {
  const columns = key.map((column) => `t.${column}`).join(', ');
  return `UPDATE ${name} AS t SET region_code = moved.new_code, region_epoch = $5 ${alsoSet}
    FROM (
      SELECT ${columns}, best.prefix || substr(t.region_code, best.digits + 1) AS new_code
      FROM ${name} t CROSS JOIN LATERAL (
        SELECT * FROM move WHERE t.region_code >= move.low AND t.region_code < move.high
        ORDER BY digits DESC LIMIT 1) best
      WHERE t.region_epoch < $6 AND ${picked}
    ) AS moved
    WHERE ${key.map((column) => `t.${column} = moved.${column}`).join(' AND ')} AND t.region_epoch < $6`;
}

/** Up to `$7` rows of a table that a move concerns. */
function pickedByRange({ name, key }: MovedTable): string {
  const columns = key.map((column) => `c.${column}`).join(', ');
  return `(${key.map((column) => `t.${column}`).join(', ')}) IN (
    SELECT ${key.join(', ')} FROM move CROSS JOIN LATERAL (
      SELECT ${columns} FROM ${name} c
      WHERE c.region_code >= move.low AND c.region_code < move.high AND c.region_epoch < $6 LIMIT $7) AS candidate
    LIMIT $7)`;
}

/** Moves a batch of rows of one table, found by their codes. Returns how many, and their keys' first columns. */
export async function moveByRange(
  tx: ScopedTransaction,
  table: MovedTable,
  recoding: Recoding,
  batchSize: number,
): Promise<string[]> {
  return run(tx, table, pickedByRange(table), [...recodingParameters(recoding), batchSize]);
}

/** Moves the rows of one table that hang on some households. Returns their keys' first columns. */
export async function moveOfHouseholds(
  tx: ScopedTransaction,
  table: MovedTable,
  recoding: Recoding,
  householdIds: readonly string[],
): Promise<string[]> {
  return run(tx, table, table.ofHouseholds, [...recodingParameters(recoding), householdIds]);
}

async function run(
  tx: ScopedTransaction,
  table: MovedTable,
  picked: string,
  parameters: unknown[],
): Promise<string[]> {
  if (table.name === 'counter_contribution') return moveContributions(tx, table, picked, parameters);
  const rows = await tx.query<{ key: string }>(
    `WITH ${MOVE} ${updateSql(table, picked)} RETURNING t.${table.key[0]} AS key`,
    parameters,
  );
  return rows.map(({ key }) => key);
}

/** Contributions take their figures along: out of the old ancestors, into the new ones, in the same transaction. */
async function moveContributions(
  tx: ScopedTransaction,
  table: MovedTable,
  picked: string,
  parameters: unknown[],
): Promise<string[]> {
  await lockCounters(tx);
  const rows = await tx.query<{ key: string }>(
    `WITH ${MOVE},
     taken AS (${updateSql(table, picked)}
       RETURNING t.household_id, t.year, t.dimension, t.persons, OLD.region_code AS old_code, NEW.region_code AS new_code),
     delta AS (
       SELECT year, old_code AS region_code, dimension, -1 AS households, -persons AS persons FROM taken
       UNION ALL SELECT year, new_code, dimension, 1, persons FROM taken),
     counted AS (${ADD_DELTA} RETURNING 1)
     SELECT household_id AS key FROM taken`,
    parameters,
  );
  return rows.map(({ key }) => key);
}

/**
 * Re-codes the successors named on the to-do list of split regions; wherever the households themselves
 * stand. Not repeatable: in the transaction that ends a change.
 */
export async function moveCandidates(tx: ScopedTransaction, recoding: Recoding): Promise<void> {
  await tx.query(
    `WITH ${MOVE}
     UPDATE split_task AS t SET candidate_codes = ARRAY(
       SELECT coalesce((
         SELECT prefix || substr(candidate.code, digits + 1) FROM move
         WHERE candidate.code >= low AND candidate.code < high ORDER BY digits DESC LIMIT 1), candidate.code)
       FROM unnest(t.candidate_codes) WITH ORDINALITY AS candidate (code, place) ORDER BY place)
     WHERE assigned_code IS NULL
       AND EXISTS (SELECT FROM unnest(t.candidate_codes) AS candidate (code) JOIN move ON candidate.code >= low AND candidate.code < high)`,
    recodingParameters(recoding).slice(0, 4),
  );
}
