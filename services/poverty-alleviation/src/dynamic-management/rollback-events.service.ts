import { HouseholdStatusChanged, KeyTargetChanged, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { ACTIVE_MEMBER, type PerCapita, type Trace } from '../households/household-files.service';
import { type HouseholdView, readMembers } from '../households/household-views.service';
import { announceMembers, type MemberMove } from './member-events.service';
import type { Restoration, Situation } from './situation.rules';

/** A rollback that was carried out. */
export interface RolledBack {
  households: readonly HouseholdView[];
  /** How the households stood before it. */
  now: ReadonlyMap<string, Situation>;
  restoration: Restoration;
}

/**
 * Records what a rollback changed: household.status-changed, household.key-target-changed, and member.changed for
 * everybody who comes back, goes back or is deleted. Takes the per-capita incomes of the households whose members changed.
 */
export async function announceRollback(
  tx: ScopedTransaction,
  { households, now, restoration }: RolledBack,
  perCapita: ReadonlyMap<string, PerCapita>,
  year: number,
  by: Trace,
): Promise<void> {
  const regionOf = (id: string) => households.find((household) => household.id === id)!.regionCode;
  const facts = (id: string) => ({ aggregateId: id, regionCode: regionOf(id), occurredAt: by.now });
  const restored = [...restoration.records];
  await recordEvents(
    tx,
    HouseholdStatusChanged,
    restored.flatMap(([householdId, { povertyStatus: to }]) => {
      if (to === undefined) return [];
      const { povertyStatus: from } = now.get(householdId)!;
      const data = { householdId, year, operation: 'ROLLBACK' as const, from, to, reason: null, checks: [] };
      return [{ ...facts(householdId), data }];
    }),
  );
  await recordEvents(
    tx,
    KeyTargetChanged,
    restored.flatMap(([householdId, { isKeyTarget }]) =>
      isKeyTarget === undefined ? [] : [{ ...facts(householdId), data: { householdId, year, isKeyTarget } }],
    ),
  );
  const people = await readMembers(
    tx,
    households.map(({ id }) => ({ householdId: id, year })),
  );
  const citizens = new Map(people.map(({ id, citizenId }) => [id, citizenId]));
  const moves = movesOf(now, restoration).map(({ id, from, to }): MemberMove => {
    const concerned = (to ?? from)!;
    return {
      kind: 'ROLLBACK',
      memberId: id,
      citizenId: citizens.get(id) ?? null,
      fromHouseholdId: from,
      toHouseholdId: to,
      reason: null,
      perCapita: perCapita.get(concerned)!,
      regionCode: regionOf(concerned),
    };
  });
  await announceMembers(tx, moves, year, by);
}

/** Who goes from where to where; a member who did not count comes from no household. */
function movesOf(now: ReadonlyMap<string, Situation>, { members, added }: Restoration) {
  const stands = new Map(
    [...now.values()].flatMap(({ householdId, members: all }) =>
      all.map(({ id, status }) => [id, { status, householdId }] as const),
    ),
  );
  const back = members.flatMap(({ id, householdId, status }) => {
    const from = stands.get(id)!;
    const isSame = from.householdId === householdId && from.status === status;
    return isSame
      ? []
      : [{ id, from: ACTIVE_MEMBER.has(from.status) ? from.householdId : null, to: householdId }];
  });
  return [...back, ...added.map(({ id, householdId }) => ({ id, from: householdId, to: null }))];
}
