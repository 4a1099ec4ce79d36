import { join } from 'node:path';
import { messengerFrom } from '@junxian/messenger';
import { migrate } from '@junxian/persistence';
import { runService } from '@junxian/subgraph';
import { useAuditKeys } from './audit/audit-keys';
import { verifyWholeLog } from './audit/verify-command';
import { readEnvironment } from './environment';
import { migrations } from './migrations';
import { loadReferenceRegions } from './regions/reference-load';
import { createDirectory } from './wiring';

const SERVICE = 'directory';

runService({
  name: SERVICE,
  readEnvironment,
  /** Brings the database to its newest form and fills the regions where there are none. */
  async prepareDatabase(url, logger) {
    await migrate({ url, service: SERVICE, migrations, logger });
    const regions = await loadReferenceRegions({ url });
    if (regions > 0) logger.info({ regions }, 'regions loaded');
  },
  async create({ environment, database, clock, logger }) {
    const directory = createDirectory({
      database,
      clock,
      logger,
      keys: {
        fieldCipher: environment.FIELD_KEYS,
        blindIndexKey: environment.BLIND_INDEX_KEY,
        citizenIdKey: environment.CITIZEN_ID_KEY,
      },
      auditKeys: environment.AUDIT_KEY,
      auditCheckpointMinutes: environment.AUDIT_CHECKPOINT_MINUTES,
      filesDirectory: environment.FILES_DIRECTORY,
      messenger: messengerFrom({
        ...environment,
        folder: join(environment.FILES_DIRECTORY, 'messages'),
      }),
    });
    if (environment.DEMO_DATA) await directory.loadDemoData();
    return { graph: directory.schema, consumers: directory.consumers, startWork: () => directory.schedule() };
  },
  commands: {
    /**
     * Checks the audit log, against points kept in a file if given, prints the verdict and ends with 1
     * when the log is not intact: `main.js verify-audit [file]`.
     */
    'verify-audit': async (database, environment, knownFile) => {
      useAuditKeys(environment.AUDIT_KEY);
      const verification = await verifyWholeLog(database, knownFile);
      process.stdout.write(`${JSON.stringify(verification, null, 2)}\n`);
      if (!verification.intact) process.exitCode = 1;
    },
  },
});
