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
  KeyTargetChanged,
  MemberChanged,
  NaturalVillageDeleted,
  PairingChanged,
  PoorVillageAdded,
  PovertyIdentityRevealed,
  ProjectBeneficiariesChanged,
  ProjectRecordChanged,
  ProjectStageChanged,
  RegionChanged,
  RegionRecordChanged,
  SurveyYearClosed,
  SurveyYearOpened,
  VillageAttributeChanged,
  VillageDelisted,
  VillageDelistingCancelled,
} from '@junxian/messaging';
import { receiveRegionChange } from '@junxian/region-changes';
import { forgetNaturalVillage } from './natural-villages/natural-villages.service';
import { statisticConsumers } from './statistics/statistics.consumers';
import { toDoConsumers } from './to-dos/to-dos.consumers';

/** Every event this service publishes (requirements/poverty-alleviation.md §5). */
export const published = [
  HouseholdIdentified,
  HouseholdStatusChanged,
  HouseholdClosed,
  HouseholdReopened,
  HouseholdCleared,
  KeyTargetChanged,
  HouseholdRecordChanged,
  MemberChanged,
  PoorVillageAdded,
  VillageDelisted,
  VillageDelistingCancelled,
  VillageAttributeChanged,
  RegionRecordChanged,
  PairingChanged,
  FundAllocated,
  FundArrived,
  FundArranged,
  IntegratedFundReported,
  ProjectStageChanged,
  ProjectBeneficiariesChanged,
  ProjectRecordChanged,
  SurveyYearOpened,
  SurveyYearClosed,
  PovertyIdentityRevealed,
];

/** Who is told when a region change was received. */
export interface EventListeners {
  regionChangeReceived(): void;
}

/** Everything this service does when an event arrives, its own included. */
export function consumers({ regionChangeReceived }: EventListeners) {
  return [
    defineConsumer({
      name: 'poverty-alleviation.receive-region-changes',
      events: [RegionChanged],
      handle: async (tx, event) => {
        await receiveRegionChange(tx, event);
        tx.afterCommit(regionChangeReceived);
      },
    }),
    defineConsumer({
      name: 'poverty-alleviation.forget-natural-villages',
      events: [NaturalVillageDeleted],
      handle: forgetNaturalVillage,
    }),
    ...statisticConsumers(),
    ...toDoConsumers(),
  ];
}
