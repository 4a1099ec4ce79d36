import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';

/** Wires the use cases of assistance units, helpers, work teams, pairing. */
export function assistanceRooms(_parts: RoomParts) {
  return {};
}

export type AssistanceRooms = ReturnType<typeof assistanceRooms>;

/** Resolvers of these rooms. */
export function assistanceRoomResolvers(_services: AssistanceRooms): Resolvers[] {
  return [];
}

/** The DataLoaders of these rooms, made for each request. */
export function assistanceRoomLoaders(_context: LoaderContext) {
  return {};
}
