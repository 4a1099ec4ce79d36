import type { Page } from '@junxian/persistence';
import type { BackOfficeService } from '../back-office/back-office.service';
import { type OperationView as LogLine, operationById } from '../back-office/operations.service';
import type { Context } from '../context';
import type { RecordedExitCheck, Resolvers } from '../generated/graphql';
import type { HouseholdView, YearRecordView } from '../households/household-views.service';
import type { CandidatesService } from './candidates.service';
import { exitCheck } from './exit-check.service';
import type { PopulationService } from './population.service';
import type { Rollback } from './rollback.service';
import type { SplitService } from './split.service';
import type { StatusChangesService } from './status-changes.service';

export interface DynamicManagementServices {
  statusChanges: StatusChangesService;
  population: PopulationService;
  split: SplitService;
  candidates: CandidatesService;
  rollback: Rollback;
  backOfficeRunner: BackOfficeService;
}

/** Resolvers of the room dynamic-management. */
export function dynamicManagementResolvers(services: DynamicManagementServices): Resolvers {
  const { statusChanges, population, split, candidates } = services;
  return {
    Query: {
      exitCheck: async (_, { householdId }, context) => exitCheck(await context.read(), householdId),
      statusChangeCandidates: async (_, search, context) =>
        householdPage(
          await candidates.forStatusChange(await context.read(), context.principal, search),
          context,
        ),
      dynamicHouseholds: async (_, search, context) =>
        householdPage(await candidates.inRegion(await context.read(), context.principal, search), context),
      transferTargets: async (_, search, context) =>
        householdPage(await candidates.forTransfer(await context.read(), context.principal, search), context),
    },
    Mutation: {
      markExit: async (_, { input }, context) => {
        await context.write((tx) => statusChanges.markExit(tx, input));
        return household(input.householdId, context);
      },
      markStableExit: async (_, { input }, context) => {
        await context.write((tx) => statusChanges.markStableExit(tx, 'STABLE_EXIT', input));
        return households(input.householdIds, context);
      },
      markExitedStable: async (_, { input }, context) => {
        await context.write((tx) => statusChanges.markStableExit(tx, 'STABLE_EXIT_OF_EXITED', input));
        return households(input.householdIds, context);
      },
      markReturned: async (_, { input }, context) => {
        await context.write((tx) => statusChanges.markReturned(tx, input));
        return household(input.householdId, context);
      },
      setKeyTargets: async (_, { input }, context) => {
        await context.write((tx) => statusChanges.setKeyTargets(tx, input));
        return households(input.householdIds, context);
      },
      applyPopulationChanges: async (_, { input }, context) => {
        const { householdIds, changes } = await context.write((tx) => population.apply(tx, input));
        return { households: await households(householdIds, context), changes };
      },
      splitHousehold: async (_, { input }, context) =>
        household(await context.write((tx) => split.split(tx, input)), context),
    },
    ExitCheck: {
      household: ({ householdId }, _, context) => household(householdId, context),
    },
    StatusChange: {
      checkResult: ({ checkResult }) => checkResult as RecordedExitCheck | null,
    },
    PopulationChange: {
      fromHousehold: ({ fromHouseholdId }, _, { loaders }) =>
        fromHouseholdId === null ? null : loaders.household.load(fromHouseholdId),
      toHousehold: ({ toHouseholdId }, _, { loaders }) =>
        toHouseholdId === null ? null : loaders.household.load(toHouseholdId),
    },
    Household: {
      dynamicOperations: ({ id }, _, { loaders }) => loaders.dynamicOperations.load(id),
    },
  };
}

/** Resolvers of the rollback 综合回退 (8.1), which runs as a function of the back office. */
export function rollbackResolvers({ rollback, backOfficeRunner }: DynamicManagementServices): Resolvers {
  return {
    Query: {
      rollbackPreview: async (_, { input }, context) =>
        backOfficeRunner.preview(await context.read(), rollback, input),
    },
    Mutation: {
      rollback: async (_, { input, order }, context): Promise<LogLine> => {
        const id = await context.write((tx) => backOfficeRunner.execute(tx, rollback, input, order));
        return (await operationById(await context.read(), id))!;
      },
    },
  };
}

async function household(id: string, { loaders }: Context): Promise<HouseholdView> {
  return (await loaders.household.load(id))!;
}

function households(ids: readonly string[], context: Context): Promise<HouseholdView[]> {
  return Promise.all([...new Set(ids)].map((id) => household(id, context)));
}

async function householdPage(page: Page<YearRecordView>, { loaders }: Context) {
  for (const record of page.nodes) loaders.yearRecord.prime(record, record);
  const nodes = await Promise.all(page.nodes.map(({ householdId }) => loaders.household.load(householdId)));
  return { ...page, nodes: nodes.filter((node) => node !== null) };
}
