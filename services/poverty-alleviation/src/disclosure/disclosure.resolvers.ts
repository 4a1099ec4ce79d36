import type { Resolvers } from '../generated/graphql';
import type { Disclosures } from './disclosures.service';
import { readDisclosure } from './disclosures.store';
import type { PublicNotices } from './public-notices.service';

/** What the resolvers of this room need. */
export interface DisclosureServices {
  disclosures: Disclosures;
  publicNotices: PublicNotices;
}

/** Resolvers of the room disclosure. */
export function disclosureResolvers({ disclosures, publicNotices }: DisclosureServices): Resolvers {
  return {
    Query: {
      disclosures: async (_, query, context) =>
        disclosures.page(await context.read(), context.principal, query),
      publicDisclosures: async (_, query, context) => {
        await publicNotices.admit(context.clientIp);
        return publicNotices.page(await context.read(), query);
      },
      disclosedBeneficiaries: async (_, query, context) => {
        await publicNotices.admit(context.clientIp);
        return publicNotices.beneficiaries(await context.read(), query);
      },
    },
    Mutation: {
      publishDisclosure: (_, { input }, context) =>
        context.write(async (tx) => {
          const id = await disclosures.publish(tx, input, context.principal);
          return (await readDisclosure(tx, id))!;
        }),
      withdrawDisclosure: (_, input, context) =>
        context.write(async (tx) => {
          await disclosures.withdraw(tx, input, context.principal.roles);
          return (await readDisclosure(tx, input.id))!;
        }),
    },
    PublicDisclosure: {
      region: ({ regionCode }) => ({ code: regionCode }),
      project: ({ facts }) => ('project' in facts ? facts.project : null),
      fund: ({ facts }) => ('fund' in facts ? facts.fund : null),
    },
    DisclosedProject: {
      villages: ({ villageCodes }) => villageCodes.map((code) => ({ code })),
    },
    DisclosedFund: {
      lines: ({ lines }) => lines.map(({ regionCode, amount }) => ({ region: { code: regionCode }, amount })),
    },
    DisclosedBeneficiary: {
      name: ({ maskedName }) => maskedName,
      village: ({ regionCode }) => ({ code: regionCode }),
    },
  };
}
