import type { Resolvers } from '../generated/graphql';
import type { StatisticsService } from './statistics.service';

/** Resolvers of the statistics and their drill-downs. */
export function statisticsResolvers(statistics: StatisticsService): Resolvers {
  return {
    Query: {
      statistic: async (_, question, context) => statistics.table(await context.read(), question),
      statisticRows: async (_, question, context) => statistics.rows(await context.read(), question),
    },
    StatTableResult: {
      region: ({ regionCode }) => ({ code: regionCode }),
    },
    StatRow: {
      region: ({ regionCode }) => ({ code: regionCode }),
    },
    StatSource: {
      id: ({ sourceId }) => sourceId,
      region: ({ regionCode }) => ({ code: regionCode }),
      household: ({ kind, ownerId }, _, { loaders }) =>
        OF_HOUSEHOLD.has(kind) ? loaders.household.load(ownerId) : null,
      record: ({ kind, ownerId, year }, _, { loaders }) =>
        OF_HOUSEHOLD.has(kind) ? loaders.yearRecord.load({ householdId: ownerId, year }) : null,
    },
  };
}

/** Kinds of rows that belong to a household. */
const OF_HOUSEHOLD = new Set(['HOUSEHOLD', 'POPULATION_CHANGE']);
