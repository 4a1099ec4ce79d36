import type { RequestContext } from '@junxian/subgraph';
import { auditActorOf } from '../audit/audit.service';
import type { RegionLoaders } from '../regions/region.loaders';
import type { NaturalVillageLoaders } from './natural-village.loaders';
import { exportNaturalVillages } from './natural-village-list.service';
import {
  type NaturalVillageRow,
  registerNaturalVillage,
  removeNaturalVillages,
  renameNaturalVillage,
} from './natural-villages.service';

type Context = RequestContext<NaturalVillageLoaders & RegionLoaders>;

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const registryContext = (context: Context) => ({ actor: auditActorOf(context), clock: context.clock });

/** Resolvers of the natural-village registry. */
export const naturalVillageResolvers = {
  Query: {
    naturalVillageRegistry: (_: unknown, { villageCode }: { villageCode: string }, { loaders }: Context) =>
      loaders.naturalVillagesOf.load(villageCode),
  },

  Mutation: {
    registerNaturalVillage: (
      _: unknown,
      { input }: { input: { villageCode: string; name: string } },
      context: Context,
    ) => context.write((tx) => registerNaturalVillage(tx, input, registryContext(context))),

    renameNaturalVillage: (
      _: unknown,
      input: { code: string; name: string; expectedVersion: number },
      context: Context,
    ) => context.write((tx) => renameNaturalVillage(tx, input, registryContext(context))),

    removeNaturalVillages: (_: unknown, input: { codes: string[]; confirm: boolean }, context: Context) =>
      context.write((tx) => removeNaturalVillages(tx, input, registryContext(context))),

    exportNaturalVillages: async (_: unknown, { regionCode }: { regionCode: string }, context: Context) => {
      const { regionName, content } = await context.write((tx) =>
        exportNaturalVillages(tx, regionCode, registryContext(context)),
      );
      return {
        name: `自然村信息表-${regionName}.xlsx`,
        contentType: XLSX,
        contentBase64: content.toString('base64'),
      };
    },
  },

  Region: {
    naturalVillageRegistry: ({ code }: { code: string }, _: unknown, { loaders }: Context) =>
      loaders.naturalVillagesOf.load(code),
  },

  NaturalVillage: {
    __resolveReference: ({ code }: { code: string }, { loaders }: Context) =>
      loaders.naturalVillage.load(code),
    village: ({ villageCode }: NaturalVillageRow, _: unknown, { loaders }: Context) =>
      loaders.region.load(villageCode),
  },
};
