import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';

/** Wires the use cases of villages, counties, natural villages. */
export function villageRooms(_parts: RoomParts) {
  return {};
}

export type VillageRooms = ReturnType<typeof villageRooms>;

/** Resolvers of these rooms. */
export function villageRoomResolvers(_services: VillageRooms): Resolvers[] {
  return [];
}

/** The DataLoaders of these rooms, made for each request. */
export function villageRoomLoaders(_context: LoaderContext) {
  return {};
}
