import DataLoader from 'dataloader';
import type { LoaderContext } from '../context';
import type { Resolvers, SheetImportInput } from '../generated/graphql';
import type { RecordCounts, SheetOrder } from './import.types';
import { importKindOf } from './import-forms';
import { fileNames, type Imports } from './imports.service';

/** Resolvers of the room imports. */
export function importResolvers(imports: Imports): Resolvers {
  return {
    Query: {
      importJobs: async (_, page, context) => imports.list(await context.read(), page),
      importJob: async (_, { id }, context) => imports.find(await context.read(), id),
      importTemplate: (_, { kind }) => imports.templateLink(kind),
    },
    Mutation: {
      startImportUpload: (_, { file }, context) => context.write((tx) => imports.startUpload(tx, file)),
      importHouseholds: (_, { input }, context) =>
        context.write((tx) => imports.orderHouseholds(tx, { ...input, dryRun: input.dryRun ?? false })),
      importAssistanceUnits: (_, { input }, context) =>
        context.write((tx) => imports.order(tx, 'ASSISTANCE_UNITS', sheetOrder(input))),
      importHelpers: (_, { input }, context) =>
        context.write((tx) => imports.order(tx, 'HELPERS', sheetOrder(input))),
      importBeneficiaries: (_, { input }, context) =>
        context.write((tx) => imports.order(tx, 'BENEFICIARIES', sheetOrder(input))),
      cancelImport: (_, { id }, context) => context.write((tx) => imports.cancel(tx, id)),
    },
    ImportJob: {
      kind: ({ kind }) => importKindOf(kind),
      year: ({ input }) => input.year ?? null,
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
    ImportOutcome: {
      newHouseholds: ({ records }) => countOf(records, 'HOUSEHOLD').added,
      newMembers: ({ records }) => countOf(records, 'MEMBER').added,
      changedHouseholds: ({ records }) => countOf(records, 'HOUSEHOLD').changed,
      changedMembers: ({ records }) => countOf(records, 'MEMBER').changed,
      unchangedHouseholds: ({ records }) => countOf(records, 'HOUSEHOLD').unchanged ?? 0,
    },
  };
}

function sheetOrder({ fileId, dryRun }: SheetImportInput): SheetOrder {
  return { fileId, dryRun: dryRun ?? false };
}

const NONE = { added: 0, changed: 0, unchanged: 0 };

function countOf(records: readonly RecordCounts[], record: RecordCounts['record']) {
  return records.find((counts) => counts.record === record) ?? NONE;
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
