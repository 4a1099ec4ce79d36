import { dateInShanghai } from '@junxian/calendar';
import { officerOf } from '../actor';
import type { Resolvers } from '../generated/graphql';
import type { PublicReading } from '../public-accounts/public-reading.service';
import {
  type CasePublications,
  casesOfRegionKey,
  ownCases,
  publishedCases,
} from './case-publication.service';

/** Resolvers of the room case-publication. */
export function casePublicationResolvers(publications: CasePublications, reading: PublicReading): Resolvers {
  return {
    PublishedCase: {
      region: ({ regionCode }) => ({ code: regionCode }),
      publishedAt: ({ publishedAt }) => dateInShanghai(publishedAt),
    },
    CasePublication: {
      caseItem: ({ caseItemId }, _, { loaders }) => loaders.caseItem.load(caseItemId),
    },
    Region: {
      publishedCases: ({ code }, { first }, { loaders }) =>
        loaders.publishedCasesOfRegion.load(casesOfRegionKey(code, first ?? 20)),
    },
    Query: {
      publishedCases: async (_, { regionCode, ...page }, context) => {
        await reading.admit('publishedCases', context);
        return publishedCases(await context.read(), regionCode ?? null, page);
      },
      casePublications: async (_, input, context) =>
        ownCases(await context.read(), input, officerOf(context.principal)),
    },
    Mutation: {
      saveCase: (_, { input }, context) =>
        context.write((tx) =>
          publications.save(tx, input, officerOf(context.principal), context.clock.now()),
        ),
      publishCase: (_, input, context) =>
        context.write((tx) =>
          publications.publish(tx, input, officerOf(context.principal), context.clock.now()),
        ),
      unpublishCase: (_, input, context) =>
        context.write((tx) =>
          publications.unpublish(tx, input, officerOf(context.principal), context.clock.now()),
        ),
    },
  };
}
