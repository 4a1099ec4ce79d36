import type { LoaderContext } from './context';
import { disclosureResolvers } from './disclosure/disclosure.resolvers';
import { Disclosures } from './disclosure/disclosures.service';
import { PublicNotices } from './disclosure/public-notices.service';
import type { Resolvers } from './generated/graphql';
import { ProjectAdjustments } from './projects/adjustments.service';
import { ProjectBeneficiaries } from './projects/beneficiaries.service';
import { projectLoaders } from './projects/project.loaders';
import { ProjectStages } from './projects/project-stages.service';
import { projectResolvers } from './projects/projects.resolvers';
import { ProjectLibrary } from './projects/projects.service';
import type { RoomParts } from './service';

/** Wires the use cases of projects, beneficiaries, disclosure. */
export function projectRooms({ regions, clock, database, personal }: RoomParts) {
  return {
    projectLibrary: new ProjectLibrary(regions, clock),
    projectStages: new ProjectStages(clock),
    projectAdjustments: new ProjectAdjustments(regions, clock),
    projectBeneficiaries: new ProjectBeneficiaries(clock),
    disclosures: new Disclosures(regions, clock),
    publicNotices: new PublicNotices(database, personal, clock),
  };
}

export type ProjectRooms = ReturnType<typeof projectRooms>;

/** Resolvers of these rooms. */
export function projectRoomResolvers(services: ProjectRooms): Resolvers[] {
  return [projectResolvers(services), disclosureResolvers(services)];
}

/** The DataLoaders of these rooms, made for each request. */
export function projectRoomLoaders(context: LoaderContext) {
  return projectLoaders(() => context.read());
}
