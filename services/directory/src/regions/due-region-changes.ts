import { applyMoves, type RegionMove, scopeRange } from '@junxian/administrative-region';
import { addDays, type Clock } from '@junxian/calendar';
import { isRefusal } from '@junxian/errors';
import { serviceScope } from '@junxian/identity';
import { REGION_TREE_ID, RegionChanged, recordEvent } from '@junxian/messaging';
import { type Database, isTransient, type ScopedTransaction } from '@junxian/persistence';
import { recordAudit, systemActor } from '../audit/audit.service';
import { moveNaturalVillages } from '../natural-villages/natural-village-moves.service';
import { lockRegions } from '../organisations/region-following.service';
import { SERVICE_SCOPES } from '../service-scopes';
import type { ChangeLink } from './region-change';
import { movesOf, needsAssignment } from './region-change.rules';
import { CHANGE_COLUMNS, linksOf, type RegionChangeRow, tryLockRegionTree } from './region-change.store';
import { regionsAt } from './regions.service';
import { followMoves } from './scope-following';

type DueChange = RegionChangeRow & { regionCode: string };

/** What was set aside is tried again after this long. */
const RETRY_MINUTES = 60;

/** A due change that could not be applied, whatever the reason. */
class NotApplied extends Error {
  constructor(
    readonly change: DueChange,
    override readonly cause: unknown,
  ) {
    super(`region change ${change.id} could not be applied`);
  }
}

/**
 * Applies every change whose date has come, oldest first, each in one transaction: rows and scopes follow,
 * what a split leaves behind goes on the to-do list, subscribers get one region.changed (DI-REG-08,
 * DI-REG-10). Returns how many were applied. Several processes may call it at once: one works, the others
 * return; the order is kept because a later change may build on an earlier one.
 *
 * A change that cannot be applied (a merger for which the serials of natural villages do not suffice) is set
 * aside with an audit entry, stays due and is tried again later; only changes that touch the same regions
 * wait for it. Throws what the database throws when it is away; everything then stays due.
 */
export async function applyDueRegionChanges(database: Database, clock: Clock): Promise<number> {
  const scope = serviceScope(SERVICE_SCOPES.regionChanges);
  let applied = 0;
  for (;;) {
    try {
      if (!(await database.write(scope, (tx) => applyNext(tx, clock)))) return applied;
      applied++;
    } catch (error) {
      if (!(error instanceof NotApplied) || isTransient(error.cause)) throw error;
      await database.write(scope, (tx) => setAside(tx, error, clock));
    }
  }
}

async function applyNext(tx: ScopedTransaction, clock: Clock): Promise<boolean> {
  if (!(await tryLockRegionTree(tx))) return false;
  const due = await tx.query<DueChange & { waits: boolean }>(
    `SELECT ${CHANGE_COLUMNS}, c.region_code AS "regionCode", coalesce(c.set_aside_at > $2, false) AS waits
     FROM region_change c WHERE c.status = 'SCHEDULED' AND c.effective_date <= $1::date
     ORDER BY c.effective_date, c.recorded_at, c.id FOR UPDATE`,
    [clock.today(), new Date(clock.now().getTime() - RETRY_MINUTES * 60_000)],
  );
  const change = firstReady(due);
  if (change === undefined) return false;
  try {
    await apply(tx, change, clock);
  } catch (error) {
    throw new NotApplied(change, error);
  }
  return true;
}

/** The oldest change that was not set aside just now and touches nothing that such a one, or one waiting for it, touches. */
function firstReady(due: readonly (DueChange & { waits: boolean })[]): DueChange | undefined {
  const held: string[] = [];
  for (const change of due) {
    const codes = [...change.from, ...change.to];
    if (!change.waits && !codes.some((code) => held.some((other) => overlap(code, other)))) return change;
    held.push(...codes);
  }
  return undefined;
}

