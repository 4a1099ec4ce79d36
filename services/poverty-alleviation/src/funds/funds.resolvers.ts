import { isUuid } from '@junxian/identity';
import type { Resolvers } from '../generated/graphql';
import { TenThousandYuanScalar } from '../ten-thousand-yuan.scalar';
import { readBalances } from './accounts.store';
import type { AllocationsService } from './allocations.service';
import { readArrangement } from './arrangements.store';
import type { ArrangingService } from './arranging.service';
import type { FundListService } from './fund-list.service';

export interface FundServices {
  allocations: AllocationsService;
  arranging: ArrangingService;
  fundList: FundListService;
}

/** Resolvers of special funds: allocation, arrival, arrangement, balances, lists. */
export function fundResolvers({ allocations, arranging, fundList }: FundServices): Resolvers {
  return {
    TenThousandYuan: TenThousandYuanScalar,
    Query: {
      funds: async (_, query, context) => fundList.page(await context.read(), query, context.principal),
      fundAllocation: (_, { id }, { loaders }) => (isUuid(id) ? loaders.fundAllocation.load(id) : null),
      fundBalances: async (_, { region, year }, context) => readBalances(await context.read(), region, year),
      fundArrangements: async (_, query, context) =>
        arranging.page(await context.read(), query, context.principal),
    },
    Mutation: {
      allocateFund: async (_, { input }, context) => {
        const id = await context.write((tx) => allocations.allocate(tx, input));
        return (await context.loaders.fundAllocation.load(id))!;
      },
      changeFundAllocation: async (_, { id, expectedVersion, input }, context) => {
        await context.write((tx) => allocations.change(tx, id, expectedVersion, input));
        return (await context.loaders.fundAllocation.load(id))!;
      },
      deleteFundAllocation: async (_, { id, expectedVersion }, context) => {
        await context.write((tx) => allocations.remove(tx, id, expectedVersion));
        return true;
      },
      recordArrival: async (_, { input }, context) => {
        const lineId = await context.write((tx) => allocations.recordArrival(tx, input));
        return (await context.loaders.fundLine.load(lineId))!;
      },
      withdrawFundArrival: async (_, { id, expectedVersion }, context) => {
        const lineId = await context.write((tx) => allocations.withdrawArrival(tx, id, expectedVersion));
        return (await context.loaders.fundLine.load(lineId))!;
      },
      arrangeFund: async (_, { input }, context) => {
        const id = await context.write((tx) => arranging.arrange(tx, input));
        return (await readArrangement(await context.read(), id))!;
      },
      changeFundArrangement: async (_, { id, expectedVersion, amount }, context) => {
        await context.write((tx) => arranging.change(tx, id, expectedVersion, amount));
        return (await readArrangement(await context.read(), id))!;
      },
      cancelFundArrangement: async (_, { id, expectedVersion }, context) => {
        await context.write((tx) => arranging.cancel(tx, id, expectedVersion));
        return true;
      },
    },
    FundAllocation: {
      fromRegion: ({ regionCode }) => ({ code: regionCode }),
      lines: ({ id }, _, { loaders }) => loaders.fundLinesOf.load(id),
    },
    FundAllocationLine: {
      allocation: async ({ allocationId }, _, { loaders }) =>
        (await loaders.fundAllocation.load(allocationId))!,
      toRegion: ({ regionCode }) => ({ code: regionCode }),
      arrivals: ({ id }, _, { loaders }) => loaders.fundArrivalsOf.load(id),
    },
    FundArrangement: {
      region: ({ regionCode }) => ({ code: regionCode }),
      spent: ({ id }, _, { loaders }) => loaders.arrangementSpent.load(id),
    },
    FundBalance: {
      region: ({ regionCode }) => ({ code: regionCode }),
    },
    FundListRow: {
      fromRegion: ({ fromRegionCode }) => (fromRegionCode === null ? null : { code: fromRegionCode }),
      toRegion: ({ regionCode }) => ({ code: regionCode }),
    },
  };
}
