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

/**
 * Moves up to `limit` rows that a step finds, roots with all that hangs on them. Returns the number of rows; 0 means
 * that none is left. Throws an Error when rows are found that the database does not let this service change.
 */
export async function moveStep(
  tx: ScopedTransaction,
  step: FollowingStep,
  recoding: Recoding,
  limit: number,
): Promise<number> {
  // Rows that were found may have been corrected by a person before they were locked; what is left is found then.
  for (let attempt = 0; attempt < 2; attempt++) {
    const moved = await moveFound(tx, step, recoding, Math.min(limit, step.root.most ?? limit));
    if (moved > 0 || !(await findsAny(tx, step, recoding))) return moved;
  }
  const { name } = step.part ?? step.root;
  throw new Error(
    `${name}: rows stand under moved codes of ${step.column}, but none of them could be changed`,
  );
}

async function moveFound(
  tx: ScopedTransaction,
  step: FollowingStep,
  recoding: Recoding,
  limit: number,
): Promise<number> {
  const { root, part } = step;
  const table = part === undefined || part.epoch === false ? root : part;
  const condition = `(${keyOf(table)
    .map((column) => `t.${column}`)
    .join(', ')}) IN (${candidatesOf(step)})`;
  if (table === root) {
    return moveRoots(tx, root, recoding, { condition, argument: limit, evenUnmoved: part !== undefined });
  }
  return (await moveRows(tx, table, recoding, { condition, argument: limit })).length;
}

async function findsAny(
  tx: ScopedTransaction,
  step: FollowingStep,
  { moves, before }: Recoding,
): Promise<boolean> {
  const found = await tx.query(`WITH ${MOVES} ${candidatesOf(step)}`, [...moveParameters(moves), 1, before]);
  return found.length > 0;
}

/** Query of the keys of up to `$5` rows that a step is for: roots, or parts with an epoch of their own. */
function candidatesOf({ root, part, column }: FollowingStep): string {
  const table = part ?? root;
  const viaPart = part?.epoch === false;
  const keyed = viaPart ? root : table;
  const key = keyOf(keyed);
  const from = viaPart
    ? `${part.name} c JOIN ${root.name} k ON k.${key[0]} = c.${linkOf(root, part)}`
    : `${table.name} c`;
  const holder = viaPart ? 'k' : 'c';
  return `SELECT ${key.join(', ')} FROM move CROSS JOIN LATERAL (
      SELECT ${key.map((name) => `${holder}.${name}`).join(', ')} FROM ${from}
      WHERE ${inMove(`c.${column}`)} AND ${holder}.region_epoch < $6 LIMIT $5) AS candidate
    LIMIT $5`;
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
    table.epoch === false ? parameters : [...parameters, before, epoch],
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
    ...(hasEpoch ? ['region_epoch = $7'] : []),
  ];
  const conditions = [
    choice.condition,
    ...(hasEpoch ? ['t.region_epoch < $6'] : []),
    ...(choice.evenUnmoved ? [] : [`(${columns.map(isMoved).join(' OR ')})`]),
  ];
  return `UPDATE ${table.name} AS t SET ${assignments.join(', ')} WHERE ${conditions.join(' AND ')}`;
}

function idsOf({ keyType = 'uuid' }: FollowedRoot): string {
  return `$5::${keyType}[]`;
}
