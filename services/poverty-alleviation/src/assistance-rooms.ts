import { assistanceLoaders } from './assistance/assistance.loaders';
import { assistanceResolvers } from './assistance/assistance.resolvers';
import { HelperPairings } from './assistance/helper-pairings.service';
import { Helpers } from './assistance/helpers.service';
import { PairingLists } from './assistance/pairing-lists.service';
import { UnitPairings } from './assistance/unit-pairings.service';
import { AssistanceUnits } from './assistance/units.service';
import { workTeamResolvers } from './assistance/work-teams.resolvers';
import { WorkTeams } from './assistance/work-teams.service';
import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import type { PersonalData } from './personal-data';
import type { RoomParts } from './service';

/** Wires the use cases of assistance units, helpers, work teams, pairing. */
export function assistanceRooms({ personal, regions, clock }: RoomParts) {
  return {
    assistanceUnits: new AssistanceUnits(personal, regions, clock),
    unitPairings: new UnitPairings(regions, clock),
    helpers: new Helpers(personal, regions, clock),
    helperPairings: new HelperPairings(regions, clock),
    pairingLists: new PairingLists(personal, clock),
    workTeams: new WorkTeams(personal, regions, clock),
  };
}

export type AssistanceRooms = ReturnType<typeof assistanceRooms>;

/** Resolvers of these rooms. */
export function assistanceRoomResolvers(services: AssistanceRooms & { personal: PersonalData }): Resolvers[] {
  return [assistanceResolvers(services), workTeamResolvers(services.workTeams, services.personal)];
}

/** The DataLoaders of these rooms, made for each request. */
export function assistanceRoomLoaders(context: LoaderContext) {
  return assistanceLoaders(() => context.read(), context.clock);
}
