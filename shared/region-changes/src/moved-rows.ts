import type { RegionMove } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import {
  columnsOf,
  type FollowedPart,
  type FollowedRoot,
  type FollowedTable,
  type FollowingStep,
  keyOf,
  linkOf,
} from './following';
import { codeAfter, inMove, isMoved, MOVES, moveParameters } from './recoding';

/** What moves, and the epoch the moved rows carry afterwards. */
export interface Recoding {
  moves: readonly RegionMove[];
  epoch: number;
  /** Only rows of an epoch before this one move, so that none moves twice. */
  before: number;
}

/** Which rows of a table are to move. */
interface Choice {
  /** Condition on `t`; `$5` is the argument. */
  condition: string;
  argument: unknown;
  /** Whether rows are stamped that no move concerns themselves. */
  evenUnmoved?: boolean;
}

/** Moves up to `limit` rows that a step finds, roots with all that hangs on them. Returns the number of rows. */
export async function moveStep(
  tx: ScopedTransaction,
  { root, part, column }: FollowingStep,
  recoding: Recoding,
  limit: number,
): Promise<number> {
  if (part === undefined) {
    return moveRoots(tx, root, recoding, { condition: inRange(root, column), argument: limit });
  }
  if (part.epoch === false) {
    const condition = partInRange(root, part, column);
    return moveRoots(tx, root, recoding, { condition, argument: limit, evenUnmoved: true });
  }
  const keys = await moveRows(tx, part, recoding, { condition: inRange(part, column), argument: limit });
  return keys.length;
}

/** Moves given roots with all that hangs on them. Returns the number of rows. */
export async function moveGiven(
  tx: ScopedTransaction,
  root: FollowedRoot,
  recoding: Recoding,
  ids: readonly string[],
): Promise<number> {
  const condition = `t.${keyOf(root)[0]} = ANY(${idsOf(root)})`;
  return moveRoots(tx, root, recoding, { condition, argument: ids }, ids);
}

async function moveRoots(
  tx: ScopedTransaction,
  root: FollowedRoot,
  recoding: Recoding,
  choice: Choice,
  given?: readonly string[],
): Promise<number> {
  const { after, ...rows } = root;
  const keys = await moveRows(tx, rows, recoding, choice);
  let moved = keys.length;
  const ids = given ?? keys;
  if (ids.length === 0) return 0;
  for (const part of root.parts ?? []) {
    const condition = part.with?.(idsOf(root)) ?? `t.${linkOf(root, part)} = ANY(${idsOf(root)})`;
    moved += (await moveRows(tx, part, recoding, { condition, argument: ids })).length;
  }
  if (keys.length > 0) await after?.(tx, keys);
  return moved;
}

/** Moves the chosen rows of one table. Returns the first columns of their keys. */
async function moveRows(
  tx: ScopedTransaction,
  table: FollowedTable & Pick<FollowedPart, 'epoch'>,
  { moves, epoch, before }: Recoding,
  choice: Choice,
): Promise<string[]> {
  await table.lock?.(tx);
  const parameters = [...moveParameters(moves), choice.argument];
  const rows = await tx.query<{ key: string }>(
    statementOf(table, choice),
    table.epoch === false ? parameters : [...parameters, epoch, before],
  );
  const keys = rows.map(({ key }) => key);
  if (keys.length > 0) await table.after?.(tx, keys);
  return keys;
}

function statementOf(table: FollowedTable & Pick<FollowedPart, 'epoch'>, choice: Choice): string {
  const key = keyOf(table);
  const { book } = table;
  const update = updateOf(table, choice);
  if (book === undefined) return `WITH ${MOVES} ${update} RETURNING t.${key[0]}::text AS key`;
  const returned = [
    ...[...key, ...(book.returning ?? [])].map((column) => `t.${column}`),
    ...columnsOf(table).map((column) => `OLD.${column} AS old_${column}, NEW.${column} AS new_${column}`),
  ];
  return `WITH ${MOVES}, moved AS (${update} RETURNING ${returned.join(', ')}), ${book.ctes}
    SELECT ${key[0]}::text AS key FROM moved`;
}

/**
 * The codes are computed from the row as it is when its lock is had, so that a code which a person has
 * corrected meanwhile is not written over.
 */
function updateOf(table: FollowedTable & Pick<FollowedPart, 'epoch'>, choice: Choice): string {
  const columns = columnsOf(table).map((column) => `t.${column}`);
  const hasEpoch = table.epoch !== false;
  const assignments = [
    ...columnsOf(table).map((column) => `${column} = ${codeAfter(`t.${column}`)}`),
    ...Object.entries(table.alsoSet ?? {}).map(([column, sql]) => `${column} = ${sql}`),
    ...(hasEpoch ? ['region_epoch = $6'] : []),
  ];
  const conditions = [
    choice.condition,
    ...(hasEpoch ? ['t.region_epoch < $7'] : []),
    ...(choice.evenUnmoved ? [] : [`(${columns.map(isMoved).join(' OR ')})`]),
  ];
  return `UPDATE ${table.name} AS t SET ${assignments.join(', ')} WHERE ${conditions.join(' AND ')}`;
}

/** Up to `$5` rows of a table that have a moved code in a column. */
function inRange(table: FollowedTable, column: string): string {
  const key = keyOf(table);
  return `(${key.map((name) => `t.${name}`).join(', ')}) IN (
    SELECT ${key.join(', ')} FROM move CROSS JOIN LATERAL (
      SELECT ${key.map((name) => `c.${name}`).join(', ')} FROM ${table.name} c
      WHERE ${inMove(`c.${column}`)} AND c.region_epoch < $7 LIMIT $5) AS candidate
    LIMIT $5)`;
}

/** Up to `$5` roots that a part hangs on which has a moved code in a column. */
function partInRange(root: FollowedRoot, part: FollowedPart, column: string): string {
  const key = keyOf(root)[0]!;
  return `t.${key} IN (
    SELECT ${key} FROM move CROSS JOIN LATERAL (
      SELECT r.${key} FROM ${part.name} c JOIN ${root.name} r ON r.${key} = c.${linkOf(root, part)}
      WHERE ${inMove(`c.${column}`)} AND r.region_epoch < $7 LIMIT $5) AS candidate
    LIMIT $5)`;
}

function idsOf({ keyType = 'uuid' }: FollowedRoot): string {
  return `$5::${keyType}[]`;
}
