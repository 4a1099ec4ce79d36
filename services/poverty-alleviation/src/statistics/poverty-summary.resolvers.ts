import type { Resolvers } from '../generated/graphql';

/** Resolvers of what this service knows of a region. */
export const povertySummaryResolvers: Resolvers = {
  Region: {
    __resolveReference: ({ code }) => ({ code }),
    povertySummary: ({ code }, { year }, { loaders }) =>
      loaders.povertySummary.load({ regionCode: code, year }),
  },
};
