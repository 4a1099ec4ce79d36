import { isUuid } from '@junxian/identity';
import { DecimalScalar } from '../decimal.scalar';
import type { Resolvers } from '../generated/graphql';
import type { PersonalData } from '../personal-data';
import { conditionFieldInfos } from './conditions.rules';
import type { HouseholdListService } from './household-list.service';
import type { HouseholdIdentificationService } from './identification.service';

export interface HouseholdServices {
  identification: HouseholdIdentificationService;
  list: HouseholdListService;
  personal: PersonalData;
}

/** Resolvers of the room households. */
export function householdResolvers({ identification, list, personal }: HouseholdServices): Resolvers {
  return {
    Decimal: DecimalScalar,
    Query: {
      households: async (_, query, context) => {
        const { principal, loaders } = context;
        const page = await list.page(await context.read(), principal, query);
        for (const record of page.nodes) loaders.yearRecord.prime(record, record);
        const households = await loaders.household.loadMany(page.nodes.map(({ householdId }) => householdId));
        return { ...page, nodes: households.filter(isHousehold) };
      },
      conditionFields: () => conditionFieldInfos(),
      household: (_, { id }, { loaders }) => (isUuid(id) ? loaders.household.load(id) : null),
    },
    Mutation: {
      identifyHousehold: async (_, { input }, context) => {
        const id = await context.write((tx) => identification.identify(tx, input));
        return (await context.loaders.household.load(id))!;
      },
    },
    Household: {
      __resolveReference: ({ id }, { loaders }) => (isUuid(id) ? loaders.household.load(id) : null),
      region: ({ regionCode }) => ({ code: regionCode }),
      originHousehold: ({ originHouseholdId }, _, { loaders }) =>
        originHouseholdId === null ? null : loaders.household.load(originHouseholdId),
      record: ({ id }, { year }, { loaders }) => loaders.yearRecord.load({ householdId: id, year }),
    },
    HouseholdYearRecord: {
      village: ({ regionCode }) => ({ code: regionCode }),
      members: (record, _, { loaders }) => loaders.members.load(record),
    },
    HouseholdBasic: {
      phone: ({ phoneSealed }) => personal.open(phoneSealed, 'household.phone'),
      bankAccount: ({ bankAccountSealed }) => personal.open(bankAccountSealed, 'household.bank_account'),
    },
    HouseholdMember: {
      household: ({ householdId }, _, { loaders }) => loaders.household.load(householdId),
      citizen: ({ citizenId }) => (citizenId === null ? null : { id: citizenId }),
      idNumber: ({ idNumberSealed }) => personal.open(idNumberSealed, 'member.id_number'),
      phone: ({ phoneSealed }) => personal.open(phoneSealed, 'member.phone'),
    },
    Citizen: {
      __resolveReference: ({ id }) => ({ id }),
      povertyMembership: ({ id }, { year }, { loaders }) =>
        loaders.membership.load({ citizenId: id, year: year ?? null }),
    },
  };
}

/** Households of an earlier year's page that have moved out of the caller's region since are left out. */
function isHousehold<T>(loaded: T | Error | null): loaded is T {
  if (loaded instanceof Error) throw loaded;
  return loaded !== null;
}
