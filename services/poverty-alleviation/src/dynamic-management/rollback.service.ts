import { randomUUID } from 'node:crypto';
import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { helpersAmong } from '../assistance/helpers-and-members.service';
import type { Operation, Plan } from '../back-office/back-office.service';
import {
  type PerCapita,
  restate,
  type Trace,
  updateRecord,
  writeStatusHistory,
} from '../households/household-files.service';
import { type HouseholdView, readHouseholds, readYearRecords } from '../households/household-views.service';
import { isHeldByOthers, numbersOf, takeIntoIndex } from '../households/repeated-numbers.service';
import { currentCycle } from '../survey-years/survey-years.service';
import { closeHousehold, reopenHousehold } from './closing.service';
import {
  householdsOf,
  type KeptOperation,
  keepOperation,
  latestOperations,
  lockHouseholds,
  markRolledBack,
  reachesBeyond,
  readSituations,
} from './operation-log.store';
import { expectSettled } from './population.service';
import { settleMembers, writeMemberships } from './population.store';
import {
  activeElsewhere,
  changedSince,
  expectLatest,
  factsOf,
  helpsByNow,
  nothingToTakeBack,
  partlyBeyondSight,
  restoredSituations,
} from './rollback.rules';
import { announceRollback } from './rollback-events.service';
import {
  comingBack,
  isOverwritten,
  type Restoration,
  restorationOf,
  type Situation,
} from './situation.rules';

export interface RollbackInput {
  householdId: string;
}

/** A rollback about to be done. */
export interface RollbackPlan extends Plan {
  operationId: string;
  /** The operation's part in each of its households. */
  parts: KeptOperation[];
  households: HouseholdView[];
  /** How the households stand now. */
  now: ReadonlyMap<string, Situation>;
  restoration: Restoration;
  /** Members who count again. */
  returning: string[];
}

/**
 * The rollback of dynamic operations 综合回退 (8.1, PA-BO-01): takes back the latest operation of a household in the
 * open cycle, with all households that it changed together. Statuses and memberships become what they were, incomes
 * are computed anew, both operations stay in the history. Refused with STATE_CONFLICT: nothing to take back, a later
 * operation on another of its households, anything else changed since what it had changed, a household of it that stands in another
 * province by now. DUPLICATE_ID: somebody else is active
 * with the number of a member who would come back, be it by old data (PA-NI-03). STATE_CONFLICT also where such a member is a helper
 * by now (PA-AH-02).
 */
export class Rollback implements Operation<RollbackInput, RollbackPlan> {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  async plan(tx: ScopedTransaction, { householdId }: RollbackInput, lock: boolean): Promise<RollbackPlan> {
    const codes = await this.regions.hold(tx);
    const { year } = await currentCycle(tx);
    if (!isUuid(householdId)) throw refuse.notFound('householdId');
    const [asked] = await readHouseholds(tx, [householdId]);
    if (asked === undefined) throw refuse.notFound('householdId');
    const [sought] = await latestOperations(tx, [householdId], year);
    if (sought === undefined) throw nothingToTakeBack();
    const ids = await householdsOf(tx, sought.id);
    if (await reachesBeyond(tx, sought.id, ids)) throw partlyBeyondSight();
    if (lock) await lockHouseholds(tx, ids);
    const keys = ids.map((id) => ({ householdId: id, year }));
    const [parts, households, records, now] = await Promise.all([
      latestOperations(tx, ids, year),
      readHouseholds(tx, ids),
      readYearRecords(tx, keys),
      readSituations(tx, ids, year),
    ]);
    expectSettled(
      records.map((record) => ({ record })),
      codes,
    );
    expectLatest(sought.id, ids, parts, households);
    if (parts.some((part) => isOverwritten(part, now.get(part.householdId)!))) throw changedSince();
    const restoration = restorationOf(parts);
    const returning = comingBack(restoration, now);
    if (returning.length > 0) await expectFree(tx, returning, year);
    return {
      function: 'ROLLBACK',
      targetId: householdId,
      householdId,
      year,
      before: factsOf(households, now),
      after: factsOf(households, restoredSituations(parts)),
      confirmation: asked.householdNo,
      versions: [sought.id, ...records.map(({ version }) => version)],
      operationId: sought.id,
      parts,
      households,
      now,
      restoration,
      returning,
    };
  }

