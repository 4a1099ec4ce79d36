import { officerOf } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import type { Resolvers } from '../generated/graphql';
import type { QueryCodeMessages } from './query-code-messages.service';
import { printQueryCode, queueQueryCode, showQueryCode } from './query-codes.service';

/** Resolvers of query codes 查询码 and their deliveries. */
export function queryCodeResolvers(personal: PersonalData, messages: QueryCodeMessages): Resolvers {
  return {
    Mutation: {
      showQueryCode: (_, { caseItemId }, context) =>
        context.write((tx) =>
          showQueryCode(tx, personal, caseItemId, officerOf(context.principal), context.clock.now()),
        ),
      printQueryCode: async (_, { caseItemId }, context) => {
        const { code, delivery } = await context.write((tx) =>
          printQueryCode(tx, personal, caseItemId, officerOf(context.principal), context.clock.now()),
        );
        return { queryCode: code, delivery };
      },
      smsQueryCode: async (_, input, context) => {
        const delivery = await context.write((tx) =>
          queueQueryCode(tx, personal, input, officerOf(context.principal), context.clock.now()),
        );
        // Committed: whatever becomes of the provider now, the delivery is in the log and goes on being tried.
        return messages.sendNow(delivery.id, (work) => context.write(work));
      },
    },
    QueryCodeDelivery: {
      mobile: ({ mobileSealed }) => personal.open(mobileSealed, 'query_code_delivery.mobile'),
      by: ({ byAccount }) => ({ id: byAccount }),
    },
    CaseItem: {
      queryCodeDeliveries: ({ id, organisationId }, _, { loaders, principal }) =>
        organisationId === principal.organisationId ? loaders.queryCodeDeliveries.load(id) : [],
    },
  };
}
