import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import { householdLoaders } from './households/household.loaders';
import { HouseholdListService } from './households/household-list.service';
import { householdResolvers } from './households/households.resolvers';
import { HouseholdIdentificationService } from './households/identification.service';
import { povertyCounterResolvers } from './poverty-counters/poverty-counters.resolvers';
import { summaryLoader } from './poverty-counters/poverty-summary.loader';
import { splitTaskResolvers } from './region-changes/split-tasks.resolvers';
import { SplitTasksService } from './region-changes/split-tasks.service';
import type { RoomParts } from './service';

/** Wires the use cases of households and their counters. */
export function householdRooms({ personal, regions, clock, rowsToFollow }: RoomParts) {
  return {
    personal,
    identification: new HouseholdIdentificationService(personal, regions, clock),
    list: new HouseholdListService(personal),
    splitTasks: new SplitTasksService(regions, clock, rowsToFollow),
  };
}

export type HouseholdRooms = ReturnType<typeof householdRooms>;

/** Resolvers of these rooms. */
export function householdRoomResolvers(services: HouseholdRooms): Resolvers[] {
  return [householdResolvers(services), povertyCounterResolvers, splitTaskResolvers(services.splitTasks)];
}

/** The DataLoaders of these rooms, made for each request. */
export function householdRoomLoaders(context: LoaderContext) {
  const read = () => context.read();
  return { ...householdLoaders(read), povertySummary: summaryLoader(context.scope, read) };
}
