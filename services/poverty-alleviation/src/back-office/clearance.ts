import type { Clock } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import { HouseholdCleared, MemberChanged, recordEvent, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { endHelperPairings } from '../assistance/pairings.service';
import {
  isActive,
  type OpenFile,
  type PerCapita,
  restate,
  type Trace,
  updateMembers,
  writeStatusHistory,
} from '../households/household-files.service';
import type { MemberView } from '../households/household-views.service';
import { currentCycle } from '../survey-years/survey-years.service';
import type { Operation, Plan } from './back-office.service';
import {
  concerned,
  fileFor,
  refuseUnlessActive,
  standing,
  standingAfter,
  writeRemoval,
} from './household-plans';
import { type HeadChoice, type Removal, removalOf } from './removal.rules';

/** Persons wrongly identified, and who heads the household without them. */
export interface ClearPersonsInput extends HeadChoice {
  householdId: string;
  memberIds: readonly string[];
}

interface ClearPersonsPlan extends Plan {
  file: OpenFile;
  removal: Removal<MemberView>;
}

/** 8.2 贫困人口清退: wrongly identified members leave the cycle's record; never a natural decrease (PA-BO-02). */
export function clearPersons(clock: Clock): Operation<ClearPersonsInput, ClearPersonsPlan> {
  return {
    plan: async (tx, input, lock) => {
      if (input.memberIds.length === 0) throw nobodySelected();
      const cycle = await currentCycle(tx);
      const file = await fileFor(tx, input.householdId, cycle.year, lock);
      const removal = removalOf(file.members.filter(isActive), input.memberIds, input, {
        members: 'input.memberIds',
        newHead: 'input.newHeadId',
        relations: 'input.relations',
      });
      if (removal.remaining.length === 0) throw wholeHousehold();
      return {
        function: 'CLEAR_PERSONS',
        targetId: file.household.id,
        householdId: file.household.id,
        year: cycle.year,
        before: standing(file, concerned(removal)),
        after: standingAfter(file, removal, 'CLEARED'),
        confirmation: file.household.householdNo,
        versions: [file.household.version, file.record.version],
        file,
        removal,
      };
    },
    apply: async (tx, { file, removal }, by) => {
      const { household, record } = file;
      await writeRemoval(tx, record.year, removal, 'CLEARED', clock.today(), by);
      const perCapita = await restate(tx, record, by);
      await announceCleared(tx, file, removal.leaving, perCapita, by);
      return { householdId: household.id };
    },
  };
}

export interface ClearHouseholdInput {
  householdId: string;
}

interface ClearHouseholdPlan extends Plan {
  file: OpenFile;
  leaving: MemberView[];
}

/**
 * 8.3 贫困户清退: a wrongly identified household leaves with all its members; its pairings end, what it received of
 * projects stays as history (PA-BO-03).
 */
export function clearHousehold(clock: Clock): Operation<ClearHouseholdInput, ClearHouseholdPlan> {
  return {
    plan: async (tx, { householdId }, lock) => {
      const cycle = await currentCycle(tx);
      const file = await fileFor(tx, householdId, cycle.year, lock);
      refuseUnlessActive(file);
      const leaving = file.members.filter(isActive);
      const removal: Removal<MemberView> = { leaving, remaining: [], relations: new Map() };
      return {
        function: 'CLEAR_HOUSEHOLD',
        targetId: householdId,
        householdId,
        year: cycle.year,
        before: { fileStatus: 'ACTIVE', ...standing(file, leaving) },
        after: { fileStatus: 'CLEARED', ...standingAfter(file, removal, 'CLEARED_WITH_HOUSEHOLD') },
        confirmation: file.household.householdNo,
        versions: [file.household.version, file.record.version],
        file,
        leaving,
      };
    },
    apply: async (tx, { file, leaving }, by) => {
      const { household, record } = file;
      const { year } = record;
      await updateMembers(
        tx,
        leaving.map(({ id }) => id),
        year,
        { status: 'CLEARED_WITH_HOUSEHOLD', statusDate: clock.today(), statusReason: null },
        by,
      );
      const perCapita = await restate(tx, record, by);
      await tx.query(
        `UPDATE household SET file_status = 'CLEARED', closed_year = $2, close_reason = 'CLEARED',
           updated_by = $3, updated_at = $4, version = version + 1 WHERE id = $1`,
        [household.id, year, by.actor, by.now],
      );
      await endHelperPairings(tx, [household.id], { date: clock.today(), reason: 'CLEARED' }, by);
      const status = record.basic.povertyStatus;
      await writeStatusHistory(
        tx,
        { householdId: household.id, year, from: status, to: status, operation: 'CLEAR' },
        by,
      );
      await announceCleared(tx, file, leaving, perCapita, by);
      await recordEvent(tx, HouseholdCleared, {
        aggregateId: household.id,
        aggregateVersion: household.version + 1,
        regionCode: household.regionCode,
        occurredAt: by.now,
        data: { householdId: household.id, year },
      });
      return { householdId: household.id };
    },
  };
}

async function announceCleared(
  tx: ScopedTransaction,
  { household, record }: OpenFile,
  leaving: readonly MemberView[],
  { before, after }: PerCapita,
  { now }: Trace,
): Promise<void> {
  await recordEvents(
    tx,
    MemberChanged,
    leaving.map(({ id, citizenId }) => ({
      aggregateId: id,
      regionCode: household.regionCode,
      occurredAt: now,
      data: {
        kind: 'CLEAR' as const,
        memberId: id,
        ...(citizenId === null ? {} : { citizenId }),
        year: record.year,
        fromHouseholdId: household.id,
        toHouseholdId: null,
        reason: null,
        perCapitaBefore: before,
        perCapitaAfter: after,
      },
    })),
  );
}

function nobodySelected(): Refusal {
  return new Refusal(
    'NOTHING_SELECTED',
    { zh: '请至少选择一名成员', en: 'Choose at least one member' },
    { field: 'input.memberIds' },
  );
}

function wholeHousehold(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '所选为该户全部成员，请改用贫困户清退（8.3）办理整户清退',
      en: 'These are all members of the household; clear the household as a whole (8.3)',
    },
    { field: 'input.memberIds' },
  );
}
