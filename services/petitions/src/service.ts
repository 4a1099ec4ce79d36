import type { Clock } from '@junxian/calendar';
import { loadTypeDefs } from '@junxian/subgraph';
import { caseResolvers } from './cases/cases.resolvers';
import { PersonalData, type PersonalDataKeys } from './cases/personal-data.service';
import { createLoaders } from './context';
import { periodResolvers } from './deadlines/periods.resolvers';
import { FEATURES_OFF, type Features } from './features';
import { recordReveals } from './identity-reveals';
import { organisationResolvers } from './organisations/organisations.resolvers';
import { statisticsResolvers } from './statistics/statistics.resolvers';

/** What the use cases need from outside. */
export interface ServiceParts {
  keys: PersonalDataKeys;
  clock: Clock;
  features?: Features;
}

/** The use cases of this service. */
export type Services = ReturnType<typeof createServices>;

/** Wires the use cases. */
export function createServices({ keys, clock, features = FEATURES_OFF }: ServiceParts) {
  const personal = new PersonalData(keys);
  return { personal, clock, features };
}

/** What `startSubgraph` needs of this service: schema, resolvers, loaders and how reveals are recorded. */
export function createGraph(services: Services) {
  return {
    typeDefs: loadTypeDefs(__dirname),
    resolvers: [
      caseResolvers(services.personal),
      organisationResolvers,
      periodResolvers,
      statisticsResolvers,
    ],
    loaders: createLoaders,
    recordReveals,
  };
}
