import { backOfficeFunctions } from './back-office/back-office.functions';
import { backOfficeLoaders } from './back-office/back-office.loaders';
import { backOfficeResolvers } from './back-office/back-office.resolvers';
import { BackOfficeService } from './back-office/back-office.service';
import type { LoaderContext } from './context';
import { duplicateResolvers } from './duplicates/duplicates.resolvers';
import type { Resolvers } from './generated/graphql';
import type { RoomParts } from './service';
import { toDoResolvers } from './to-dos/to-dos.resolvers';
import { ToDosService } from './to-dos/to-dos.service';

/** Wires the use cases of back office, duplicate ID numbers, to-dos from outside. */
export function backOfficeRooms(parts: RoomParts) {
  return {
    backOffice: new BackOfficeService(parts.personal, parts.clock),
    backOfficeFunctions: backOfficeFunctions(parts),
    toDos: new ToDosService(parts.clock),
  };
}

export type BackOfficeRooms = ReturnType<typeof backOfficeRooms>;

/** Resolvers of these rooms. */
export function backOfficeRoomResolvers(services: BackOfficeRooms): Resolvers[] {
  return [
    backOfficeResolvers(services.backOffice, services.backOfficeFunctions),
    duplicateResolvers,
    toDoResolvers(services.toDos),
  ];
}

/** The DataLoaders of these rooms, made for each request. */
export function backOfficeRoomLoaders(context: LoaderContext) {
  return backOfficeLoaders(() => context.read());
}
