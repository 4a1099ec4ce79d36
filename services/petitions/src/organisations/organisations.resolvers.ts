import { officerOf } from '../actor';
import type { Resolvers } from '../generated/graphql';
import { designateBureau } from './bureaus.service';
import { organisationsOfRegion } from './organisations.service';

/** Resolvers of the room organisations. */
export const organisationResolvers: Resolvers = {
  Query: {
    petitionOrganisations: async (_, { regionCode }, context) =>
      organisationsOfRegion(await context.read(), regionCode),
  },
  Mutation: {
    designateBureau: (_, input, context) =>
      context.write((tx) => designateBureau(tx, input, officerOf(context.principal))),
  },
};
