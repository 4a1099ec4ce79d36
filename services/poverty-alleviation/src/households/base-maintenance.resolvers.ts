import type { Context } from '../context';
import type { Resolvers } from '../generated/graphql';
import { isActive } from './household-files.service';
import type { HouseholdTabsService } from './household-tabs.service';
import type { YearKey, YearRecordView } from './household-views.service';
import type { ManualMeasuresService } from './manual-measures.service';
import type { MemberMaintenanceService } from './member-maintenance.service';
import type { OutcomeMaintenanceService } from './outcome-maintenance.service';
import { historyOnPage } from './status-history.rules';

export interface BaseMaintenanceServices {
  tabs: HouseholdTabsService;
  memberMaintenance: MemberMaintenanceService;
  manualMeasures: ManualMeasuresService;
  outcomeMaintenance: OutcomeMaintenanceService;
}

/** Resolvers of base maintenance: the seven tabs of a household's page, its members and its history. */
export function baseMaintenanceResolvers({
  tabs,
  memberMaintenance,
  manualMeasures,
  outcomeMaintenance,
}: BaseMaintenanceServices): Resolvers {
  return {
    Mutation: {
      saveHouseholdBasic: async (_, { input }, context) =>
        recordOf(context, await context.write((tx) => tabs.saveBasic(tx, input))),
      saveProductionAndLiving: async (_, { input }, context) =>
        recordOf(context, await context.write((tx) => tabs.saveProductionAndLiving(tx, input))),
      saveIncomeAndHealth: async (_, { input }, context) =>
        recordOf(context, await context.write((tx) => tabs.saveIncomeAndHealth(tx, input))),
      saveRelocation: async (_, { input }, context) =>
        recordOf(context, await context.write((tx) => tabs.saveRelocation(tx, input))),
      saveMember: async (_, { input }, context) => {
        const saved = await context.write((tx) => memberMaintenance.save(tx, input));
        const members = await context.loaders.members.load(saved);
        return members.find(({ id }) => id === saved.memberId)!;
      },
      saveMeasure: async (_, { input }, context) =>
        recordOf(context, await context.write((tx) => manualMeasures.save(tx, input))),
      deleteMeasure: async (_, { id, expectedVersion }, context) =>
        recordOf(context, await context.write((tx) => manualMeasures.delete(tx, id, expectedVersion))),
      saveOutcome: async (_, { input }, context) =>
        recordOf(context, await context.write((tx) => outcomeMaintenance.save(tx, input))),
    },
    Household: {
      statusHistory: ({ id }, _, { loaders }) => loaders.statusHistory.load(id),
    },
    HouseholdYearRecord: {
      head: async (record, _, { loaders }) =>
        (await loaders.members.load(record)).find(
          (member) => isActive(member) && member.relationToHead === 'HEAD',
        ) ?? null,
      statusHistory: async ({ householdId, year }, _, { loaders }) =>
        historyOnPage(year, await loaders.statusHistory.load(householdId)),
      measures: (record, _, { loaders }) => loaders.measures.load(record),
      outcome: async (record, _, { loaders }) => (await loaders.outcome.load(record))!,
    },
  };
}

/** The record just saved, read anew. */
async function recordOf({ loaders }: Context, key: YearKey): Promise<YearRecordView> {
  return (await loaders.yearRecord.load(key))!;
}
