import { ancestorsByCode, isRegionCode, NATION_CODE, type RegionLevel } from '@junxian/administrative-region';
import { decodeUpload, type SpreadsheetUpload } from '@junxian/documents';
import { refuse } from '@junxian/errors';
import { keysetPage } from '@junxian/persistence';
import type { RequestContext } from '@junxian/subgraph';
import { auditActorOf } from '../audit/audit.service';
import type { OrganisationLoaders } from '../organisations/organisation.loaders';
import type { PublicReading } from '../sign-in/public-reading.service';
import type { RegionLoaders, RegionView } from './region.loaders';
import type { ChangeTarget, RegionChangeKind } from './region-change';
import { cancelRegionChange, scheduleRegionChange } from './region-changes.service';
import { importRegions, REGION_FILE_LIMITS } from './region-file.service';
import { listRegionChanges, successorsOf } from './region-history.service';
import { searchRegions } from './region-search.service';
import { REGION_COLUMNS, regionOf, type StoredRow, validOn } from './regions.service';
import { assignSplitOrganisation, listSplitTasks, type SplitTask } from './split-tasks.service';

type Context = RequestContext<RegionLoaders & OrganisationLoaders>;
interface Paged {
  first?: number | null;
  after?: string | null;
}
interface ScheduleInput {
  kind: RegionChangeKind;
  effectiveDate: string;
  from: string[];
  to: ChangeTarget[];
  basisDocument: string;
  mapping?: { from: string; to: string }[] | null;
}

const MOST_CHANGES_LISTED = 100;
const MOST_FAULTS_LISTED = 1_000;

const dayOf = (asOf: string | null | undefined, { clock }: Context): string => asOf ?? clock.today();
const changeContext = (context: Context) => ({ actor: auditActorOf(context), clock: context.clock });

