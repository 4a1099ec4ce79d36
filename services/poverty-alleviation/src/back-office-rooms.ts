import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';

/** Wires the use cases of back office, duplicate ID numbers, to-dos from outside. */
export function backOfficeRooms(_parts: RoomParts) {
  return {};
}

export type BackOfficeRooms = ReturnType<typeof backOfficeRooms>;

/** Resolvers of these rooms. */
export function backOfficeRoomResolvers(_services: BackOfficeRooms): Resolvers[] {
  return [];
}

/** The DataLoaders of these rooms, made for each request. */
export function backOfficeRoomLoaders(_context: LoaderContext) {
  return {};
}
