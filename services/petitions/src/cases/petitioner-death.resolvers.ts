import { officerOf } from '../actor';
import type { Resolvers } from '../generated/graphql';
import { confirmPetitionerDeath } from './petitioner-death.service';

/** Resolvers of what follows the death of a petitioner. */
export const petitionerDeathResolvers: Resolvers = {
  Mutation: {
    confirmPetitionerDeath: (_, input, context) =>
      context.write((tx) =>
        confirmPetitionerDeath(tx, input, officerOf(context.principal), context.clock.now()),
      ),
  },
};
