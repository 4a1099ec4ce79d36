import type { Resolvers } from '../generated/graphql';
import { surveyYear } from '../survey-years/survey-years.service';
import { expectDataOf } from '../villages/village-list.rules';
import { naturalVillagePage } from './natural-village-views.service';
import type { NaturalVillagesService } from './natural-villages.service';

/** Resolvers of the room natural villages. */
export function naturalVillageResolvers(naturalVillages: NaturalVillagesService): Resolvers {
  return {
    Query: {
      naturalVillages: async (_, { year, village }, context) => {
        expectDataOf('NATURAL_VILLAGE', await surveyYear(await context.read(), year));
        return context.loaders.naturalVillagesOf.load({ regionCode: village, year });
      },
      naturalVillageRecords: async (_, query, context) =>
        naturalVillagePage(await context.read(), context.principal, query),
    },
    Mutation: {
      saveNaturalVillage: async (_, { input }, context) => {
        await context.write((tx) => naturalVillages.save(tx, input));
        return (await context.loaders.naturalVillageRecord.load({ code: input.code, year: input.year }))!;
      },
      deleteNaturalVillages: (_, { codes, year }, context) =>
        context.write((tx) => naturalVillages.remove(tx, codes, year)),
    },
    Region: {
      naturalVillages: ({ code }, { year }, { loaders }) =>
        loaders.naturalVillagesOf.load({ regionCode: code, year }),
    },
    NaturalVillage: {
      __resolveReference: ({ code }) => ({ code }),
      povertyRecord: ({ code }, { year }, { loaders }) => loaders.naturalVillageRecord.load({ code, year }),
    },
    NaturalVillageYearRecord: {
      naturalVillage: ({ code }) => ({ code }),
      village: ({ regionCode }) => ({ code: regionCode }),
      poorHouseholds: ({ code, regionCode, year }, _, { loaders }) =>
        loaders.naturalVillagePoorHouseholds.load({ code, regionCode, year }),
    },
  };
}
