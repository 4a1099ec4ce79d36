import type { LoaderContext } from './context';
import { AllocationsService } from './funds/allocations.service';
import { ArrangingService } from './funds/arranging.service';
import { fundLoaders } from './funds/fund.loaders';
import { FundListService } from './funds/fund-list.service';
import { fundResolvers } from './funds/funds.resolvers';
import { integratedFundResolvers } from './funds/integrated-funds.resolvers';
import { IntegratedFundsService } from './funds/integrated-funds.service';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';

/** Wires the use cases of funds. */
export function fundRooms({ regions, clock }: RoomParts) {
  return {
    allocations: new AllocationsService(regions, clock),
    arranging: new ArrangingService(regions, clock),
    fundList: new FundListService(),
    integratedFunds: new IntegratedFundsService(regions, clock),
  };
}

export type FundRooms = ReturnType<typeof fundRooms>;

/** Resolvers of these rooms. */
export function fundRoomResolvers(services: FundRooms): Resolvers[] {
  return [fundResolvers(services), integratedFundResolvers(services.integratedFunds)];
}

/** The DataLoaders of these rooms, made for each request. */
export function fundRoomLoaders(context: LoaderContext) {
  return fundLoaders(() => context.read());
}
