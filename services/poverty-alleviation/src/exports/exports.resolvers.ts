import type { Resolvers } from '../generated/graphql';
import type { Exports } from './exports.service';

/** Resolvers of the exports. */
export function exportResolvers({ exports }: { exports: Exports }): Resolvers {
  return {
    Mutation: {
      exportQuery: (_, request, context) =>
        context.write((tx) => exports.requestList(tx, request, context.principal)),
      exportStatistic: (_, request, context) =>
        context.write((tx) => exports.requestTable(tx, request, context.principal)),
    },
  };
}
