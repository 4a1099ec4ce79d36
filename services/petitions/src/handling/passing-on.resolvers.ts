import { officerOf } from '../actor';
import type { Context } from '../context';
import type { Features } from '../features';
import type { Resolvers } from '../generated/graphql';
import { assign, forward, type Handled, passOnBatch } from './passing-on.service';
import { takeOverResult } from './result-transfer.service';
import { defaultDestination, destinations } from './routing.service';
import { supervise } from './supervise.service';
import { transferCase } from './transfer.service';

const payload = ({ item, record }: Handled) => ({ caseItem: item, record });
const acting = ({ principal, clock }: Context) => [officerOf(principal), clock.now()] as const;

/** Resolvers of routing, forwarding, assigning, taking over and supervising. */
export function passingOnResolvers(features: Features): Resolvers {
  return {
    Query: {
      defaultDestination: async (_, { caseItemId }, context) =>
        defaultDestination(await context.read(), caseItemId, ...acting(context)),
      destinations: async (_, choice, context) =>
        destinations(await context.read(), choice, ...acting(context)),
    },
    Mutation: {
      forward: async (_, { input, ...of }, context) =>
        payload(await context.write((tx) => forward(tx, { ...of, ...input }, ...acting(context)))),
      assign: async (_, { input, ...of }, context) =>
        payload(await context.write((tx) => assign(tx, { ...of, ...input }, ...acting(context)))),
      batchForward: async (_, { items, input }, context) => {
        const done = await context.write((tx) =>
          passOnBatch(tx, 'FORWARD', { items, ...input }, ...acting(context)),
        );
        return { ...done, handled: done.handled.map(payload) };
      },
      batchAssign: async (_, { items, input }, context) => {
        const done = await context.write((tx) =>
          passOnBatch(tx, 'ASSIGN', { items, ...input }, ...acting(context)),
        );
        return { ...done, handled: done.handled.map(payload) };
      },
      transferCase: async (_, { input, ...of }, context) =>
        payload(await context.write((tx) => transferCase(tx, { ...of, ...input }, ...acting(context)))),
      takeOverResult: (_, input, context) =>
        context.write((tx) => takeOverResult(tx, input, ...acting(context))),
      supervise: async (_, input, context) =>
        payload(await context.write((tx) => supervise(tx, input, features, ...acting(context)))),
    },
    HandlingRecord: {
      supervisionText: (
        { mode, opinion, fromOrganisationId, destinationOrganisationId },
        _,
        { principal },
      ) =>
        mode === 'SUPERVISE' &&
        principal.organisationId !== null &&
        [fromOrganisationId, destinationOrganisationId].includes(principal.organisationId)
          ? opinion
          : null,
    },
  };
}
