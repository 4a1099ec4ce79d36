import { levelOfCode, type RegionMove, scopeRange } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { scopes } from '../service-scopes';
import { MOVED_TABLES, moveByRange, moveCandidates, moveOfHouseholds, type Recoding } from './moved-rows';

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
  batchSize?: number;
  /** Asked before each batch; false ends the work for now. */
  goOn?: () => boolean;
}

/**
 * Lets the rows follow the region changes received, oldest first, in batches of their own transactions
 * until none is open. A household moves with all that hangs on it at once, and every row moves once per
 * change, so it may be killed anywhere and started again, and run in several processes.
 * Returns the number of rows that moved or were set aside for a split.
 */
export async function followRegionChanges(
  database: Database,
  clock: Clock,
  { batchSize = BATCH_SIZE, goOn = () => true }: FollowOptions = {},
): Promise<number> {
  let total = 0;
  while (goOn()) {
    const changed = await database.write(scopes.followRegionChanges(), (tx) =>
      followOneBatch(tx, clock, batchSize),
    );
    if (changed === null) break;
    total += changed;
  }
  return total;
}

/**
 * Works on the oldest open change in one transaction, or, without one, on households of split regions that
 * were assigned since. Returns the rows changed, or null when there is nothing to do.
 */
export async function followOneBatch(
  tx: ScopedTransaction,
  clock: Clock,
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
  if (change === undefined) return followAssignments(tx, clock, batchSize);
  const changed =
    change.kind === 'SPLIT' ? await setAside(tx, change, batchSize) : await move(tx, change, batchSize);
  if (changed > 0) {
    await tx.query('UPDATE region_change SET rows_changed = rows_changed + $2 WHERE seq = $1', [
      change.seq,
      changed,
    ]);
  } else if (change.kind !== 'SPLIT' && change.moves.length > 0 && change.step < MOVED_TABLES.length - 1) {
    await tx.query('UPDATE region_change SET step = step + 1 WHERE seq = $1', [change.seq]);
  } else {
    await moveCandidates(tx, recodingOf(change));
    await tx.query('UPDATE region_change SET followed_at = $2 WHERE seq = $1', [change.seq, clock.now()]);
  }
  return changed;
}

function recodingOf({ moves, seq }: OpenChange): Recoding {
  return { moves, epoch: seq, before: seq };
}

/**
 * Moves a batch. Step 0 goes by household and takes its other rows along; the later steps find what
 * stands under a moved code without its household, such as an earlier year's record elsewhere.
 */
async function move(tx: ScopedTransaction, change: OpenChange, batchSize: number): Promise<number> {
  if (change.moves.length === 0) return 0;
  const recoding = recodingOf(change);
  const keys = await moveByRange(tx, MOVED_TABLES[change.step]!, recoding, batchSize);
  if (change.step > 0 || keys.length === 0) return keys.length;
  return keys.length + (await moveHanging(tx, recoding, keys));
}

/** Moves what hangs on households that have moved; returns the number of rows. */
async function moveHanging(
  tx: ScopedTransaction,
  recoding: Recoding,
  householdIds: readonly string[],
): Promise<number> {
  let moved = 0;
  for (const table of MOVED_TABLES.slice(1)) {
    moved += (await moveOfHouseholds(tx, table, recoding, householdIds)).length;
  }
  return moved;
}

/** Puts a batch of a split region's households on the to-do list; their codes stay (DI-REG-08). */
async function setAside(tx: ScopedTransaction, change: OpenChange, batchSize: number): Promise<number> {
  const ranges = change.from.map((code) => scopeRange(code, levelOfCode(code)));
  const rows = await tx.query(
    `WITH waiting AS (
       SELECT h.id FROM unnest($1::text[], $2::text[]) AS split (low, high)
       JOIN household h ON h.region_code >= split.low AND h.region_code < split.high
       WHERE h.region_epoch < $3 LIMIT $4),
     marked AS (
       UPDATE household h SET region_epoch = $3 FROM waiting WHERE h.id = waiting.id RETURNING h.id, h.region_code)
     INSERT INTO split_task (change_id, household_id, region_code, region_epoch, candidate_codes)
     SELECT $5::uuid, id, region_code, $3, $6::text[] FROM marked RETURNING household_id`,
    [
      ranges.map(({ low }) => low),
      ranges.map(({ high }) => high),
      change.seq,
      batchSize,
      change.changeId,
      change.to,
    ],
  );
  return rows.length;
}

/** Moves a batch of households of one split village to the one successor a person assigned them to. */
async function followAssignments(
  tx: ScopedTransaction,
  clock: Clock,
  batchSize: number,
): Promise<number | null> {
  const [assigned] = await tx.query<{ from: string; to: string; ids: string[]; epoch: number }>(
    `WITH oldest AS (
       SELECT region_code, assigned_code FROM split_task
       WHERE assigned_code IS NOT NULL AND moved_at IS NULL ORDER BY assigned_at LIMIT 1),
     taken AS (
       UPDATE split_task t SET moved_at = $1 FROM (
         SELECT change_id, household_id, region_code, assigned_code
         FROM split_task JOIN oldest USING (region_code, assigned_code) WHERE moved_at IS NULL LIMIT $2) AS batch
       WHERE t.change_id = batch.change_id AND t.household_id = batch.household_id
       RETURNING t.household_id, batch.region_code, batch.assigned_code)
     SELECT region_code AS "from", assigned_code AS "to", array_agg(household_id) AS ids,
       (SELECT max(seq) FROM region_change) AS epoch
     FROM taken GROUP BY region_code, assigned_code`,
    [clock.now(), batchSize],
  );
  if (assigned === undefined) return null;
  const { from, to, ids, epoch } = assigned;
  // All changes so far have been followed, so rows of every epoch up to the present one may move.
  const recoding: Recoding = { moves: [{ from, to, level: 'VILLAGE' }], epoch, before: epoch + 1 };
  const households = await moveOfHouseholds(tx, MOVED_TABLES[0]!, recoding, ids);
  return households.length + (await moveHanging(tx, recoding, ids));
}
