import { join } from 'node:path';
import type { Clock } from '@junxian/calendar';
import { LinkSigner, storedFilesFrom } from '@junxian/documents';
import { messageReportsFrom, messengerFrom } from '@junxian/messenger';
import type { Logger } from '@junxian/observability';
import type { Database } from '@junxian/persistence';
import { serviceClient } from '@junxian/subgraph';
import type { Environment } from './environment';
import { sealsFrom } from './handling/seals-from';
import { directoryAccounts } from './public-accounts/directory-accounts';
import { httpIdentityCheck } from './public-accounts/identity-check';
import { scopes } from './service-scopes';

interface Surroundings {
  environment: Environment;
  database: Database;
  clock: Clock;
  logger: Logger;
}

/** Everything this service meets outside itself, as the environment says: keys, files, seals, messages, directory, identity check. */
export function outsideParts({ environment, database, clock, logger }: Surroundings) {
  const links = new LinkSigner(environment.FILE_LINK_KEY, clock);
  return {
    clock,
    database,
    keys: {
      cipher: environment.FIELD_KEYS,
      blindIndexKey: environment.BLIND_INDEX_KEY,
      citizenIdKey: environment.CITIZEN_ID_KEY,
    },
    features: {
      onlineSuggestions: environment.FEATURE_ONLINE_SUGGESTIONS,
      supervise: environment.FEATURE_SUPERVISE,
      departmentLists: environment.FEATURE_DEPARTMENT_LISTS,
    },
    links,
    files: storedFilesFrom(environment, {
      service: 'petitions',
      database,
      clock,
      logger,
      signer: links,
      scope: scopes.storedFiles(),
    }),
    seals: sealsFrom({ ...environment, secret: environment.BLIND_INDEX_KEY }),
    messenger: messengerFrom({ ...environment, folder: join(environment.FILES_DIRECTORY, 'messages') }),
    messageReports: messageReportsFrom(environment),
    directory: directoryAccounts(
      serviceClient({
        service: 'petitions',
        privateJwk: environment.ASSERTION_KEY_FILE,
        baseUrl: environment.DIRECTORY_URL,
      }),
    ),
    identityCheck: httpIdentityCheck({
      url: environment.IDENTITY_CHECK_URL,
      token: environment.IDENTITY_CHECK_TOKEN,
    }),
    identityCheckPrefixes: environment.IDENTITY_CHECK_PREFIXES.split(',').filter((prefix) => prefix !== ''),
    publicUrl: environment.PUBLIC_URL,
  };
}
