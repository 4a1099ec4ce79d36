import { rowsOfEach } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { BackOfficeService } from './back-office/back-office.service';
import type { LoaderContext } from './context';
import { CandidatesService } from './dynamic-management/candidates.service';
import {
  dynamicManagementResolvers,
  rollbackResolvers,
} from './dynamic-management/dynamic-management.resolvers';
import { type DynamicOperationView, readOperations } from './dynamic-management/operation-log.store';
import { PopulationService } from './dynamic-management/population.service';
import { Rollback } from './dynamic-management/rollback.service';
import { SplitService } from './dynamic-management/split.service';
import { StatusChangesService } from './dynamic-management/status-changes.service';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';

/** Wires the use cases of dynamic management: exit, return, key targets, population change, split, rollback. */
export function dynamicRooms({ personal, regions, clock }: RoomParts) {
  return {
    statusChanges: new StatusChangesService(clock),
    population: new PopulationService(personal, regions, clock),
    split: new SplitService(personal, regions, clock),
    candidates: new CandidatesService(personal),
    rollback: new Rollback(regions, clock),
    backOfficeRunner: new BackOfficeService(personal, clock),
  };
}

export type DynamicRooms = ReturnType<typeof dynamicRooms>;

/** Resolvers of these rooms. */
export function dynamicRoomResolvers(services: DynamicRooms): Resolvers[] {
  return [dynamicManagementResolvers(services), rollbackResolvers(services)];
}

/** The DataLoaders of these rooms, made for each request. */
export function dynamicRoomLoaders(context: LoaderContext) {
  return {
    /** A household's operations, the latest first. */
    dynamicOperations: new DataLoader<string, DynamicOperationView[]>(async (ids) => {
      return rowsOfEach(
        ids,
        await readOperations(await context.read(), ids),
        ({ householdId }) => householdId,
      );
    }),
  };
}
