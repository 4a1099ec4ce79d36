import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';

/** Wires the use cases of dynamic management: exit, return, key targets, population change, split. */
export function dynamicRooms(_parts: RoomParts) {
  return {};
}

export type DynamicRooms = ReturnType<typeof dynamicRooms>;

/** Resolvers of these rooms. */
export function dynamicRoomResolvers(_services: DynamicRooms): Resolvers[] {
  return [];
}

/** The DataLoaders of these rooms, made for each request. */
export function dynamicRoomLoaders(_context: LoaderContext) {
  return {};
}
