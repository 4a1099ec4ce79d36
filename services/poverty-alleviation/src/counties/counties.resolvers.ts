import type { Context } from '../context';
import type { Resolvers } from '../generated/graphql';
import type { CountyKey, CountyRecordsService } from './county-records.service';

/** The poor of a county, from its counters. */
const poor =
  (what: 'households' | 'persons') =>
  async ({ regionCode, year }: CountyKey, _: unknown, { loaders }: Context): Promise<number> =>
    (await loaders.povertySummary.load({ regionCode, year }))?.poor[what] ?? 0;

/** Resolvers of the room counties. */
export function countyResolvers(counties: CountyRecordsService): Resolvers {
  return {
    Query: {
      county: async (_, { year, code }, context) => {
        await counties.expectCounty(await context.read(), { year, regionCode: code });
        return context.loaders.countyRecord.load({ regionCode: code, year });
      },
      counties: async (_, query, context) => counties.page(await context.read(), context.principal, query),
    },
    Mutation: {
      saveCountyRecord: async (_, { input }, context) => {
        const key = await context.write((tx) => counties.save(tx, input));
        return (await context.loaders.countyRecord.load(key))!;
      },
    },
    Region: {
      poorCounty: ({ code }, { year }, { loaders }) => loaders.countyRecord.load({ regionCode: code, year }),
    },
    CountyYearRecord: {
      county: ({ regionCode }) => ({ code: regionCode }),
      poorVillageCount: ({ regionCode, year }, _, { loaders }) =>
        loaders.poorVillageCount.load({ regionCode, year }),
      poorHouseholds: poor('households'),
      poorPopulation: poor('persons'),
      history: ({ id }, _, { loaders }) => loaders.villageHistory.load(id),
    },
  };
}
