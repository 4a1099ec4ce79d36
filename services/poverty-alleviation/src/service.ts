import type { Clock } from '@junxian/calendar';
import { PovertyIdentityRevealed } from '@junxian/messaging';
import { PresentRegions } from '@junxian/region-changes';
import { loadTypeDefs, revealsRecordedAs } from '@junxian/subgraph';
import { createLoaders } from './context';
import { HouseholdListService } from './households/household-list.service';
import { type HouseholdServices, householdResolvers } from './households/households.resolvers';
import { HouseholdIdentificationService } from './households/identification.service';
import { PersonalData, type PersonalDataKeys } from './households/personal-data';
import { povertyCounterResolvers } from './poverty-counters/poverty-counters.resolvers';
import { splitTaskResolvers } from './region-changes/split-tasks.resolvers';
import { SplitTasksService } from './region-changes/split-tasks.service';

/** What the use cases need from outside. */
export interface ServiceParts {
  keys: PersonalDataKeys;
  clock: Clock;
  /** Called when rows have to follow an assignment. */
  rowsToFollow?: () => void;
}

/** The use cases of this service. */
export interface Services extends HouseholdServices {
  splitTasks: SplitTasksService;
}

/** Wires the use cases. */
export function createServices({ keys, clock, rowsToFollow }: ServiceParts): Services {
  const personal = new PersonalData(keys);
  const regions = new PresentRegions();
  return {
    personal,
    identification: new HouseholdIdentificationService(personal, regions, clock),
    list: new HouseholdListService(personal),
    splitTasks: new SplitTasksService(regions, clock, rowsToFollow),
  };
}

/** What `startSubgraph` needs of this service: schema, resolvers, loaders and how reveals are recorded. */
export function createGraph(services: Services) {
  return {
    typeDefs: loadTypeDefs(__dirname),
    resolvers: [
      householdResolvers(services),
      povertyCounterResolvers,
      splitTaskResolvers(services.splitTasks),
    ],
    loaders: createLoaders,
    recordReveals: revealsRecordedAs(PovertyIdentityRevealed),
  };
}
