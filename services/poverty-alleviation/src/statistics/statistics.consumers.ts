import {
  defineConsumer,
  FundAllocated,
  FundArranged,
  FundArrived,
  HouseholdCleared,
  HouseholdClosed,
  HouseholdIdentified,
  HouseholdRecordChanged,
  HouseholdReopened,
  HouseholdStatusChanged,
  IntegratedFundReported,
  MemberChanged,
  PoorVillageAdded,
  ProjectBeneficiariesChanged,
  ProjectRecordChanged,
  ProjectStageChanged,
  RegionRecordChanged,
  SurveyYearClosed,
  SurveyYearOpened,
  VillageAttributeChanged,
  VillageDelisted,
  VillageDelistingCancelled,
} from '@junxian/messaging';
import { recount } from './ledger.service';
import {
  recountCountiesOf,
  recountHouseholds,
  recountIntegratedFunds,
  recountProjects,
  recountVillagesOf,
} from './recounts.service';
import { orderYearCount } from './year-counts.service';

/** Villages that change at once are counted few at a time: each brings its households along. */
const VILLAGES_AT_ONCE = 10;

/** How the statistics follow the events of this service; each recounts what the event tells of, as it stands now. */
export function statisticConsumers() {
  return [
    defineConsumer({
      name: 'poverty-alleviation.count-households',
      events: [
        HouseholdIdentified,
        HouseholdStatusChanged,
        HouseholdClosed,
        HouseholdReopened,
        HouseholdCleared,
        HouseholdRecordChanged,
      ],
      handleBatch: (tx, events) =>
        recountHouseholds(
          tx,
          events.map(({ data: { householdId, year } }) => ({ householdId, year })),
        ),
    }),
    defineConsumer({
      name: 'poverty-alleviation.count-members',
      events: [MemberChanged],
      handleBatch: (tx, events) =>
        recountHouseholds(
          tx,
          events.flatMap(({ data: { fromHouseholdId, toHouseholdId, year } }) =>
            [fromHouseholdId, toHouseholdId].flatMap((householdId) =>
              householdId === null ? [] : [{ householdId, year }],
            ),
          ),
        ),
    }),
    defineConsumer({
      name: 'poverty-alleviation.count-villages',
      events: [PoorVillageAdded, VillageDelisted, VillageDelistingCancelled, VillageAttributeChanged],
      batchSize: VILLAGES_AT_ONCE,
      handleBatch: (tx, events) =>
        recountVillagesOf(
          tx,
          events.map(({ data: { villageCode } }) => villageCode),
          { households: true },
        ),
    }),
    defineConsumer({
      name: 'poverty-alleviation.count-region-records',
      events: [RegionRecordChanged],
      handleBatch: async (tx, events) => {
        const codesOf = (wanted: string) =>
          events.flatMap(({ data: { kind, code } }) => (kind === wanted ? [code] : []));
        await recountVillagesOf(tx, codesOf('VILLAGE'), { households: false });
        await recountCountiesOf(tx, codesOf('COUNTY'));
      },
    }),
    defineConsumer({
      name: 'poverty-alleviation.count-projects',
      events: [ProjectStageChanged, ProjectRecordChanged, ProjectBeneficiariesChanged, FundArranged],
      handleBatch: (tx, events) =>
        recountProjects(
          tx,
          events.map(({ data: { projectId } }) => projectId),
        ),
    }),
    defineConsumer({
      name: 'poverty-alleviation.count-allocations',
      events: [FundAllocated, FundArrived],
      handleBatch: (tx, events) =>
        recount(
          tx,
          'ALLOCATION',
          events.map(({ data: { allocationId, year } }) => ({ ownerId: allocationId, year })),
        ),
    }),
    defineConsumer({
      name: 'poverty-alleviation.count-integrated-funds',
      events: [IntegratedFundReported],
      handleBatch: (tx, events) =>
        recountIntegratedFunds(
          tx,
          events.map(({ data: { regionCode, year } }) => ({ regionCode, year })),
        ),
    }),
    defineConsumer({
      name: 'poverty-alleviation.count-opened-year',
      events: [SurveyYearOpened],
      handle: (tx, { data: { year } }) => orderYearCount(tx, [year]),
    }),
    defineConsumer({
      name: 'poverty-alleviation.count-closed-year',
      events: [SurveyYearClosed],
      // Closing a year says what was spent in it and carries the rest over.
      handle: (tx, { data: { year } }) => orderYearCount(tx, [year, year + 1], ['ARRANGEMENT', 'CARRY_IN']),
    }),
  ];
}
