import { levelOfCode, type RegionMove, scopeRange } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { RegionFollowing } from './following';
import { moveGiven, moveStep } from './moved-rows';

/** A change whose rows have not all followed yet. */
interface OpenChange {
  seq: number;
  changeId: string;
  kind: string;
  from: string[];
  to: string[];
  moves: RegionMove[];
  step: number;
}

const BATCH_SIZE = 500;

export interface FollowOptions {
  /** Rows (roots, where rows hang on one) per transaction. */
  batchSize?: number;
  /** Asked before each batch; false ends the work for now. */
  goOn?: () => boolean;
}

/**
 * Lets the rows follow the region changes received, oldest first, in batches of their own transactions
 * until none is open (DI-REG-08). A root moves with all that hangs on it at once, and every row moves once per
 * change, so it may be killed anywhere and started again, and run in several processes.
 * Returns the number of rows that moved or were set aside for a split.
 */
export async function followRegionChanges(
  database: Database,
  clock: Clock,
  following: RegionFollowing,
  { batchSize = BATCH_SIZE, goOn = () => true }: FollowOptions = {},
): Promise<number> {
  let total = 0;
  while (goOn()) {
    const changed = await database.write(following.scope, (tx) =>
      followOneBatch(tx, clock, following, batchSize),
    );
    if (changed === null) break;
    total += changed;
  }
  return total;
}

/**
 * Works on the oldest open change in one transaction, or, without one, on rows of split regions that
 * were assigned since. Returns the rows changed, or null when there is nothing to do.
 */
export async function followOneBatch(
  tx: ScopedTransaction,
  clock: Clock,
  following: RegionFollowing,
  batchSize: number,
): Promise<number | null> {
  const [lock] = await tx.query<{ free: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtext('junxian.follow-region-changes')) AS free`,
  );
  // Another process is at work; what it leaves open is seen at the next call.
  if (!lock!.free) return null;
  const [change] = await tx.query<OpenChange>(
    `SELECT seq, change_id AS "changeId", kind, from_codes AS "from", to_codes AS "to", moves, step
     FROM region_change WHERE followed_at IS NULL ORDER BY seq LIMIT 1`,
  );
  if (change === undefined) return followAssignment(tx, clock, following, batchSize);
  const isSplit = change.kind === 'SPLIT';
  const changed = await (isSplit ? setAside : move)(tx, following, change, batchSize);
  if (changed > 0) {
    await tx.query('UPDATE region_change SET rows_changed = rows_changed + $2 WHERE seq = $1', [
      change.seq,
      changed,
    ]);
  } else if (!isSplit && change.moves.length > 0 && change.step < following.steps.length - 1) {
    await tx.query('UPDATE region_change SET step = step + 1 WHERE seq = $1', [change.seq]);
  } else {
    await following.ended?.(tx, change.moves);
    await tx.query('UPDATE region_change SET followed_at = $2 WHERE seq = $1', [change.seq, clock.now()]);
  }
  return changed;
}

/**
 * Moves a batch. A root's steps take what hangs on it along; the steps of its parts find what stands under a
 * moved code without its root, such as an earlier year's record elsewhere.
 */
async function move(
  tx: ScopedTransaction,
  { steps }: RegionFollowing,
  { moves, seq, step }: OpenChange,
  limit: number,
): Promise<number> {
  const at = steps[step];
  if (at === undefined || moves.length === 0) return 0;
  return moveStep(tx, at, { moves, epoch: seq, before: seq }, limit);
}

async function setAside(
  tx: ScopedTransaction,
  { split }: RegionFollowing,
  { seq, changeId, from, to }: OpenChange,
  limit: number,
): Promise<number> {
  if (split === undefined) return 0;
  const ranges = from.map((code) => scopeRange(code, levelOfCode(code)));
  return split.setAside(tx, { seq, changeId, from, to, ranges }, limit);
}

/** Moves a batch of rows of a split region to the successor a person assigned them to. */
async function followAssignment(
  tx: ScopedTransaction,
  clock: Clock,
  { split, tables }: RegionFollowing,
  limit: number,
): Promise<number | null> {
  const assigned = (await split?.takeAssigned?.(tx, clock.now(), limit)) ?? null;
  if (assigned === null) return null;
  const root = tables.find(({ name }) => name === assigned.root);
  if (root === undefined) throw new Error(`${assigned.root}: is no root whose rows follow region changes`);
  const [{ epoch } = { epoch: 0 }] = await tx.query<{ epoch: number }>(
    'SELECT coalesce(max(seq), 0) AS epoch FROM region_change',
  );
  // All changes so far have been followed, so rows of every epoch up to the present one may move.
  return moveGiven(tx, root, { moves: assigned.moves, epoch, before: epoch + 1 }, assigned.ids);
}