/** Whether one region may lie in the other, going by the codes alone: rather too often than too seldom. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((code) => code.replace(/(?:000|00)*$/, ''));
  return a!.startsWith(b!) || b!.startsWith(a!);
}

async function setAside(tx: ScopedTransaction, { change, cause }: NotApplied, clock: Clock): Promise<void> {
  const [before] = await tx.query<{ known: boolean }>(
    'SELECT set_aside_at IS NOT NULL AS known FROM region_change WHERE id = $1 FOR UPDATE',
    [change.id],
  );
  await tx.query('UPDATE region_change SET set_aside_at = $2 WHERE id = $1', [change.id, clock.now()]);
  if (before?.known) return;
  await recordAudit(tx, {
    action: 'REGION_CHANGED',
    targetType: 'region-change',
    targetId: change.id,
    after: {
      kind: change.kind,
      from: change.from,
      to: change.to,
      effectiveDate: change.effectiveDate,
      refusal: isRefusal(cause) ? cause.code : 'INTERNAL',
    },
    outcome: 'REFUSED',
    actor: systemActor(change.regionCode),
    at: clock.now(),
  });
}

async function apply(tx: ScopedTransaction, change: DueChange, clock: Clock): Promise<void> {
  // From here on nobody writes a region's code until this is committed. What is told of an organisation before this instant is from before
  // the change, what is told at it or later has its codes: so subscribers tell which is which, in whatever order events arrive.
  await lockRegions(tx);
  const at = clock.now();
  const links = await linksOf(tx, [change.id]);
  // What a split region holds stays on the old code until somebody assigns it; only the tree itself,
  // natural villages included, knows where its parts went.
  const serials = await moveNaturalVillages(tx, movesOf(links));
  const moves = change.kind === 'SPLIT' ? [] : [...movesOf(links), ...serials];
  await followMoves(tx, moves, { at, now: () => clock.now(), today: clock.today() });
  if (change.kind === 'SPLIT' || change.kind === 'ABOLISH') await listLeftBehind(tx, change, links, clock);
  await tx.query(
    `UPDATE region_change SET status = 'APPLIED', applied_at = $2, version = version + 1 WHERE id = $1`,
    [change.id, at],
  );
  await recordEvent(tx, RegionChanged, {
    aggregateId: REGION_TREE_ID,
    regionCode: change.regionCode,
    occurredAt: at,
    data: {
      changeId: change.id,
      kind: change.kind,
      from: change.from,
      to: change.to,
      effectiveDate: change.effectiveDate,
      moves,
    },
  });
  await recordAudit(tx, {
    action: 'REGION_CHANGED',
    targetType: 'region-change',
    targetId: change.id,
    after: { kind: change.kind, from: change.from, to: change.to, effectiveDate: change.effectiveDate },
    outcome: 'OK',
    actor: systemActor(change.regionCode),
    at,
  });
}

/** Puts organisations that a split or an abolition left without a valid code on the to-do list. */
async function listLeftBehind(
  tx: ScopedTransaction,
  change: DueChange,
  links: readonly ChangeLink[],
  clock: Clock,
): Promise<void> {
  const dayBefore = addDays(change.effectiveDate, -1);
  const before = await regionsAt(
    tx,
    change.from.map((code) => ({ code, asOf: dayBefore })),
  );
  const ranges = before.map(({ code, level }) => scopeRange(code, level));
  const found = await tx.query<{ id: string; code: string; stands: boolean }>(
    `SELECT DISTINCT o.id, o.region_code AS code,
            EXISTS (SELECT 1 FROM region r WHERE r.code = o.region_code
                      AND r.valid_from <= $3::date AND (r.valid_to IS NULL OR r.valid_to > $3::date)) AS stands
     FROM unnest($1::text[], $2::text[]) AS left_behind(low, high)
     JOIN organisation o ON o.region_code >= low COLLATE "C" AND o.region_code < high COLLATE "C"
     WHERE o.valid_to IS NULL OR o.valid_to > $3::date ORDER BY o.id`,
    [ranges.map(({ low }) => low), ranges.map(({ high }) => high), clock.today()],
  );
  const waiting = found.filter(({ code, stands }) => needsAssignment(change.kind, change.from, code, stands));
  await tx.query(
    `INSERT INTO region_split_task (change_id, organisation_id, region_code, suggested_code, created_at)
     SELECT $1, w.id, w.code, w.suggested, $5 FROM unnest($2::uuid[], $3::text[], $4::text[]) AS w(id, code, suggested)`,
    [
      change.id,
      waiting.map(({ id }) => id),
      waiting.map(({ code }) => code),
      waiting.map(({ code }) => suggestionFor(code, movesOf(links), change)),
      clock.now(),
    ],
  );
}

/** Where a part of a split region went by the order's mapping, or the only successor; null when a person must know. */
function suggestionFor(code: string, moves: readonly RegionMove[], change: DueChange): string | null {
  const moved = applyMoves(code, moves);
  if (moved !== code) return moved;
  return change.to.length === 1 ? change.to[0]! : null;
}
