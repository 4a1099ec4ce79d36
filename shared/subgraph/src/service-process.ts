import { addHolidays, type Clock, holidaysKnownUntil, holidayWarning, systemClock } from '@junxian/calendar';
import { AssertionVerifier } from '@junxian/identity';
import { type Consumer, openTransport, startMessaging } from '@junxian/messaging';
import {
  createLogger,
  createMetrics,
  type Logger,
  type Registry,
  startTracing,
} from '@junxian/observability';
import { type Database, openDatabase } from '@junxian/persistence';
import type { CommonEnvironment } from './environment';
import { type SubgraphOptions, startSubgraph } from './subgraph';

const ASIDE_POOL_SIZE = 6;

/** What a service is made of, once its database is open. */
export interface ServiceParts<Environment> {
  environment: Environment;
  database: Database;
  /**
   * The same database by a few connections of its own: for what a request does outside its transaction. Taking a second connection out of
   * the pool that the request holds one of already would let as many requests as it is wide wait for each other.
   */
  aside: Database;
  clock: Clock;
  logger: Logger;
  metrics: Registry;
}

/** A service, ready to be started. */
export interface Service<Loaders> {
  /** Its part of the graph. */
  graph: Pick<
    SubgraphOptions<Loaders>,
    'typeDefs' | 'resolvers' | 'loaders' | 'routes' | 'ready' | 'recordReveals' | 'introspection'
  >;
  /** The events it takes. */
  consumers: readonly Consumer[];
  /** Starts what works without being asked (schedulers); begun before requests are served. */
  startWork(): { stop(): Promise<void> };
}

export interface ServiceDefinition<Environment extends CommonEnvironment, Loaders> {
  name: string;
  readEnvironment(): Environment;
  /** See `openDatabase`. */
  preparedStatements?: boolean;
  /** Brings the database to its newest form; given the migrator's URL. */
  prepareDatabase(url: string, logger: Logger): Promise<void>;
  create(parts: ServiceParts<Environment>): Promise<Service<Loaders>>;
  /** Further commands of `main.js`, by name; the database is closed when they end. */
  commands?: Readonly<
    Record<string, (database: Database, environment: Environment, argument?: string) => Promise<void>>
  >;
}

/**
 * The process of a service: `main.js` prepares the database (when it is given the migrator's URL) and
 * serves until SIGTERM or SIGINT, finishing what is in flight; `main.js migrate` prepares and ends;
 * any other command is the service's own. Ends the process with 1 when something fails.
 */
export function runService<Environment extends CommonEnvironment, Loaders>(
  definition: ServiceDefinition<Environment, Loaders>,
  [command, argument]: readonly string[] = process.argv.slice(2),
): void {
  const fail = (logger: Logger) => (error: Error) => {
    logger.fatal({ err: error }, `${definition.name} cannot go on`);
    process.exit(1);
  };
  main().catch(fail(createLogger(definition.name)));

  async function main(): Promise<void> {
    const environment = definition.readEnvironment();
    const logger = createLogger(definition.name, environment.LOG_LEVEL);
    addHolidays(environment.HOLIDAYS);
    const own = command === undefined ? undefined : definition.commands?.[command];
    if (own !== undefined)
      return withDatabase(environment, (database) => own(database, environment, argument));
    if (command !== undefined && command !== 'migrate') throw new Error(`unknown command ${command}`);
    if (environment.MIGRATION_DATABASE_URL) {
      await definition.prepareDatabase(environment.MIGRATION_DATABASE_URL, logger);
    }
    if (command === 'migrate') return;
    const stop = await serve(definition, environment, logger);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        logger.info({ signal }, 'stopping');
        stop().then(() => process.exit(0), fail(logger));
      });
    }
  }

  async function withDatabase(
    environment: Environment,
    work: (database: Database) => Promise<void>,
  ): Promise<void> {
    const database = await connect(definition, environment);
    try {
      await work(database);
    } finally {
      await database.close();
    }
  }
}

/** Starts everything; resolves to what ends it: first no new requests and events, then the rest, the database last. */
async function serve<Environment extends CommonEnvironment, Loaders>(
  definition: ServiceDefinition<Environment, Loaders>,
  environment: Environment,
  logger: Logger,
): Promise<() => Promise<void>> {
  const { name } = definition;
  const warning = holidayWarning(systemClock.today());
  if (warning === null) logger.info({ until: holidaysKnownUntil() }, 'holidays are known');
  else logger.warn(warning);
  const stopTracing = await startTracing({
    service: name,
    endpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT,
    file: environment.TRACE_FILE,
  });
  const common = { clock: systemClock, logger, metrics: createMetrics(name) };
  const database = await connect(definition, environment);
  const aside = await connect(definition, environment, ASIDE_POOL_SIZE);
  const service = await definition.create({ ...common, environment, database, aside });
  const transport = await openTransport(
    environment.EVENTS_TRANSPORT === 'kafka'
      ? {
          kind: 'kafka',
          brokers: environment.KAFKA_BROKERS,
          clientId: name,
          sessionTimeoutMilliseconds: environment.KAFKA_SESSION_SECONDS * 1000,
        }
      : { kind: 'postgres', url: environment.EVENTS_DATABASE_URL },
  );
  const messaging = await startMessaging({
    ...common,
    database,
    transport,
    consumers: service.consumers,
    service: name,
  });
  const work = service.startWork();
  const subgraph = await startSubgraph({
    ...common,
    ...service.graph,
    name,
    database,
    verifier: new AssertionVerifier(environment.ASSERTION_JWKS_FILE),
    host: environment.HOST,
    port: environment.PORT,
  });
  return async () => {
    await subgraph.stop();
    await work.stop();
    await messaging.stop();
    await transport.close();
    await aside.close();
    await database.close();
    await stopTracing();
  };
}

const connect = (
  {
    name,
    preparedStatements,
  }: Pick<ServiceDefinition<CommonEnvironment, unknown>, 'name' | 'preparedStatements'>,
  environment: CommonEnvironment,
  poolSize = environment.POOL_SIZE,
): Promise<Database> =>
  openDatabase({
    name,
    url: environment.DATABASE_URL,
    entities: [],
    poolSize,
    prepared: preparedStatements,
  });
