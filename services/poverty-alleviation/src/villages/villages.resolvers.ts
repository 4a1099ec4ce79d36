import type { PresentRegions } from '@junxian/region-changes';
import type { Context } from '../context';
import type { Resolvers } from '../generated/graphql';
import { nonPoorVillagePage } from './non-poor-villages.service';
import type { VillageKey } from './poor-village-views.service';
import type { PoorVillagesService } from './poor-villages.service';
import type { VillageFigures } from './village-figures.service';
import { fieldChanges } from './village-history.service';
import { villagePage } from './village-list.service';

/** A generated figure of the village and year of a section. */
const figure =
  <Name extends keyof VillageFigures>(name: Name) =>
  async ({ regionCode, year }: VillageKey, _: unknown, { loaders }: Context): Promise<VillageFigures[Name]> =>
    (await loaders.villageFigures.load({ regionCode, year }))[name];

/** Resolvers of the room villages. */
export function villageResolvers(villages: PoorVillagesService, regions: PresentRegions): Resolvers {
  return {
    Query: {
      village: (_, { year, code }, { loaders }) => loaders.villageByCode.load({ regionCode: code, year }),
      poorVillages: async (_, query, context) => villagePage(await context.read(), context.principal, query),
      nonPoorVillages: async (_, query, context) => nonPoorVillagePage(await context.read(), regions, query),
    },
    Mutation: {
      addPoorVillage: async (_, { input }, context) => {
        const key = await context.write((tx) => villages.add(tx, input));
        return (await context.loaders.villageRecord.load(key))!;
      },
      saveVillageRecord: async (_, { input }, context) => {
        await context.write((tx) => villages.saveRecord(tx, input));
        return (await context.loaders.villageRecord.load({ id: input.id, year: input.year }))!;
      },
      delistVillage: async (_, { input }, context) => {
        await context.write((tx) => villages.delist(tx, input));
        return (await context.loaders.poorVillage.load(input.id))!;
      },
      cancelDelisting: async (_, { input }, context) => {
        await context.write((tx) => villages.cancelDelisting(tx, input));
        return (await context.loaders.poorVillage.load(input.id))!;
      },
    },
    Region: {
      // A record stays behind where the back office made a village non-poor; it is found by `village`.
      poorVillage: async ({ code }, { year }, { loaders }) => {
        const record = await loaders.villageByCode.load({ regionCode: code, year });
        return record?.attribute === 'POOR' ? record : null;
      },
    },
    PoorVillage: {
      village: ({ regionCode }) => ({ code: regionCode }),
      delisted: ({ delistYear }) => delistYear !== null,
      record: ({ id }, { year }, { loaders }) => loaders.villageRecord.load({ id, year }),
      history: ({ id }, _, { loaders }) => loaders.villageHistory.load(id),
    },
    VillageYearRecord: {
      village: ({ regionCode }) => ({ code: regionCode }),
      poorVillage: async ({ id }, _, { loaders }) => (await loaders.poorVillage.load(id))!,
      population: ({ population, regionCode, year }) => ({ ...population, regionCode, year }),
      drinkingWater: ({ regionCode, year }) => ({ regionCode, year }),
      housing: ({ regionCode, year }) => ({ regionCode, year }),
    },
    VillagePopulation: {
      naturalVillageCount: figure('naturalVillageCount'),
      poorHouseholds: figure('poorHouseholds'),
      poorPopulation: figure('poorPopulation'),
      generalPoorHouseholds: figure('generalPoorHouseholds'),
      generalPoorPopulation: figure('generalPoorPopulation'),
      allowanceHouseholds: figure('allowanceHouseholds'),
      allowancePopulation: figure('allowancePopulation'),
      allowancePoorHouseholds: figure('allowancePoorHouseholds'),
      allowancePoorPopulation: figure('allowancePoorPopulation'),
      fiveGuaranteesHouseholds: figure('fiveGuaranteesHouseholds'),
      fiveGuaranteesPopulation: figure('fiveGuaranteesPopulation'),
      fiveGuaranteesPoorHouseholds: figure('fiveGuaranteesPoorHouseholds'),
      fiveGuaranteesPoorPopulation: figure('fiveGuaranteesPoorPopulation'),
      minorityPopulation: figure('minorityPopulation'),
      women: figure('women'),
      disabled: figure('disabled'),
      disabledPoor: figure('disabledPoor'),
      labourForce: figure('labourForce'),
      migrantWorkers: figure('migrantWorkers'),
    },
    VillageDrinkingWater: {
      unsafeWaterHouseholds: figure('unsafeWaterHouseholds'),
      waterDifficultyHouseholds: figure('waterDifficultyHouseholds'),
    },
    VillageHousing: {
      dilapidatedHouseholds: figure('dilapidatedHouseholds'),
      poorPersonsAffected: figure('poorPersonsAffected'),
    },
    VillageChange: { changes: fieldChanges },
  };
}
