import type { Resolvers } from '../generated/graphql';
import type { SplitTasksService } from './split-tasks.service';

/** Resolvers of the to-do list of split regions. */
export function splitTaskResolvers(tasks: SplitTasksService): Resolvers {
  return {
    Query: {
      splitTasks: async (_, page, context) => tasks.page(await context.read(), page),
    },
    Mutation: {
      assignSplitHouseholds: (_, { householdIds, villageCode }, context) =>
        context.write((tx) => tasks.assign(tx, householdIds, villageCode)),
    },
    SplitTask: {
      household: async ({ householdId }, _, { loaders }) => (await loaders.household.load(householdId))!,
      village: ({ regionCode }) => ({ code: regionCode }),
      candidates: ({ candidateCodes }) => candidateCodes.map((code) => ({ code })),
    },
  };
}
