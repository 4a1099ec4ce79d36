import { officerOf } from '../actor';
import type { CaseItem } from '../cases/case.types';
import type { Resolvers } from '../generated/graphql';
import type { CaseSearch } from './case-search.service';
import type { Exports } from './exports.service';

/** Resolvers of the room search. */
export function searchResolvers(search: CaseSearch, exports: Exports): Resolvers {
  return {
    Query: {
      searchCases: async (_, { filter, ...page }, context) => {
        const { principal, clock, loaders } = context;
        const found = await search.page(
          await context.read(),
          filter,
          officerOf(principal),
          clock.today(),
          page,
        );
        const items = await loaders.caseItem.loadMany(found.nodes.map(({ id }) => id));
        return { ...found, nodes: items.filter(isItem) };
      },
    },
    Mutation: {
      exportCases: (_, input, context) =>
        context.write((tx) => exports.request(tx, { register: 'CASES', ...input }, context.principal)),
      exportRegister: (_, { register, from, to, format }, context) =>
        context.write((tx) =>
          exports.request(
            tx,
            { register, filter: { receivedFrom: from, receivedTo: to }, format },
            context.principal,
          ),
        ),
    },
  };
}

/** An item is found and loaded in one snapshot; an error of loading is one of the list. */
function isItem(loaded: CaseItem | Error | null): loaded is CaseItem {
  if (loaded instanceof Error) throw loaded;
  return loaded !== null;
}
