import { officerOf } from '../actor';
import type { Resolvers } from '../generated/graphql';
import { type Attachments, attachmentKey } from '../submissions/attachments.service';
import { finishInterview, ownInterviews, saveInterview, sendInterview } from './interviews.service';
import { leaderReceptions, saveLeaderReception } from './leader-receptions.service';

/** Resolvers of visit reception 来访接谈 and leaders' public reception 领导公开接访. */
export function interviewResolvers(attachments: Attachments): Resolvers {
  return {
    Query: {
      interviews: async (_, { tab, first, after }, context) =>
        ownInterviews(await context.read(), { tab, first, after }, officerOf(context.principal)),
      leaderReceptions: async (_, filter, context) =>
        leaderReceptions(await context.read(), filter, officerOf(context.principal)),
    },
    Mutation: {
      saveInterview: (_, input, context) =>
        context.write((tx) => saveInterview(tx, input, officerOf(context.principal), context.clock.now())),
      sendInterview: (_, input, context) =>
        context.write((tx) => sendInterview(tx, input, officerOf(context.principal), context.clock.now())),
      finishInterview: (_, input, context) =>
        context.write((tx) => finishInterview(tx, input, officerOf(context.principal), context.clock.now())),
      saveLeaderReception: (_, { input }, context) =>
        context.write((tx) =>
          saveLeaderReception(tx, attachments, input, officerOf(context.principal), context.clock.now()),
        ),
    },
    Interview: {
      caseItem: ({ caseItemId }, _, { loaders }) => loaders.caseItem.load(caseItemId),
      interviewer: ({ interviewerId }) => ({ id: interviewerId }),
      sentFrom: ({ sentFromId }) => (sentFromId === null ? null : { id: sentFromId }),
    },
    LeaderReception: {
      caseItem: ({ caseItemId }, _, { loaders }) => loaders.caseItem.load(caseItemId),
      attachments: ({ id }, _, { loaders }) =>
        loaders.attachments.load(attachmentKey('LEADER_RECEPTION', id)),
    },
    CaseItem: {
      interviews: ({ id }, _, { loaders }) => loaders.interviews.load(id),
      leaderReceptions: ({ id }, _, { loaders }) => loaders.leaderReceptions.load(id),
    },
  };
}
