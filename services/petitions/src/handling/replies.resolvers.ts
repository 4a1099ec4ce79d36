import { officerOf } from '../actor';
import type { Context } from '../context';
import type { Resolvers } from '../generated/graphql';
import type { Handled } from './passing-on.service';
import { archive, directReply } from './replies.service';
import { extendHandling, handleSelf } from './self-handling.service';

const payload = ({ item, record }: Handled) => ({ caseItem: item, record });
const acting = ({ principal, clock }: Context) => [officerOf(principal), clock.now()] as const;

/** Resolvers of handling oneself, extending, replying directly and archiving. */
export const replyResolvers: Resolvers = {
  Mutation: {
    handleSelf: async (_, input, context) =>
      payload(await context.write((tx) => handleSelf(tx, input, ...acting(context)))),
    extendHandling: async (_, input, context) => ({
      caseItem: await context.write((tx) => extendHandling(tx, input, ...acting(context))),
    }),
    directReply: async (_, input, context) =>
      payload(await context.write((tx) => directReply(tx, input, ...acting(context)))),
    archive: async (_, input, context) =>
      payload(await context.write((tx) => archive(tx, input, ...acting(context)))),
  },
  CaseItem: { extensions: ({ id }, _, { loaders }) => loaders.extensionsOfCase.load(id) },
  HandlingExtension: {
    oldDueAt: ({ oldDueOn }) => oldDueOn,
    newDueAt: ({ newDueOn }) => newDueOn,
  },
};
