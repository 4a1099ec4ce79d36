import type { LoaderContext } from './context';
import { countyResolvers } from './counties/counties.resolvers';
import { countyLoaders } from './counties/county.loaders';
import { CountyRecordsService } from './counties/county-records.service';
import type { Resolvers } from './generated/graphql';
import { naturalVillageLoaders } from './natural-villages/natural-village.loaders';
import { naturalVillageResolvers } from './natural-villages/natural-villages.resolvers';
import { NaturalVillagesService } from './natural-villages/natural-villages.service';
import type { RoomParts } from './service';
import { PoorVillagesService } from './villages/poor-villages.service';
import { villageLoaders } from './villages/village.loaders';
import { villageResolvers } from './villages/villages.resolvers';

/** Wires the use cases of villages, counties, natural villages. */
export function villageRooms({ regions, clock }: RoomParts) {
  return {
    regions,
    poorVillages: new PoorVillagesService(regions, clock),
    countyRecords: new CountyRecordsService(regions, clock),
    naturalVillages: new NaturalVillagesService(regions, clock),
  };
}

export type VillageRooms = ReturnType<typeof villageRooms>;

/** Resolvers of these rooms. */
export function villageRoomResolvers(services: VillageRooms): Resolvers[] {
  return [
    villageResolvers(services.poorVillages, services.regions),
    countyResolvers(services.countyRecords),
    naturalVillageResolvers(services.naturalVillages),
  ];
}

/** The DataLoaders of these rooms, made for each request. */
export function villageRoomLoaders(context: LoaderContext) {
  const read = () => context.read();
  return { ...villageLoaders(read), ...countyLoaders(read), ...naturalVillageLoaders(read) };
}
