import { EventEmitter } from 'node:events';
import { isWithin, scopeRange } from '@junxian/administrative-region';
import { type Clock, isCalendarDate } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import {
  expectVersion,
  isExclusionViolation,
  isUniqueViolation,
  type ScopedTransaction,
} from '@junxian/persistence';
import { type AuditActor, recordAudit } from '../audit/audit.service';
import { checkNaturalVillagesFit } from '../natural-villages/natural-village-moves.service';
import type { RegionRow } from './region';
import type { RegionChangeOrder, RegionChangePlan, TreeAround } from './region-change';
import { builtUpon, laterChange, notCancellable } from './region-change.refusals';
import { commonRegion, movesOf, planRegionChange } from './region-change.rules';
import {
  CHANGE_COLUMNS,
  changingAgain,
  insertRegionChange,
  lockRegionTree,
  type RegionChangeRow,
} from './region-change.store';
import { checkOrder, codesNamedBy } from './region-change-order.rules';
import { regionsAt, regionsWithin } from './regions.service';

/** Who changes the tree, and when. */
export interface ChangeContext {
  actor: AuditActor;
  clock: Clock;
}

/** Tells this process that a change may be due, so that it need not wait for the next look at the clock. */
export const regionChangeSignals = new EventEmitter();

/**
 * Records a change of regions for a date, past or to come (DI-REG-02, DI-REG-06, DI-REG-07). The tree is
 * exact for every date from now on: what ends gets its end, what begins its beginning. Rows, scopes and
 * other services follow on the date (`applyDueRegionChanges`), at once when it is not in the future.
 * Throws INVALID_REGION_CHANGE, INVALID_REGION_CODE, UNKNOWN_REGION, UNKNOWN_PARENT, REGION_CODE_COLLISION,
 * REGION_HAS_CHILDREN, REGION_CHANGE_CONFLICT, NO_SERIAL_LEFT, or OUT_OF_REGION for a region outside the caller's area.
 */
export async function scheduleRegionChange(
  tx: ScopedTransaction,
  order: RegionChangeOrder,
  { actor, clock }: ChangeContext,
): Promise<RegionChangeRow> {
  checkOrder(order);
  if (!isCalendarDate(order.effectiveDate)) {
    throw refuse.invalid('effectiveDate', {
      zh: '请填写有效的生效日期，如 2018-03-01',
      en: 'Give the effective date as YYYY-MM-DD',
    });
  }
  const inArea = (code: string) => isWithin(code, { low: tx.scope.regionLow, high: tx.scope.regionHigh });
  if (!order.from.every(inArea)) throw refuse.outOfRegion('from');
  if (!order.to.every(({ code }) => inArea(code))) throw refuse.outOfRegion('to');
  await lockRegionTree(tx);
  const sources = await regionsAt(
    tx,
    order.from.map((code) => ({ code, asOf: order.effectiveDate })),
  );
  const plan = await planOnTree(tx, order, sources);
  // A mapping may send single regions elsewhere.
  if (!plan.opening.every(({ code }) => inArea(code))) throw refuse.outOfRegion('mapping');
  const ranges = sources.map(({ code, level }) => scopeRange(code, level));
  const again = await changingAgain(
    tx,
    [...plan.ending, ...plan.opening.map(({ code }) => code)],
    // A rename touches no region below, so those may go their own way.
    order.kind === 'RENAME' ? [] : ranges,
    order.effectiveDate,
  );
  if (again.length > 0) throw laterChange(again);
  await checkNaturalVillagesFit(tx, movesOf(plan.links));
  const change = await insertRegionChange(
    tx,
    {
      kind: order.kind,
      effectiveDate: order.effectiveDate,
      from: order.from,
      regionCode: commonRegion([...order.from, ...plan.to]),
      basisDocument: order.basisDocument.trim(),
      recordedBy: actor.accountId,
      recordedAt: clock.now(),
    },
    plan,
  );
  await audit(tx, 'REGION_CHANGE_SCHEDULED', change, { actor, clock });
  tx.afterCommit(() => regionChangeSignals.emit('recorded'));
  return change;
}

