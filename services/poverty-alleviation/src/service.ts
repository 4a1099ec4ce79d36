import type { Clock } from '@junxian/calendar';
import { exportRoutes, type LinkSigner, type StoredFiles } from '@junxian/documents';
import type { PersonalDataKeys } from '@junxian/identity';
import { PovertyIdentityRevealed } from '@junxian/messaging';
import type { Database } from '@junxian/persistence';
import { PresentRegions } from '@junxian/region-changes';
import { loadTypeDefs, revealsRecordedAs } from '@junxian/subgraph';
import type { FastifyInstance } from 'fastify';
import { assistanceRoomResolvers, assistanceRooms } from './assistance-rooms';
import { backOfficeRoomResolvers, backOfficeRooms } from './back-office-rooms';
import { createLoaders } from './context';
import { dynamicRoomResolvers, dynamicRooms } from './dynamic-rooms';
import { fundRoomResolvers, fundRooms } from './fund-rooms';
import { householdRoomResolvers, householdRooms } from './household-rooms';
import { importRoomResolvers, importRoomRoutes, importRooms } from './import-rooms';
import { PersonalData } from './personal-data';
import { printRoomResolvers, printRoomRoutes, printRooms } from './print-rooms';
import { projectRoomResolvers, projectRooms } from './project-rooms';
import { queryRoomResolvers, queryRooms } from './query-rooms';
import { surveyYearRoomResolvers, surveyYearRooms } from './survey-year-rooms';
import { villageRoomResolvers, villageRooms } from './village-rooms';

/** What the use cases need from outside. */
export interface ServiceParts {
  keys: PersonalDataKeys;
  clock: Clock;
  /** Called when rows have to follow an assignment. */
  rowsToFollow?: () => void;
  /** For what works outside the caller's transaction: files, exports, prints. Another pool than the requests'. */
  database?: Database;
  /** Stored files: sheets of imports. */
  files?: StoredFiles;
  /** Called when there is a job to do. */
  ordered?: () => void;
  /** Signs short-lived links (FILE_LINK_KEY). */
  links?: LinkSigner;
  /** The address people reach the gateway by; links begin with it. */
  publicUrl?: string;
}

/** What every room is given. */
export interface RoomParts extends ServiceParts {
  personal: PersonalData;
  regions: PresentRegions;
}

/** The use cases of this service. */
export type Services = ReturnType<typeof createServices>;

/** Wires the use cases. */
export function createServices(given: ServiceParts) {
  const parts: RoomParts = {
    ...given,
    personal: new PersonalData(given.keys),
    regions: new PresentRegions(),
  };
  const assistance = assistanceRooms(parts);
  const projects = projectRooms(parts);
  return {
    ...householdRooms(parts),
    ...dynamicRooms(parts),
    ...backOfficeRooms(parts),
    ...villageRooms(parts),
    ...assistance,
    ...fundRooms(parts),
    ...projects,
    ...printRooms(parts),
    ...queryRooms(parts),
    // What sheets say is written by the use cases of their rooms.
    ...importRooms(parts, { ...assistance, ...projects }),
    ...surveyYearRooms(parts),
  };
}

/** What `startSubgraph` needs of this service: schema, resolvers, loaders and how reveals are recorded. */
export function createGraph(services: Services) {
  return {
    typeDefs: loadTypeDefs(__dirname),
    resolvers: [
      ...householdRoomResolvers(services),
      ...dynamicRoomResolvers(services),
      ...backOfficeRoomResolvers(services),
      ...villageRoomResolvers(services),
      ...assistanceRoomResolvers(services),
      ...fundRoomResolvers(services),
      ...projectRoomResolvers(services),
      ...printRoomResolvers(services),
      ...queryRoomResolvers(services),
      ...importRoomResolvers(services),
      ...surveyYearRoomResolvers(services),
    ],
    loaders: createLoaders,
    recordReveals: revealsRecordedAs(PovertyIdentityRevealed),
    routes: (server: FastifyInstance) => {
      importRoomRoutes(server, services);
      printRoomRoutes(server, services);
      exportRoutes(server, services.exports);
    },
  };
}
