import { exportRoutes, fileRoutes, type JobHandler, type StoredFiles } from '@junxian/documents';
import { configured } from '@junxian/subgraph';
import type { FastifyInstance } from 'fastify';
import type { AssistanceRooms } from './assistance-rooms';
import type { LoaderContext } from './context';
import type { Resolvers } from './generated/graphql';
import { BeneficiaryImport } from './imports/beneficiary-import.service';
import { HelperImport } from './imports/helper-import.service';
import { HouseholdImport } from './imports/household-import.service';
import { IMPORT_JOBS } from './imports/import.types';
import { importLoaders, importResolvers } from './imports/imports.resolvers';
import { Imports } from './imports/imports.service';
import { SheetImport, type SheetImportParts } from './imports/sheet-import.service';
import { TeamImport } from './imports/team-import.service';
import { UnitImport } from './imports/unit-import.service';
import type { ProjectRooms } from './project-rooms';
import type { RoomParts } from './service';

/** The use cases that write what small sheets say. */
type UsedRooms = Pick<AssistanceRooms, 'assistanceUnits' | 'helpers' | 'workTeams'> &
  Pick<ProjectRooms, 'projectBeneficiaries'>;

/** Wires the use cases of imports. */
export function importRooms(
  { clock, personal, regions, publicUrl, ordered, ...parts }: RoomParts,
  { assistanceUnits, helpers, workTeams, projectBeneficiaries }: UsedRooms,
) {
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
  const source: SheetImportParts = {
    database,
    withSheet: (fileId, work) => imports.withSheet(fileId, work),
  };
  const households = new HouseholdImport({ ...source, clock, personal, regions });
  const units = new SheetImport(source, new UnitImport(assistanceUnits, personal, regions));
  const helperSheets = new SheetImport(
    source,
    new HelperImport(helpers, new TeamImport(workTeams), personal, regions),
  );
  const beneficiarySheets = new SheetImport(source, new BeneficiaryImport(projectBeneficiaries, personal));
  /** What a JobWorker of this service does, by kind of job. */
  const jobHandlers: Record<string, JobHandler> = {
    [IMPORT_JOBS.HOUSEHOLDS]: (job) => households.run(job),
    [IMPORT_JOBS.ASSISTANCE_UNITS]: (job) => units.run(job),
    [IMPORT_JOBS.HELPERS]: (job) => helperSheets.run(job),
    [IMPORT_JOBS.BENEFICIARIES]: (job) => beneficiarySheets.run(job),
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
