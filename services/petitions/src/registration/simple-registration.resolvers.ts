import { officerOf } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import type { Features } from '../features';
import type { Resolvers } from '../generated/graphql';
import { registerSimple, simplePrefill, simpleRegistrations } from './simple-registration.service';

/** Resolvers of simple registrations 来信简单登记. */
export function simpleRegistrationResolvers(parts: {
  personal: PersonalData;
  features: Features;
}): Resolvers {
  return {
    Query: {
      simpleRegistrations: async (_, filter, context) =>
        simpleRegistrations(await context.read(), filter, officerOf(context.principal)),
      simpleRegistrationPrefill: async (_, { linkedItemId }, context) =>
        simplePrefill(await context.read(), parts.personal, linkedItemId, officerOf(context.principal)),
    },
    Mutation: {
      registerSimple: (_, { input }, context) =>
        context.write((tx) =>
          registerSimple(tx, parts, input, officerOf(context.principal), context.clock.now()),
        ),
    },
    SimpleRegistration: {
      address: ({ address }, _, { principal }) =>
        principal.roles.includes('petitions:LETTER_REGISTRAR') ? address : null,
      linkedItem: ({ linkedItemId }, _, { loaders }) =>
        linkedItemId === null ? null : loaders.caseItem.load(linkedItemId),
    },
  };
}
