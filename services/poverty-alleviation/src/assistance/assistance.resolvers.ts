import { isUuid } from '@junxian/identity';
import type { Resolvers } from '../generated/graphql';
import type { PersonalData } from '../personal-data';
import type { HelperPairings } from './helper-pairings.service';
import type { Helpers } from './helpers.service';
import type { PairingLists } from './pairing-lists.service';
import { endReasonText } from './pairing-views.service';
import type { UnitPairings } from './unit-pairings.service';
import type { AssistanceUnits } from './units.service';

export interface AssistanceServices {
  personal: PersonalData;
  assistanceUnits: AssistanceUnits;
  unitPairings: UnitPairings;
  helpers: Helpers;
  helperPairings: HelperPairings;
  pairingLists: PairingLists;
}

/** Resolvers of assistance units, helpers and pairings. */
export function assistanceResolvers(services: AssistanceServices): Resolvers {
  const { personal, assistanceUnits, unitPairings, helpers, helperPairings, pairingLists } = services;
  return {
    Query: {
      assistanceUnits: async (_, filter, context) => pairingLists.units(await context.read(), filter),
      assistanceUnit: (_, { id }, { loaders }) => (isUuid(id) ? loaders.assistanceUnit.load(id) : null),
      responsibleHelpers: async (_, filter, context) => pairingLists.helpers(await context.read(), filter),
      responsibleHelper: (_, { id }, { loaders }) => (isUuid(id) ? loaders.helper.load(id) : null),
      pairings: (_, { year, region }) => ({ year, region: region ?? null }),
    },
    Mutation: {
      saveAssistanceUnit: async (_, { input }, context) => {
        const id = await context.write((tx) => assistanceUnits.save(tx, input));
        return (await context.loaders.assistanceUnit.load(id))!;
      },
      deleteAssistanceUnit: async (_, { id, expectedVersion }, context) => {
        await context.write((tx) => assistanceUnits.delete(tx, id, expectedVersion));
        return id;
      },
      pairUnitVillage: (_, { input }, context) => context.write((tx) => unitPairings.pair(tx, input)),
      unpairUnitVillage: (_, { input }, context) => context.write((tx) => unitPairings.unpair(tx, input)),
      saveHelper: async (_, { input }, context) => {
        const id = await context.write((tx) => helpers.save(tx, input));
        return (await context.loaders.helper.load(id))!;
      },
      deleteHelper: async (_, { id, expectedVersion }, context) => {
        await context.write((tx) => helpers.delete(tx, id, expectedVersion));
        return id;
      },
      pairHelper: (_, { input }, context) => context.write((tx) => helperPairings.pair(tx, input)),
      changeHelperPairing: (_, { input }, context) => context.write((tx) => helperPairings.change(tx, input)),
      unpairHelper: (_, { input }, context) => context.write((tx) => helperPairings.unpair(tx, input)),
    },
    AssistanceUnit: {
      region: ({ regionCode }) => ({ code: regionCode }),
      phone: ({ phoneSealed }) => personal.open(phoneSealed, 'assistance_unit.phone')!,
      openPairings: ({ id }, _, { loaders }) => loaders.openUnitPairings.load(id),
    },
    UnitVillagePairing: {
      // Whoever sees the pairing sees the unit: it helps here.
      unit: async ({ unitId }, _, { loaders }) => (await loaders.assistanceUnit.load(unitId))!,
      village: ({ villageCode }) => ({ code: villageCode }),
    },
    ResponsibleHelper: {
      unit: ({ unitId }, _, { loaders }) => loaders.assistanceUnit.load(unitId),
      openPairings: ({ id }, _, { loaders }) => loaders.openHelperPairings.load(id),
      citizen: ({ citizenId }) => (citizenId === null ? null : { id: citizenId }),
      idNumber: ({ idNumberSealed }) => personal.open(idNumberSealed, 'responsible_helper.id_number')!,
      phone: ({ phoneSealed }) => personal.open(phoneSealed, 'responsible_helper.phone')!,
    },
    HelperPairing: {
      endReason: endReasonText,
      helper: async ({ helperId }, _, { loaders }) => (await loaders.helper.load(helperId))!,
      household: async ({ householdId }, _, { loaders }) => (await loaders.household.load(householdId))!,
    },
    HouseholdYearRecord: {
      helperPairings: (record, _, { loaders }) => loaders.helperPairings.load(record),
    },
    Citizen: {
      helperProfile: ({ id }, _, { loaders }) => loaders.helperOfCitizen.load(id),
    },
    PairingsOfYear: {
      unitVillage: async (asked, page, context) =>
        pairingLists.unitPairings(await context.read(), asked, page),
      helperHousehold: async (asked, page, context) =>
        pairingLists.helperPairings(await context.read(), asked, page),
      householdsWithoutHelper: async (asked, request, context) => {
        const { principal, loaders } = context;
        const page = await pairingLists.householdsWithoutHelper(
          await context.read(),
          principal,
          asked,
          request,
        );
        for (const record of page.nodes) loaders.yearRecord.prime(record, record);
        const households = await loaders.household.loadMany(page.nodes.map(({ householdId }) => householdId));
        return {
          ...page,
          // A household that left the caller's region since is not shown.
          nodes: households.flatMap((loaded) => {
            if (loaded instanceof Error) throw loaded;
            return loaded === null ? [] : [loaded];
          }),
        };
      },
    },
  };
}
