import { listRange } from '../assistance/pairing-lists.service';
import type { Resolvers } from '../generated/graphql';
import type { ToDosService } from './to-dos.service';

/** Resolvers of the to-dos 待办. */
export function toDoResolvers(toDos: ToDosService): Resolvers {
  return {
    Query: {
      toDos: async (_, { region, ...filter }, context) =>
        toDos.page(await context.read(), listRange(context.scope, region), filter),
    },
    Mutation: {
      settleToDo: (_, { input }, context) => context.write((tx) => toDos.settle(tx, input)),
    },
    ToDo: {
      region: ({ regionCode }) => ({ code: regionCode }),
      household: ({ householdId }, _, { loaders }) =>
        householdId === null ? null : loaders.household.load(householdId),
      member: ({ memberId, year }, _, { loaders }) =>
        memberId === null ? null : loaders.memberOfYear.load({ memberId, year }),
      deathDate: ({ facts }) => facts.deathDate ?? null,
      enrolled: ({ facts }) => facts.enrolled ?? null,
      hardshipLevel: ({ facts }) => facts.hardshipLevel ?? null,
      newRegion: ({ facts }) => (facts.newRegionCode === undefined ? null : { code: facts.newRegionCode }),
    },
  };
}
