import { configured } from '@junxian/subgraph';
import { PairingLists } from './assistance/pairing-lists.service';
import type { LoaderContext } from './context';
import { CountyRecordsService } from './counties/county-records.service';
import { Disclosures } from './disclosure/disclosures.service';
import type { ExportedList } from './exports/export-list.types';
import { exportResolvers } from './exports/exports.resolvers';
import { Exports } from './exports/exports.service';
import { householdLists } from './exports/household-lists';
import { moneyLists } from './exports/money-lists';
import { pairingListsOf } from './exports/pairing-lists';
import { regionLists } from './exports/region-lists';
import { FundListService } from './funds/fund-list.service';
import type { ExportList, Resolvers } from './generated/graphql';
import { HouseholdListService } from './households/household-list.service';
import { queryResolvers } from './queries/queries.resolvers';
import type { RoomParts } from './service';
import { summaryLoader } from './statistics/poverty-summary.loader';
import { povertySummaryResolvers } from './statistics/poverty-summary.resolvers';
import { statisticsResolvers } from './statistics/statistics.resolvers';
import { StatisticsService } from './statistics/statistics.service';

/** Wires the use cases of queries, statistics, exports. */
export function queryRooms(parts: RoomParts) {
  const { regions, clock, personal, publicUrl } = parts;
  const statistics = new StatisticsService(regions);
  return {
    statistics,
    exports:
      publicUrl === undefined
        ? configured<Exports>(undefined, 'its public address')
        : new Exports({
            clock,
            personal,
            statistics,
            database: configured(parts.database, 'a database'),
            links: configured(parts.links, 'a key for links'),
            linkBase: new URL('/files/poverty-alleviation', publicUrl).href,
            lists: exportedLists(parts),
          }),
  };
}

/** Every list that can be exported (catalogue §6). */
function exportedLists({ personal, regions, clock }: RoomParts): Record<ExportList, ExportedList> {
  const pairings = new PairingLists(personal, clock);
  return {
    ...householdLists(personal, new HouseholdListService(personal), pairings),
    ...regionLists(new CountyRecordsService(regions, clock)),
    ...moneyLists(new FundListService(), new Disclosures(regions, clock)),
    ...pairingListsOf(pairings),
  };
}

export type QueryRooms = ReturnType<typeof queryRooms>;

/** Resolvers of these rooms. */
export function queryRoomResolvers(services: QueryRooms): Resolvers[] {
  return [
    povertySummaryResolvers,
    statisticsResolvers(services.statistics),
    queryResolvers,
    exportResolvers(services),
  ];
}

/** The DataLoaders of these rooms, made for each request. */
export function queryRoomLoaders(context: LoaderContext) {
  return { povertySummary: summaryLoader(() => context.read()) };
}
