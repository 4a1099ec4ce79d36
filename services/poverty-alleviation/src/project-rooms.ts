import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';

/** Wires the use cases of projects, beneficiaries, disclosure. */
export function projectRooms(_parts: RoomParts) {
  return {};
}

export type ProjectRooms = ReturnType<typeof projectRooms>;

/** Resolvers of these rooms. */
export function projectRoomResolvers(_services: ProjectRooms): Resolvers[] {
  return [];
}

/** The DataLoaders of these rooms, made for each request. */
export function projectRoomLoaders(_context: LoaderContext) {
  return {};
}
