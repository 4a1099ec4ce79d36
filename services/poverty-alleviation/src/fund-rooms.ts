import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';

/** Wires the use cases of funds. */
export function fundRooms(_parts: RoomParts) {
  return {};
}

export type FundRooms = ReturnType<typeof fundRooms>;

/** Resolvers of these rooms. */
export function fundRoomResolvers(_services: FundRooms): Resolvers[] {
  return [];
}

/** The DataLoaders of these rooms, made for each request. */
export function fundRoomLoaders(_context: LoaderContext) {
  return {};
}
