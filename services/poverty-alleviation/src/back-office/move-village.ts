import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isInScope } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { endPairingsWithoutUnit, holdUnitPairings } from '../assistance/pairings.service';
import { type OpenFile, recordChanged, type Trace } from '../households/household-files.service';
import { isComplete } from '../settled-regions';
import { currentCycle } from '../survey-years/survey-years.service';
import type { Operation, Plan } from './back-office.service';
import { unchanged } from './household-adjustments';
import { fileFor, refuseUnlessActive } from './household-plans';

export interface MoveVillageInput {
  householdId: string;
  villageCode: string;
}

interface MoveVillagePlan extends Plan {
  householdId: string;
  villageCode: string;
  file: OpenFile;
  year: number;
  epoch: number;
}

/** Tables whose rows stand where the household lives, of all years: its history and what is open for it. */
export const ROWS_OF_HOUSEHOLD = [
  'household_status_history',
  'dynamic_operation',
  'population_change',
  'helper_pairing',
  'back_office_operation',
  'to_do',
  'split_task',
] as const;

/** Tables of a year's data: only the cycle's rows move (PA-YR-01). */
export const ROWS_OF_YEAR = ['member_year_record', 'assistance_measure', 'assistance_outcome'] as const;

/**
 * 8.7 2017年修改所在村: the household's record of the cycle comes to stand in another village of the same province
 * (PA-BO-07). Its natural village is cleared, pairings whose unit does not serve the new village end (PA-HH-03).
 */
export function moveVillage(
  regions: PresentRegions,
  clock: Clock,
): Operation<MoveVillageInput, MoveVillagePlan> {
  return {
    plan: async (tx, input, lock) => {
      const { householdId, villageCode } = input;
      const codes = await regions.hold(tx);
      const { year } = await currentCycle(tx);
      const file = await fileFor(tx, householdId, year, lock);
      refuseUnlessActive(file);
      const { household, record } = file;
      if (!isInScope(tx.scope, villageCode)) throw refuse.outOfRegion('input.villageCode');
      if (codes.levelOf(villageCode) !== 'VILLAGE') throw noVillage('input.villageCode');
      if (villageCode.slice(0, 2) !== household.regionCode.slice(0, 2)) throw otherProvince();
      if (villageCode === record.regionCode) throw unchanged('input.villageCode');
      if (!isComplete(codes, villageCode) || (await waits(tx, householdId))) throw beingRecoded();
      if (lock) await holdUnitPairings(tx, [record.regionCode, villageCode]);
      const pairings = await openPairings(tx, householdId, villageCode, clock.today());
      const { householdNo } = household;
      const natural = record.basic.naturalVillageCode;
      return {
        ...input,
        function: 'MOVE_VILLAGE',
        targetId: householdId,
        before: {
          householdNo,
          villageCode: record.regionCode,
          naturalVillageCode: natural,
          helperPairings: pairings.open,
        },
        after: { householdNo, villageCode, naturalVillageCode: null, helperPairings: pairings.kept },
        confirmation: householdNo,
        versions: [household.version, record.version],
        file,
        year,
        epoch: codes.epoch,
      };
    },
    apply: async (tx, plan, by) => {
      await moveRows(tx, plan, by);
      const { file, householdId, villageCode } = plan;
      await endPairingsWithoutUnit(
        tx,
        householdId,
        villageCode,
        { date: clock.today(), reason: 'VILLAGE_CHANGED' },
        by,
      );
      await recordChanged(
        tx,
        [{ ...file, household: { ...file.household, regionCode: villageCode } }],
        ['VILLAGE'],
        by,
      );
      return {};
    },
  };
}

/** Everything that stands where the household lives comes along in one transaction, with the epoch of the codes held. */
async function moveRows(
  tx: ScopedTransaction,
  { householdId, villageCode, year, epoch }: MoveVillagePlan,
  { actor, now }: Trace,
): Promise<void> {
  const moved = 'region_code = $2, region_epoch = $3';
  const traced = `${moved}, updated_by = $4, updated_at = $5, version = version + 1`;
  const at = [householdId, villageCode, epoch];
  await tx.query(`UPDATE household SET ${traced} WHERE id = $1`, [...at, actor, now]);
  await tx.query(
    `UPDATE household_year_record SET ${traced}, natural_village_code = NULL WHERE household_id = $1 AND year = $6`,
    [...at, actor, now, year],
  );
  await tx.query(
    `UPDATE member SET ${traced}
     WHERE id IN (SELECT member_id FROM member_year_record WHERE household_id = $1 AND year = $6)`,
    [...at, actor, now, year],
  );
  for (const table of ROWS_OF_YEAR) {
    await tx.query(`UPDATE ${table} SET ${moved} WHERE household_id = $1 AND year = $4`, [...at, year]);
  }
  for (const table of ROWS_OF_HOUSEHOLD) {
    await tx.query(`UPDATE ${table} SET ${moved} WHERE household_id = $1`, at);
  }
}

/** Whether the household waits for, or is on the way to, its village after its region was split. */
async function waits(tx: ScopedTransaction, householdId: string): Promise<boolean> {
  const rows = await tx.query('SELECT FROM split_task WHERE household_id = $1 AND moved_at IS NULL', [
    householdId,
  ]);
  return rows.length > 0;
}

/** How many pairings with helpers the household has, and how many of them hold in the other village. */
async function openPairings(
  tx: ScopedTransaction,
  householdId: string,
  villageCode: string,
  date: string,
): Promise<{ open: number; kept: number }> {
  const [row] = await tx.query<{ open: number; kept: number }>(
    `SELECT count(*)::int AS open, count(*) FILTER (WHERE EXISTS (
         SELECT FROM responsible_helper h JOIN unit_village_pairing v ON v.unit_id = h.unit_id
         WHERE h.id = p.helper_id AND v.region_code = $2 AND v.start_date <= $3::date
           AND (v.end_date IS NULL OR v.end_date > $3::date)))::int AS kept
     FROM helper_pairing p WHERE p.household_id = $1 AND (p.end_date IS NULL OR p.end_date > $3::date)`,
    [householdId, villageCode, date],
  );
  return row!;
}

/** The refusal of a code that names no village today. */
export function noVillage(field: string): Refusal {
  return new Refusal(
    'INVALID_REGION_CODE',
    {
      zh: '请选择现行的行政村；该代码不是现行的行政村代码',
      en: 'Choose a present administrative village; this code is of none',
    },
    { field },
  );
}

function otherProvince(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '只能在同一省内修改所在村，请选择本省的行政村',
      en: 'A household moves within its province only; choose a village of the same province',
    },
    { field: 'input.villageCode' },
  );
}

function beingRecoded(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该户或目标村的区划正在调整，请待调整完成（拆分的请先分配行政村）后再办理',
      en: 'The region of the household or of the village is being re-coded; wait until that is done, or assign the split household first',
    },
    { field: 'input.villageCode' },
  );
}
