import { citizenOf } from '../actor';
import type { Resolvers } from '../generated/graphql';
import type { PublicReading } from '../public-accounts/public-reading.service';
import { mayFollowCitizen } from './citizen-petitions.loaders';
import { ownPetitions } from './public-petitions.service';
import type { Tracking } from './tracking.service';

/** Resolvers of what petitioners follow: their own items, an item by its query code, a citizen's items. */
export function trackingResolvers(tracking: Tracking, reading: PublicReading): Resolvers {
  return {
    Query: {
      myPetitions: async (_, page, context) =>
        ownPetitions(await context.read(), citizenOf(context.principal).accountId, page),
      trackedPetition: async (_, { token }, context) => {
        await reading.admit('trackedPetition', context);
        return tracking.petition(token);
      },
    },
    Mutation: {
      trackPetition: (_, { name, queryCode }, { clientIp }) => tracking.track(name, queryCode, clientIp),
    },
    PublicPetition: {
      itemNo: ({ item }) => item.itemNo,
      channel: ({ item }) => item.channel,
      petitionDate: ({ item }) => item.petitionDate,
      title: ({ item }) => item.title,
      state: ({ item }) => item.state,
      outcome: ({ item }) => item.outcome,
      handleDueAt: ({ item }) => item.handleDueOn,
      completedAt: ({ item }) => item.completedAt,
      appealDueAt: ({ item }) => item.appealDueOn,
    },
    Citizen: {
      petitions: ({ id }, _, { loaders, principal }) =>
        mayFollowCitizen(principal, id) ? loaders.petitionsOfCitizen.load(id) : [],
      openPetitionCount: ({ id }, _, { loaders, principal }) =>
        mayFollowCitizen(principal, id) ? loaders.openPetitionCount.load(id) : 0,
    },
  };
}
