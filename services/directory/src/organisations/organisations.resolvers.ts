import { decodeUpload, type SpreadsheetUpload, template } from '@junxian/documents';
import type { FieldCipher } from '@junxian/identity';
import type { RequestContext } from '@junxian/subgraph';
import { openPhone } from './contact-phone';
import type { OrganisationLoaders } from './organisation.loaders';
import { isConverted } from './organisation.rules';
import type { OrganisationRow } from './organisation.store';
import { listOrganisations, type OrganisationFilter } from './organisation-list.service';
import { organisationTree } from './organisation-tree.service';
import {
  createOrganisation,
  markConverted,
  moveOrganisation,
  type OrganisationChange,
  type OrganisationInput,
  removeOrganisation,
  restoreOrganisation,
  updateOrganisation,
} from './organisations.service';
import { importUnits, UNIT_SHEET_LIMITS, type UnitImportResult } from './unit-import.service';
import { UNIT_COLUMNS } from './unit-sheet.rules';

interface RegionLoaders {
  region: { load(code: string): Promise<unknown> };
}
type Context = RequestContext<OrganisationLoaders & RegionLoaders>;
interface Versioned {
  id: string;
  expectedVersion: number;
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** As many duplicates and faults as one answer lists; the counts are always whole. */
const MOST_LISTED = 1_000;

/** Resolvers of organisations. Takes the cipher of the contact's telephone. */
export function organisationResolvers(cipher: FieldCipher): object {
  return {
    Query: {
      organisation: (_: unknown, { id }: { id: string }, context: Context) =>
        context.loaders.organisation.load(id),

      organisations: async (
        _: unknown,
        {
          filter,
          first,
          after,
        }: { filter?: OrganisationFilter | null; first: number; after?: string | null },
        context: Context,
      ) => listOrganisations(await context.read(), filter ?? {}, { first, after }, context.clock.today()),

      organisationTree: async (
        _: unknown,
        args: { rootId?: string | null; depth: number; first: number; after?: string | null },
        context: Context,
      ) => organisationTree(await context.read(), args),

      unitRegistrationTemplate: async () =>
        spreadsheet('批量新增单位表.xlsx', await template(UNIT_COLUMNS, { sheetName: '批量新增单位表' })),
    },

    Mutation: {
      importUnits: async (
        _: unknown,
        { file, dryRun }: { file: SpreadsheetUpload; dryRun: boolean },
        context: Context,
      ) => {
        const upload = decodeUpload(file, UNIT_SHEET_LIMITS.maxBytes);
        return importView(
          await context.write((tx) => importUnits(tx, context, cipher, upload, dryRun)),
          upload.name,
          context.locale,
        );
      },

      createOrganisation: (_: unknown, { input }: { input: OrganisationInput }, context: Context) =>
        context.write((tx) => createOrganisation(tx, context, cipher, completed(input))),

      updateOrganisation: (
        _: unknown,
        { id, input, expectedVersion }: Versioned & { input: OrganisationChange },
        context: Context,
      ) => context.write((tx) => updateOrganisation(tx, context, cipher, id, input, expectedVersion)),

      moveOrganisation: (
        _: unknown,
        { id, newSuperiorId, expectedVersion }: Versioned & { newSuperiorId: string },
        context: Context,
      ) => context.write((tx) => moveOrganisation(tx, context, id, newSuperiorId, expectedVersion)),

      markConverted: (
        _: unknown,
        { id, convertedOn, expectedVersion }: Versioned & { convertedOn: string },
        context: Context,
      ) => context.write((tx) => markConverted(tx, context, id, convertedOn, expectedVersion)),

      removeOrganisation: (_: unknown, { id, expectedVersion }: Versioned, context: Context) =>
        context.write((tx) => removeOrganisation(tx, context, id, expectedVersion)),

      restoreOrganisation: (_: unknown, { id, expectedVersion }: Versioned, context: Context) =>
        context.write((tx) => restoreOrganisation(tx, context, id, expectedVersion)),
    },

    Organisation: {
      __resolveReference: ({ id }: { id: string }, context: Context) => context.loaders.organisation.load(id),
      region: ({ regionCode }: OrganisationRow, _: unknown, context: Context) =>
        context.loaders.region.load(regionCode),
      superior: ({ superiorId }: OrganisationRow, _: unknown, context: Context) =>
        superiorId === null ? null : context.loaders.organisation.load(superiorId),
      isConverted: (
        { convertedToEnterpriseOn }: OrganisationRow,
        { asOf }: { asOf?: string | null },
        context: Context,
      ) => isConverted(convertedToEnterpriseOn, asOf ?? context.clock.today()),
      contactPhone: ({ contactPhoneSealed }: OrganisationRow) => openPhone(cipher, contactPhoneSealed),
    },
  };
}

/** Optional members of the input are null when left out. */
function completed(input: OrganisationInput): OrganisationInput {
  const optional = {
    unifiedSocialCreditCode: null,
    headcount: null,
    contactName: null,
    contactPhone: null,
    adminPrefix: null,
  };
  return { ...optional, ...input };
}

function importView(result: UnitImportResult, fileName: string, locale: 'zh' | 'en'): object {
  const { duplicates, faults, errorSheet, ...counts } = result;
  return {
    ...counts,
    duplicateCount: duplicates.length,
    duplicates: duplicates.slice(0, MOST_LISTED),
    faults: faults.slice(0, MOST_LISTED).map(({ text, ...fault }) => ({ ...fault, message: text[locale] })),
    errorSheet:
      errorSheet === null ? null : spreadsheet(fileName.replace(/(\.[^.]*)?$/, '-错误原因.xlsx'), errorSheet),
  };
}

function spreadsheet(name: string, content: Buffer): object {
  return { name, contentType: XLSX, contentBase64: content.toString('base64') };
}