/** Plans twice: only the first plan tells which codes below come out, and whether they are free. */
async function planOnTree(
  tx: ScopedTransaction,
  order: RegionChangeOrder,
  sources: readonly RegionRow[],
): Promise<RegionChangePlan> {
  const date = order.effectiveDate;
  const ranges = sources.map(({ code, level }) => scopeRange(code, level));
  const affected = ranges.length === 0 ? [] : await regionsWithin(tx, ranges, date);
  const standing = async (codes: readonly string[]): Promise<[string, RegionRow][]> =>
    (
      await regionsAt(
        tx,
        codes.map((code) => ({ code, asOf: date })),
      )
    ).map((region) => [region.code, region]);
  const tree: TreeAround = { affected, standing: new Map(await standing(codesNamedBy(order))) };
  const draft = planRegionChange(order, tree);
  const further = await standing(draft.opening.map(({ code }) => code));
  return planRegionChange(order, { affected, standing: new Map([...tree.standing, ...further]) });
}

/**
 * Takes a change back before its date, as if it had never been recorded; the record itself stays, marked
 * as cancelled. Throws NOT_FOUND, STALE_VERSION, REGION_CHANGE_IN_EFFECT when its date has come, or
 * REGION_CHANGE_BUILT_UPON when a later change needs it.
 */
export async function cancelRegionChange(
  tx: ScopedTransaction,
  id: string,
  expectedVersion: number,
  { actor, clock }: ChangeContext,
): Promise<RegionChangeRow> {
  await lockRegionTree(tx);
  const [present] = await tx.query<RegionChangeRow & { regionCode: string }>(
    `SELECT ${CHANGE_COLUMNS}, c.region_code AS "regionCode" FROM region_change c WHERE c.id = $1`,
    [id],
  );
  if (present === undefined) throw refuse.notFound('id');
  if (!isWithin(present.regionCode, { low: tx.scope.regionLow, high: tx.scope.regionHigh })) {
    throw refuse.outOfRegion('id');
  }
  if (present.status !== 'SCHEDULED' || present.effectiveDate <= clock.today()) throw notCancellable();
  await undo(tx, id);
  const cancelled = expectVersion(
    await tx.query<RegionChangeRow>(
      `UPDATE region_change c SET status = 'CANCELLED', cancelled_by = $3, cancelled_at = $4, version = version + 1
       WHERE c.id = $1 AND c.version = $2 RETURNING ${CHANGE_COLUMNS}`,
      [id, expectedVersion, actor.accountId, clock.now()],
    ),
  );
  await audit(tx, 'REGION_CHANGE_CANCELLED', cancelled, { actor, clock });
  return cancelled;
}

async function undo(tx: ScopedTransaction, id: string): Promise<void> {
  const needed = await tx.query(
    `SELECT 1 FROM region mine
     WHERE mine.created_by_change = $1 AND (mine.ended_by_change IS NOT NULL OR EXISTS (
       SELECT 1 FROM region other WHERE other.parent_code = mine.code
         AND other.created_by_change IS DISTINCT FROM $1 AND (other.valid_to IS NULL OR other.valid_to > mine.valid_from)
         AND other.valid_from >= mine.valid_from))
     UNION ALL
     SELECT 1 FROM region_change_link link JOIN region_change c ON c.id = link.change_id
     WHERE c.status <> 'CANCELLED' AND c.id <> $1
       AND c.effective_date >= (SELECT effective_date FROM region_change WHERE id = $1)
       AND link.to_code IN (SELECT code FROM region WHERE created_by_change = $1) LIMIT 1`,
    [id],
  );
  if (needed.length > 0) throw builtUpon();
  await tx.query('DELETE FROM region WHERE created_by_change = $1', [id]);
  try {
    await tx.query('UPDATE region SET valid_to = NULL, ended_by_change = NULL WHERE ended_by_change = $1', [
      id,
    ]);
  } catch (error) {
    // The code it freed has been given to another region since.
    if (isExclusionViolation(error) || isUniqueViolation(error, 'region_current')) throw builtUpon();
    throw error;
  }
}

function audit(
  tx: ScopedTransaction,
  action: 'REGION_CHANGE_SCHEDULED' | 'REGION_CHANGE_CANCELLED',
  change: RegionChangeRow,
  { actor, clock }: ChangeContext,
): Promise<void> {
  const { kind, effectiveDate, from, to, basisDocument } = change;
  return recordAudit(tx, {
    action,
    targetType: 'region-change',
    targetId: change.id,
    after: { kind, effectiveDate, from, to, basisDocument },
    outcome: 'OK',
    actor,
    at: clock.now(),
  });
}
