import type { Clock } from '@junxian/calendar';
import { LinkSigner, storedFilesFrom } from '@junxian/documents';
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
    files: storedFilesFrom(environment, {
      service: 'poverty-alleviation',
      database,
      clock,
      logger,
      signer: links,
      scope: scopes.storedFiles(),
      // Sheets of imports are all that is uploaded here.
      rules: { maxBytes: HOUSEHOLD_SHEET_LIMITS.maxBytes, types: ['xlsx', 'csv'] },
    }),
  };
}
