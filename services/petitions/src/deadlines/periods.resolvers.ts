import { officerOf } from '../actor';
import type { Resolvers } from '../generated/graphql';
import { allPeriods, setPeriod } from './periods.service';

/** Resolvers of the room deadlines. */
export const periodResolvers: Resolvers = {
  Query: { statutoryPeriods: async (_, __, context) => allPeriods(await context.read()) },
  Mutation: {
    setStatutoryPeriod: (_, input, context) =>
      context.write((tx) => setPeriod(tx, input, officerOf(context.principal), context.clock.now())),
  },
};
