import { systemClock } from '@junxian/calendar';
import { AssertionVerifier } from '@junxian/identity';
import { openTransport, startMessaging, type TransportOptions } from '@junxian/messaging';
import { createLogger, createMetrics, type Logger, startTracing } from '@junxian/observability';
import { type Database, migrate, openDatabase } from '@junxian/persistence';
import { startSubgraph } from '@junxian/subgraph';
import { loadDemoData } from './demo-data/demo-data.service';
import { type Environment, readEnvironment } from './environment';
import { consumers } from './events';
import { migrations } from './migrations';
import { rebuildCounters } from './poverty-counters/counters.service';
import { RegionChangeFollower } from './region-changes/follower';
import { createGraph, createServices } from './service';
import { scopes } from './service-scopes';

const SERVICE = 'poverty-alleviation';

/**
 * `main.js` migrates, when it is given the migrator's URL, and serves; `main.js migrate` migrates and ends;
 * `main.js rebuild-counters <year>` counts a year anew from the rows and ends.
 */
async function main([command, argument]: string[]): Promise<void> {
  const environment = readEnvironment();
  const logger = createLogger(SERVICE, environment.LOG_LEVEL);
  if (command === 'rebuild-counters') return rebuild(environment, Number(argument));
  if (environment.MIGRATION_DATABASE_URL) {
    await migrate({ url: environment.MIGRATION_DATABASE_URL, service: SERVICE, migrations, logger });
  }
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

/** Starts everything; resolves to what ends it: first no new requests and events, then the rest, the database last. */
async function serve(environment: Environment, logger: Logger): Promise<() => Promise<void>> {
  const stopTracing = startTracing({
    service: SERVICE,
    endpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT,
    file: environment.TRACE_FILE,
  });
  const metrics = createMetrics(SERVICE);
  const database = await connect(environment);
  const follower = new RegionChangeFollower({ database, clock: systemClock, logger });
  const rowsToFollow = () => follower.nudge();
  const services = createServices({
    clock: systemClock,
    rowsToFollow,
    keys: {
      cipher: environment.FIELD_KEYS,
      blindIndexKey: environment.BLIND_INDEX_KEY,
      citizenIdKey: environment.CITIZEN_ID_KEY,
    },
  });
  if (environment.DEMO_DATA) {
    const households = await loadDemoData(database, services.identification);
    if (households > 0) logger.info({ households }, 'demonstration households identified');
  }
  const transport = await openTransport(transportOf(environment));
  const messaging = await startMessaging({
    database,
    transport,
    consumers: consumers({ regionChangeReceived: rowsToFollow }),
    service: SERVICE,
    clock: systemClock,
    logger,
    metrics,
  });
  follower.start();
  const subgraph = await startSubgraph({
    name: SERVICE,
    ...createGraph(services),
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
    await messaging.stop();
    await follower.stop();
    await transport.close();
    await database.close();
    await stopTracing();
  };
}

async function rebuild(environment: Environment, year: number): Promise<void> {
  if (!Number.isInteger(year)) throw new Error('usage: main.js rebuild-counters <year>');
  const database = await connect(environment);
  try {
    await database.write(scopes.rebuildCounters(), (tx) => rebuildCounters(tx, year));
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
  logger.fatal({ err: error }, 'poverty alleviation cannot go on');
  process.exit(1);
}

main(process.argv.slice(2)).catch((error: Error) => fail(createLogger(SERVICE), error));
