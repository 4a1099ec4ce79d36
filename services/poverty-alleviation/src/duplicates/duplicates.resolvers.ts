import { listRange } from '../assistance/pairing-lists.service';
import type { Resolvers } from '../generated/graphql';
import { duplicatesPage } from './duplicates.service';

/** Resolvers of the query of duplicate ID numbers 重复证件号码. */
export const duplicateResolvers: Resolvers = {
  Query: {
    duplicates: async (_, { region, ...query }, context) =>
      duplicatesPage(await context.read(), listRange(context.scope, region), query),
  },
  DuplicateHolder: {
    region: ({ regionCode }) => ({ code: regionCode }),
    member: ({ memberId, year }, _, { loaders }) =>
      memberId === null ? null : loaders.memberOfYear.load({ memberId, year }),
  },
};
