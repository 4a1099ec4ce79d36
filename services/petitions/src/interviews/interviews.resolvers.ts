import { officerOf } from '../actor';
import type { Resolvers } from '../generated/graphql';
import { type Attachments, attachmentKey } from '../submissions/attachments.service';
import { finishInterview, ownInterviews, saveInterview, sendInterview } from './interviews.service';
import { leaderReceptions, saveLeaderReception } from './leader-receptions.service';

/** Resolvers of visit reception 来访接谈 and leaders' public reception 领导公开接访. */
export function interviewResolvers(attachments: Attachments): Resolvers {
  return {
    Query: {
      interviews: async (_, { tab, first, after }, { read, principal }) =>
        ownInterviews(await read(), { tab, first, after }, officerOf(principal)),
      leaderReceptions: async (_, filter, { read, principal }) =>
        leaderReceptions(await read(), filter, officerOf(principal)),
    },
    Mutation: {
      saveInterview: (_, input, { write, principal, clock }) =>
        write((tx) => saveInterview(tx, input, officerOf(principal), clock.now())),
      sendInterview: (_, input, { write, principal, clock }) =>
        write((tx) => sendInterview(tx, input, officerOf(principal), clock.now())),
      finishInterview: (_, input, { write, principal, clock }) =>
        write((tx) => finishInterview(tx, input, officerOf(principal), clock.now())),
      saveLeaderReception: (_, { input }, { write, principal, clock }) =>
        write((tx) => saveLeaderReception(tx, attachments, input, officerOf(principal), clock.now())),
    },
    Interview: {
      caseItem: ({ caseItemId }, _, { loaders }) => loaders.caseItem.load(caseItemId),
      interviewer: ({ interviewerId }) => ({ id: interviewerId }),
      sentFrom: ({ sentFromId }) => (sentFromId === null ? null : { id: sentFromId }),
    },
    LeaderReception: {
      caseItem: ({ caseItemId }, _, { loaders }) => loaders.caseItem.load(caseItemId),
      attachments: ({ id }, _, { loaders }) => loaders.attachments.load(attachmentKey('LEADER_RECEPTION', id)),
    },
    CaseItem: {
      interviews: ({ id }, _, { loaders }) => loaders.interviews.load(id),
      leaderReceptions: ({ id }, _, { loaders }) => loaders.leaderReceptions.load(id),
    },
  };
}
