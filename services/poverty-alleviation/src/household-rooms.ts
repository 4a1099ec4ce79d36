import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import { baseMaintenanceResolvers } from './households/base-maintenance.resolvers';
import { householdLoaders } from './households/household.loaders';
import { HouseholdListService } from './households/household-list.service';
import { HouseholdTabsService } from './households/household-tabs.service';
import { householdResolvers } from './households/households.resolvers';
import { HouseholdIdentificationService } from './households/identification.service';
import { ManualMeasuresService } from './households/manual-measures.service';
import { MemberMaintenanceService } from './households/member-maintenance.service';
import { OutcomeMaintenanceService } from './households/outcome-maintenance.service';
import { splitTaskResolvers } from './region-changes/split-tasks.resolvers';
import { SplitTasksService } from './region-changes/split-tasks.service';
import type { RoomParts } from './service';

/** Wires the use cases of households. */
export function householdRooms({ personal, regions, clock, rowsToFollow }: RoomParts) {
  return {
    personal,
    identification: new HouseholdIdentificationService(personal, regions, clock),
    list: new HouseholdListService(personal),
    tabs: new HouseholdTabsService(personal, clock),
    memberMaintenance: new MemberMaintenanceService(personal, clock),
    manualMeasures: new ManualMeasuresService(clock),
    outcomeMaintenance: new OutcomeMaintenanceService(clock),
    splitTasks: new SplitTasksService(regions, clock, rowsToFollow),
  };
}

export type HouseholdRooms = ReturnType<typeof householdRooms>;

/** Resolvers of these rooms. */
export function householdRoomResolvers(services: HouseholdRooms): Resolvers[] {
  return [
    householdResolvers(services),
    baseMaintenanceResolvers(services),
    splitTaskResolvers(services.splitTasks),
  ];
}

/** The DataLoaders of these rooms, made for each request. */
export function householdRoomLoaders(context: LoaderContext) {
  const read = () => context.read();
  return householdLoaders(read);
}