/** Resolvers of regions, their changes and the to-do list of splits. */
export const regionResolvers = (reading: PublicReading) => ({
  Query: {
    region: async (_: unknown, { code, asOf }: { code: string; asOf?: string | null }, context: Context) => {
      await reading.admit('region', context);
      return context.loaders.regionAt.load({ code, asOf: dayOf(asOf, context) });
    },

    regionChildren: async (
      _: unknown,
      args: { code: string; asOf?: string | null } & Paged,
      context: Context,
    ) => {
      await reading.admit('regionChildren', context);
      const asOf = dayOf(args.asOf, context);
      const page = await keysetPage<StoredRow>(await context.read(), {
        select: REGION_COLUMNS,
        from: 'region r',
        where: ['r.parent_code = $1', validOn('$2::date')],
        parameters: [args.code, asOf],
        order: [{ column: 'r.code', key: 'code' }],
        first: args.first,
        after: args.after,
      });
      return { ...page, nodes: page.nodes.map((row) => ({ ...regionOf(row), asOf })) };
    },

    regionPath: async (
      _: unknown,
      { code, asOf }: { code: string; asOf?: string | null },
      context: Context,
    ) => {
      await reading.admit('regionPath', context);
      const region = await context.loaders.regionAt.load({ code, asOf: dayOf(asOf, context) });
      if (region === null) throw refuse.notFound('code');
      return pathOf(region, context);
    },

    regionSearch: async (
      _: unknown,
      args: { text: string; level?: RegionLevel | null; under?: string | null; asOf?: string | null } & Paged,
      context: Context,
    ) => {
      await reading.admit('regionSearch', context);
      const asOf = dayOf(args.asOf, context);
      const page = await searchRegions(await context.read(), { ...args, asOf });
      return { ...page, nodes: page.nodes.map((row) => ({ ...row, asOf })) };
    },

    regionChanges: async (_: unknown, args: { from: string; to: string } & Paged, context: Context) =>
      listRegionChanges(await context.read(), args),

    regionSuccessors: async (
      _: unknown,
      { code, asOf }: { code: string; asOf?: string | null },
      context: Context,
    ) => {
      if (!isRegionCode(code)) throw refuse.notFound('code');
      const [codes = []] = await successorsOf(await context.read(), [code], dayOf(asOf, context));
      return loadAll(codes, context);
    },

    regionSplitTasks: async (
      _: unknown,
      args: { changeId?: string | null; openOnly: boolean } & Paged,
      context: Context,
    ) => listSplitTasks(await context.read(), args),
  },

  Mutation: {
    scheduleRegionChange: (_: unknown, { input }: { input: ScheduleInput }, context: Context) =>
      context.write((tx) =>
        scheduleRegionChange(tx, { ...input, mapping: input.mapping ?? [] }, changeContext(context)),
      ),

    cancelRegionChange: (
      _: unknown,
      { id, expectedVersion }: { id: string; expectedVersion: number },
      context: Context,
    ) => context.write((tx) => cancelRegionChange(tx, id, expectedVersion, changeContext(context))),

    importRegions: async (
      _: unknown,
      args: { file: SpreadsheetUpload; basisDocument: string; dryRun: boolean },
      context: Context,
    ) => {
      const file = decodeUpload(args.file, REGION_FILE_LIMITS.maxBytes);
      const { changes, faults, unknownColumns } = await importRegions(
        (work) => context.write(work),
        file,
        args,
        changeContext(context),
      );
      return {
        accepted: faults.length === 0,
        changeCount: changes.length,
        changes: changes.slice(0, MOST_CHANGES_LISTED),
        faultCount: faults.length,
        faults: faults
          .slice(0, MOST_FAULTS_LISTED)
          .map(({ text, ...fault }) => ({ ...fault, message: text[context.locale] })),
        unknownColumns,
      };
    },

    assignSplitOrganisation: (
      _: unknown,
      input: { taskId: string; regionCode: string; expectedVersion: number },
      context: Context,
    ) => context.write((tx) => assignSplitOrganisation(tx, input, changeContext(context))),
  },

  Region: {
    __resolveReference: ({ code }: { code: string }, context: Context) => context.loaders.region.load(code),
    parent: ({ parentCode, asOf }: RegionView, _: unknown, context: Context) =>
      parentCode === null ? null : context.loaders.regionAt.load({ code: parentCode, asOf }),
    children: (region: RegionView, { asOf }: { asOf?: string | null }, context: Context) =>
      context.loaders.children.load({ code: region.code, asOf: asOf ?? region.asOf }),
    path: (region: RegionView, _: unknown, context: Context) => pathOf(region, context),
    gbCode: ({ code }: RegionView) => code.slice(0, 6),
    predecessors: async ({ code, asOf }: RegionView, _: unknown, context: Context) =>
      loadAll(await context.loaders.predecessors.load({ code, asOf }), context),
    successors: async ({ code }: RegionView, _: unknown, context: Context) =>
      loadAll(await context.loaders.successors.load(code), context),
  },

  RegionSplitTask: {
    organisation: ({ organisationId }: SplitTask, _: unknown, { loaders }: Context) =>
      loaders.organisation.load(organisationId),
    oldRegion: ({ regionCode }: SplitTask, _: unknown, { loaders }: Context) =>
      loaders.region.load(regionCode),
    suggestedRegion: ({ suggestedCode }: SplitTask, _: unknown, { loaders }: Context) =>
      suggestedCode === null ? null : loaders.region.load(suggestedCode),
    assignedRegion: ({ assignedCode }: SplitTask, _: unknown, { loaders }: Context) =>
      assignedCode === null ? null : loaders.region.load(assignedCode),
  },
});

/** The regions from the province down to this one, as of its day; the nation alone for the nation. */
async function pathOf({ code, asOf }: RegionView, { loaders }: Context): Promise<RegionView[]> {
  const codes = ancestorsByCode(code).filter((ancestor) => ancestor !== NATION_CODE || code === NATION_CODE);
  const regions = await Promise.all(codes.map((each) => loaders.regionAt.load({ code: each, asOf })));
  return regions.filter((region) => region !== null);
}

async function loadAll(codes: readonly string[], { loaders }: Context): Promise<RegionView[]> {
  const regions = await Promise.all(codes.map((code) => loaders.region.load(code)));
  return regions.filter((region) => region !== null);
}
