import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';

/** Wires the use cases of queries, statistics, exports. */
export function queryRooms(_parts: RoomParts) {
  return {};
}

export type QueryRooms = ReturnType<typeof queryRooms>;

/** Resolvers of these rooms. */
export function queryRoomResolvers(_services: QueryRooms): Resolvers[] {
  return [];
}

/** The DataLoaders of these rooms, made for each request. */
export function queryRoomLoaders(_context: LoaderContext) {
  return {};
}
