import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '@junxian/calendar';
import { fileStoreFrom, LinkSigner, StoredFiles, virusScannerFrom } from '@junxian/documents';
import type { Logger } from '@junxian/observability';
import type { Database } from '@junxian/persistence';
import type { Environment } from './environment';
import { HOUSEHOLD_SHEET_LIMITS } from './imports/import-forms';
import { scopes } from './service-scopes';

interface Surroundings {
  environment: Environment;
  database: Database;
  clock: Clock;
  logger: Logger;
}

/** Everything this service meets outside itself, as the environment says: keys, files, links. */
export function outsideParts({ environment, database, clock, logger }: Surroundings) {
  const links = new LinkSigner(environment.FILE_LINK_KEY, clock);
  const folder = (name: string) => join(environment.FILES_DIRECTORY, name);
  return {
    clock,
    database,
    links,
    publicUrl: environment.PUBLIC_URL,
    keys: {
      cipher: environment.FIELD_KEYS,
      blindIndexKey: environment.BLIND_INDEX_KEY,
      citizenIdKey: environment.CITIZEN_ID_KEY,
    },
    files: new StoredFiles({
      database,
      clock,
      logger,
      store: fileStoreFrom({ ...environment, folder: folder('stored') }),
      scanner: virusScannerFrom(environment),
      signer: links,
      newId: randomUUID,
      linkBase: new URL('/files/poverty-alleviation', environment.PUBLIC_URL).href,
      spoolFolder: folder('spool'),
      scope: scopes.storedFiles(),
      // Sheets of imports are all that is uploaded here.
      rules: { maxBytes: HOUSEHOLD_SHEET_LIMITS.maxBytes, types: ['xlsx', 'csv'] },
    }),
  };
}