  async apply(tx: ScopedTransaction, plan: RollbackPlan, by: Trace): Promise<object> {
    const year = plan.year!;
    const perCapita = await this.restoreMembers(tx, plan, year, by);
    await restoreRecords(tx, plan, year, by);
    const history = await writeHistory(tx, plan, year, this.clock.today(), by);
    const rollbackId = randomUUID();
    await keepOperation(
      tx,
      { kind: 'ROLLBACK', year },
      plan.households.map(({ id }) => ({
        householdId: id,
        before: plan.now.get(id)!,
        historyId: history.get(id) ?? null,
      })),
      by,
      rollbackId,
    );
    await markRolledBack(
      tx,
      plan.operationId,
      rollbackId,
      plan.parts.flatMap(({ householdId, historyId }) =>
        historyId && history.has(householdId)
          ? [{ rolledBack: historyId, by: history.get(householdId)! }]
          : [],
      ),
    );
    await announceRollback(tx, plan, perCapita, year, by);
    return {};
  }

  /** Memberships as they were, and incomes anew; returns the per-capita incomes of the households whose members changed. */
  private async restoreMembers(
    tx: ScopedTransaction,
    { parts, returning, restoration: { members, added } }: RollbackPlan,
    year: number,
    by: Trace,
  ): Promise<ReadonlyMap<string, PerCapita>> {
    const relations = new Map(
      parts.flatMap(({ after }) =>
        after.members.map(({ id, relationToHead }) => [id, relationToHead] as const),
      ),
    );
    const changes = [
      ...added.map(({ id, householdId }) => ({
        memberId: id,
        householdId,
        status: 'DELETED' as const,
        relationToHead: relations.get(id)!,
        statusDate: this.clock.today(),
        statusReason: 'ROLLBACK',
      })),
      ...members.map(({ id, ...membership }) => ({ memberId: id, ...membership })),
    ];
    if (changes.length === 0) return new Map();
    // Whoever registers one of their numbers at this moment meets them in the index, old data or not.
    await takeIntoIndex(tx, returning, year);
    await writeMemberships(tx, changes, year, by).catch((error: unknown) => {
      throw isUniqueViolation(error, 'member_year_record_identity') ? activeElsewhere() : error;
    });
    await settleMembers(
      tx,
      changes.map(({ memberId }) => memberId),
      year,
      by,
    );
    return new Map(
      await Promise.all(
        parts.map(
          async ({ householdId }) => [householdId, await restate(tx, { householdId, year }, by)] as const,
        ),
      ),
    );
  }
}

/** Refuses members who would count again and are active elsewhere, or help; until the transaction ends they become no helpers. */
async function expectFree(tx: ScopedTransaction, returning: readonly string[], year: number): Promise<void> {
  if (await isHeldByOthers(tx, returning, year)) throw activeElsewhere();
  const helpers = await helpersAmong(tx, await numbersOf(tx, returning, year));
  if (helpers.length > 0) throw helpsByNow();
}

async function restoreRecords(
  tx: ScopedTransaction,
  { restoration: { records } }: RollbackPlan,
  year: number,
  by: Trace,
): Promise<void> {
  for (const [householdId, patch] of records) {
    if (Object.keys(patch).length > 0) await updateRecord(tx, { householdId, year }, patch, by);
  }
}

/** Opens and closes files, and writes a line into the history of each household whose status or file changed. */
async function writeHistory(
  tx: ScopedTransaction,
  { households, now, restoration: { records, reopened, unmade } }: RollbackPlan,
  year: number,
  today: string,
  by: Trace,
): Promise<ReadonlyMap<string, string>> {
  const history = new Map<string, string>();
  for (const household of households) {
    const { id } = household;
    const { povertyStatus } = now.get(id)!;
    const closable = { ...household, povertyStatus };
    const restored = records.get(id)?.povertyStatus;
    if (unmade.includes(id)) history.set(id, await closeHousehold(tx, closable, year, 'ROLLBACK', today, by));
    else if (reopened.includes(id)) history.set(id, await reopenHousehold(tx, closable, year, by));
    else if (restored !== undefined) {
      const change = { from: povertyStatus, to: restored, operation: 'ROLLBACK' } as const;
      history.set(id, await writeStatusHistory(tx, { householdId: id, year, ...change }, by));
    }
  }
  return history;
}
