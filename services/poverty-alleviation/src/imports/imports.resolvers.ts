import DataLoader from 'dataloader';
import type { LoaderContext } from '../context';
import type { Resolvers } from '../generated/graphql';
import { fileNames, type Imports } from './imports.service';

/** Resolvers of the room imports. */
export function importResolvers(imports: Imports): Resolvers {
  return {
    Query: {
      importJobs: async (_, page, context) => imports.list(await context.read(), page),
      importJob: async (_, { id }, context) => imports.find(await context.read(), id),
      householdImportTemplate: () => imports.templateLink(),
    },
    Mutation: {
      startImportUpload: (_, { file }, context) => context.write((tx) => imports.startUpload(tx, file)),
      importHouseholds: (_, { input }, context) =>
        context.write((tx) => imports.order(tx, { ...input, dryRun: input.dryRun ?? false })),
      cancelImport: (_, { id }, context) => context.write((tx) => imports.cancel(tx, id)),
    },
    ImportJob: {
      year: ({ input }) => input.year,
      dryRun: ({ input }) => input.dryRun,
      fileName: async ({ id }, _, { loaders }) => (await loaders.importFileName.load(id)) ?? '',
      rowsDone: ({ stepsDone }) => stepsDone,
      rowsTotal: ({ stepsTotal }) => stepsTotal,
      phase: ({ phase, state }) => (state === 'RUNNING' ? (phase as 'CHECKING' | 'WRITING' | null) : null),
      refusal: ({ refusal }, _, { locale }) =>
        refusal === null ? null : { code: refusal.code, message: refusal.text[locale] },
      faults: async ({ id }, page, context) => {
        const found = await imports.faults(await context.read(), id, page);
        const nodes = found.nodes.map(({ rowNumber, column, code, ...text }) => ({
          rowNumber,
          column,
          code,
          message: text[context.locale],
        }));
        return { ...found, nodes };
      },
      errorSheet: (job, _, { scope }) => imports.errorSheetLink(job, scope),
    },
  };
}

/** The loaders of this room. */
export function importLoaders(context: LoaderContext) {
  return {
    importFileName: new DataLoader<string, string | null>(async (ids) => {
      const names = await fileNames(await context.read(), ids);
      return ids.map((id) => names.get(id) ?? null);
    }),
  };
}
