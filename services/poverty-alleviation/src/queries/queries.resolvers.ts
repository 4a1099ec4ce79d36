import { chosenRange } from '../chosen-range.rules';
import type { Resolvers } from '../generated/graphql';
import { reasonText } from './change-words.rules';
import { changesPage } from './changes.service';
import { closedHouseholds } from './closed-households.service';
import { relocationWays } from './relocation-ways.service';

/** Resolvers of the queries of catalogue 3.10 that no other room answers. */
export const queryResolvers: Resolvers = {
  Query: {
    closedHouseholds: async (_, query, context) =>
      closedHouseholds(await context.read(), chosenRange(query.region, context.principal), query),
    changes: async (_, query, context) =>
      changesPage(await context.read(), chosenRange(query.region, context.principal), query),
    relocationWays: async (_, { year, region }, context) =>
      relocationWays(await context.read(), year, region),
  },
  ClosedHousehold: {
    reasonText: ({ reason }) => reasonText('CLOSE', reason),
    region: ({ regionCode }) => ({ code: regionCode }),
    household: async ({ householdId }, _, { loaders }) => (await loaders.household.load(householdId))!,
    lastHead: ({ lastHeadId, lastHeadYear }, _, { loaders }) =>
      lastHeadId === null || lastHeadYear === null
        ? null
        : loaders.memberOfYear.load({ memberId: lastHeadId, year: lastHeadYear }),
  },
  ChangeRecord: {
    region: ({ regionCode }) => ({ code: regionCode }),
    household: ({ householdId }, _, { loaders }) =>
      householdId === null ? null : loaders.household.load(householdId),
  },
};
