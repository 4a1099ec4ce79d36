import { systemClock } from '@junxian/calendar';
import { AssertionVerifier } from '@junxian/identity';
import { openTransport, startMessaging, type TransportOptions } from '@junxian/messaging';
import { createLogger, createMetrics, type Logger, startTracing } from '@junxian/observability';
import { type Database, migrate, openDatabase } from '@junxian/persistence';
import { startSubgraph } from '@junxian/subgraph';
import { useAuditKeys } from './audit/audit-keys';
import { verifyWholeLog } from './audit/verify-command';
import { type Environment, readEnvironment } from './environment';
import { migrations } from './migrations';
import { loadReferenceRegions } from './regions/reference-load';
import { createDirectory } from './wiring';

const SERVICE = 'directory';

/**
 * `main.js` migrates, when it is given the migrator's URL, and serves; `main.js migrate` migrates and ends;
 * `main.js verify-audit [file]` checks the audit log, against points kept in a file if given, prints the
 * verdict and ends with 1 when the log is not intact.
 */
async function main([command, argument]: string[]): Promise<void> {
  const environment = readEnvironment();
  const logger = createLogger(SERVICE, environment.LOG_LEVEL);
  if (command === 'verify-audit') return verifyAudit(environment, argument);
  if (environment.MIGRATION_DATABASE_URL) await prepareDatabase(environment.MIGRATION_DATABASE_URL, logger);
  if (command === 'migrate') return;
  const stop = await serve(environment, logger);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info({ signal }, 'stopping');
      stop().then(
        () => process.exit(0),
        (error: Error) => fail(logger, error),
      );
    });
  }
}

/** Brings the database to its newest form and fills the regions where there are none. */
async function prepareDatabase(url: string, logger: Logger): Promise<void> {
  await migrate({ url, service: SERVICE, migrations, logger });
  const regions = await loadReferenceRegions({ url });
  if (regions > 0) logger.info({ regions }, 'regions loaded');
}

/** Starts everything; resolves to what ends it: first no new requests and events, then the rest, the database last. */
async function serve(environment: Environment, logger: Logger): Promise<() => Promise<void>> {
  const stopTracing = startTracing({
    service: SERVICE,
    endpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT,
    file: environment.TRACE_FILE,
  });
  const metrics = createMetrics(SERVICE);
  const database = await connect(environment);
  const directory = createDirectory({
    database,
    clock: systemClock,
    logger,
    keys: {
      fieldCipher: environment.FIELD_KEYS,
      blindIndexKey: environment.BLIND_INDEX_KEY,
      citizenIdKey: environment.CITIZEN_ID_KEY,
    },
    auditKeys: environment.AUDIT_KEY,
    auditCheckpointMinutes: environment.AUDIT_CHECKPOINT_MINUTES,
    filesDirectory: environment.FILES_DIRECTORY,
  });
  if (environment.DEMO_DATA) await directory.loadDemoData();
  const transport = await openTransport(transportOf(environment));
  const messaging = await startMessaging({
    database,
    transport,
    consumers: directory.consumers,
    service: SERVICE,
    clock: systemClock,
    logger,
    metrics,
  });
  const scheduler = directory.schedule();
  const subgraph = await startSubgraph({
    name: SERVICE,
    ...directory.schema,
    database,
    verifier: new AssertionVerifier(environment.ASSERTION_JWKS_FILE),
    clock: systemClock,
    logger,
    metrics,
    host: environment.HOST,
    port: environment.PORT,
  });
  return async () => {
    await subgraph.stop();
    await scheduler.stop();
    await messaging.stop();
    await transport.close();
    await database.close();
    await stopTracing();
  };
}

async function verifyAudit(environment: Environment, knownFile: string | undefined): Promise<void> {
  useAuditKeys(environment.AUDIT_KEY);
  const database = await connect(environment);
  try {
    const verification = await verifyWholeLog(database, knownFile);
    process.stdout.write(`${JSON.stringify(verification, null, 2)}\n`);
    if (!verification.intact) process.exitCode = 1;
  } finally {
    await database.close();
  }
}

function connect(environment: Environment): Promise<Database> {
  return openDatabase({
    name: SERVICE,
    url: environment.DATABASE_URL,
    entities: [],
    poolSize: environment.POOL_SIZE,
  });
}

function transportOf(environment: Environment): TransportOptions {
  return environment.EVENTS_TRANSPORT === 'kafka'
    ? { kind: 'kafka', brokers: environment.KAFKA_BROKERS, clientId: SERVICE }
    : { kind: 'postgres', url: environment.EVENTS_DATABASE_URL };
}

function fail(logger: Logger, error: Error): void {
  logger.fatal({ err: error }, 'the directory cannot go on');
  process.exit(1);
}

main(process.argv.slice(2)).catch((error: Error) => fail(createLogger(SERVICE), error));
