import { exportRoutes, fileRoutes, type JobHandler, type StoredFiles } from '@junxian/documents';
import { configured } from '@junxian/subgraph';
import type { FastifyInstance } from 'fastify';
import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import { HouseholdImport } from './imports/household-import.service';
import { importLoaders, importResolvers } from './imports/imports.resolvers';
import { HOUSEHOLD_IMPORT, Imports } from './imports/imports.service';
import type { RoomParts } from './service';

/** Wires the use cases of imports. */
export function importRooms({ clock, personal, regions, publicUrl, ordered, ...parts }: RoomParts) {
  const database = configured(parts.database, 'a database');
  const files: StoredFiles = configured(parts.files, 'stored files');
  const imports = new Imports({
    database,
    clock,
    files,
    links: configured(parts.links, 'a key for links'),
    linkBase: publicUrl === undefined ? '' : new URL('/files/poverty-alleviation', publicUrl).href,
    ordered: () => ordered?.(),
  });
  const households = new HouseholdImport({
    database,
    clock,
    personal,
    regions,
    sheet: (fileId) => imports.sheet(fileId),
  });
  /** What a JobWorker of this service does, by kind of job. */
  const jobHandlers: Record<string, JobHandler> = {
    [HOUSEHOLD_IMPORT]: (job) => households.run(job),
  };
  return { imports, files, jobHandlers };
}

export type ImportRooms = ReturnType<typeof importRooms>;

/** Resolvers of this room. */
export function importRoomResolvers({ imports }: ImportRooms): Resolvers[] {
  return [importResolvers(imports)];
}

/** The DataLoaders of this room, made for each request. */
export function importRoomLoaders(context: LoaderContext) {
  return importLoaders(context);
}

/** Mounts uploads and downloads. */
export function importRoomRoutes(server: FastifyInstance, { imports, files }: ImportRooms): void {
  fileRoutes(server, files);
  exportRoutes(server, { open: (token) => imports.openErrorSheet(token) }, 'import-errors');
  exportRoutes(server, { open: (token) => imports.openTemplate(token) }, 'import-templates');
}
