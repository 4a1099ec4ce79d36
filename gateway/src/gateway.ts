import { createLogger, createMetrics, type Logger, type Registry } from '@junxian/observability';
import { AccessTokens, directoryIssuer, outsideIssuer } from './authentication/access-tokens';
import { Assertions } from './authentication/assertions';
import { Authenticator } from './authentication/authenticator';
import { KeySet } from './authentication/key-set';
import { RevocationFeed } from './authentication/revocation-feed';
import { type Environment, isTraced } from './environment';
import { SubgraphClients } from './execution/subgraph-clients';
import { Transfers } from './files/transfers';
import { Admission } from './limits/admission';
import { OperationLibrary } from './limits/operation-library';
import { persistedQueryStore } from './limits/persisted-queries';
import { GatewayMetrics } from './server/gateway-metrics';
import { graphqlHandler } from './server/graphql-handler';
import { contextOf } from './server/graphql-request';
import { httpServer } from './server/http-server';
import { OperationLog } from './server/operation-log';
import type { GraphOptions } from './supergraph/graph';
import { Graphs } from './supergraph/graphs';
import { SupergraphFile } from './supergraph/supergraph-file';

export interface RunningGateway {
  /** Of the GraphQL endpoint. */
  url: string;
  port: number;
  /** Takes no new connections, finishes what is in flight, then lets go of everything. */
  stop(): Promise<void>;
}

/**
 * Starts the gateway: reads keys, revocations and supergraph, then listens. Throws Error when the
 * supergraph cannot be read or is invalid. While directory does not answer it listens all the same
 * but is not ready (`/health/ready`).
 */
export async function startGateway(
  environment: Environment,
  logger: Logger = createLogger('gateway', environment.LOG_LEVEL),
  registry: Registry = createMetrics('gateway'),
): Promise<RunningGateway> {
  const metrics = new GatewayMetrics(registry);
  const assertions = new Assertions(environment.ASSERTION_KEY_FILE);
  const keySets = keySetsOf(environment, logger);
  const revocations = new RevocationFeed({
    directoryUrl: environment.DIRECTORY_URL,
    intervalMilliseconds: environment.REVOCATION_POLL_MS,
    timeoutMilliseconds: 2_000,
    assertion: () => assertions.own(),
    onFailure: (error) => logger.warn({ err: error }, 'the revocation feed could not be read'),
  });
  const admission = admissionOf(environment);
  const subgraphs = subgraphsOf(environment, metrics);
  const contextOptions = {
    authenticator: new Authenticator(new AccessTokens(keySets.issuers), revocations.list),
    operations: new OperationLibrary(shapeLimitsOf(environment), environment.ALLOWED_OPERATIONS_FILE ?? null),
    maxBatch: environment.MAX_BATCH,
  };
  // Its fields are fixed and hold no secrets: looking for some in each line is spared.
  const log = new OperationLog(logger.child({}, { redact: [] }), metrics);
  const graphs = new Graphs({
    graph: graphOptions(environment, { logger, log, metrics, assertions, admission, subgraphs }),
    handler: (graph) => graphqlHandler(graph, contextOf(contextOptions), log),
    onLoaded: (result) => metrics.supergraphLoads.inc({ result }),
    logger,
  });
  const supergraph = new SupergraphFile({
    path: environment.SUPERGRAPH_FILE,
    pollMilliseconds: environment.SUPERGRAPH_POLL_MS,
    onChange: (sdl) => graphs.replace(sdl),
    onFailure: (error) => logger.warn({ err: error }, 'the supergraph file could not be followed'),
  });
  const transfers = new Transfers({
    all: environment.MAX_FILE_TRANSFERS,
    perClient: environment.MAX_FILE_TRANSFERS_PER_CLIENT,
  });
  gauges(metrics, { admission, revocations, subgraphs, transfers });
  await Promise.all([
    keySets.start(),
    revocations.start(),
    supergraph.open().then((sdl) => graphs.load(sdl)),
  ]);
  const server = await httpServer({
    maxBodyBytes: environment.MAX_BODY_BYTES,
    trustProxy: environment.TRUST_PROXY,
    corsOrigins: environment.CORS_ORIGINS,
    backOffice: {
      officialHosts: environment.OFFICIAL_HOSTS,
      graphiql: environment.GRAPHIQL ?? !environment.isProduction,
    },
    files: {
      addressOf: (service) => graphs.addressOf(service),
      transfers,
      maxBytes: environment.MAX_FILE_BYTES,
      timeoutMilliseconds: environment.FILE_TIMEOUT_MS,
    },
    metrics: registry,
    notReady: () => [
      ...(graphs.isLoaded ? [] : ['supergraph']),
      ...(keySets.directory.isLoaded ? [] : ['keys of directory']),
      ...(revocations.isLoaded ? [] : ['revocations']),
    ],
    graphql: (request, reply) => graphs.handle(request, reply),
    logger,
  });
  const address = await server.listen({ host: environment.HOST, port: environment.PORT });
  const port = (server.server.address() as { port: number }).port;
  logger.info({ port }, 'gateway listens');
  return {
    url: `${address}/graphql`,
    port,
    stop: async () => {
      await supergraph.close();
      const force = setTimeout(() => server.server.closeAllConnections(), environment.SHUTDOWN_GRACE_MS);
      await server.close();
      clearTimeout(force);
      revocations.stop();
      keySets.stop();
      await graphs.stop();
    },
  };
}

function keySetsOf(environment: Environment, logger: Logger) {
  const keySet = (keysUrl: string) =>
    new KeySet({
      url: keysUrl,
      cooldownMilliseconds: 5_000,
      refreshMilliseconds: 60_000,
      timeoutMilliseconds: 2_000,
      onFailure: (error) => logger.warn({ err: error }, 'the keys of an issuer could not be read'),
    });
  const directory = keySet(new URL('/.well-known/jwks.json', environment.DIRECTORY_URL).href);
  const outside = (environment.OIDC_ISSUERS_FILE ?? []).map((issuer) => ({
    issuer,
    keys: keySet(issuer.jwksUri),
  }));
  const all = [directory, ...outside.map(({ keys }) => keys)];
  return {
    directory,
    issuers: [directoryIssuer(directory), ...outside.map(({ issuer, keys }) => outsideIssuer(issuer, keys))],
    start: () => Promise.all(all.map((keys) => keys.start())),
    stop: () => {
      for (const keys of all) keys.stop();
    },
  };
}

const shapeLimitsOf = (environment: Environment) => ({
  tokens: environment.MAX_TOKENS,
  nesting: environment.MAX_NESTING,
  depth: environment.MAX_DEPTH,
  aliases: environment.MAX_ALIASES,
  rootFields: environment.MAX_ROOT_FIELDS,
  directives: environment.MAX_DIRECTIVES,
  fields: environment.MAX_FIELDS,
  repeatedFields: environment.MAX_REPEATED_FIELDS,
});

const admissionOf = (environment: Environment) =>
  new Admission({
    normal: { running: environment.MAX_RUNNING, waiting: environment.MAX_WAITING },
    expensive: { running: environment.MAX_RUNNING_EXPENSIVE, waiting: environment.MAX_WAITING_EXPENSIVE },
    expensiveFrom: environment.EXPENSIVE_COST,
    longestWaitMilliseconds: environment.MAX_WAIT_MS,
  });

const subgraphsOf = (environment: Environment, metrics: GatewayMetrics) =>
  new SubgraphClients({
    connections: environment.SUBGRAPH_CONNECTIONS,
    waiting: environment.SUBGRAPH_WAITING,
    share: environment.GATEWAY_COALESCE,
    connectTimeoutMilliseconds: 2_000,
    answerTimeoutMilliseconds: environment.OPERATION_TIMEOUT_MS + 5_000,
    maxAnswerBytes: 64 * 1024 * 1024,
    circuit: { failures: 3, coolDownMilliseconds: 1_000 },
    observe: metrics.observeCall,
  });

interface GraphParts {
  logger: Logger;
  log: OperationLog;
  metrics: GatewayMetrics;
  assertions: Assertions;
  admission: Admission;
  subgraphs: SubgraphClients;
}

function graphOptions(environment: Environment, parts: GraphParts): GraphOptions {
  const { logger, log, metrics, assertions, admission, subgraphs } = parts;
  return {
    introspection: environment.INTROSPECTION ?? !environment.isProduction,
    hideSuggestions: environment.isProduction,
    maxTokens: environment.MAX_TOKENS,
    batching: environment.MAX_BATCH > 1,
    persistedQueries: persistedQueryStore(environment.ALLOWED_OPERATIONS_FILE ?? null),
    executor: environment.GATEWAY_EXECUTOR,
    guard: {
      admission,
      logger,
      maxCost: environment.MAX_COST,
      costWeights: { defaultListSize: environment.DEFAULT_LIST_SIZE, mutation: 10 },
      timeLimitMilliseconds: environment.OPERATION_TIMEOUT_MS,
      share: environment.GATEWAY_COALESCE,
      traced: isTraced(environment),
    },
    planner: {
      limitMilliseconds: environment.PLAN_TIMEOUT_MS,
      waiting: environment.MAX_WAITING_PLANS,
      memory: environment.PLANNER_MEMORY_MB,
      logger,
      observe: metrics.observePlanning,
    },
    subgraphs,
    assertions,
    logger,
    plugins: [log.plugin],
  };
}

interface Gauged {
  admission: Admission;
  revocations: RevocationFeed;
  subgraphs: SubgraphClients;
  transfers: Transfers;
}

function gauges(metrics: GatewayMetrics, { admission, revocations, subgraphs, transfers }: Gauged): void {
  metrics.gauge('junxian_gateway_waiting', 'Operations waiting to be let in', () => {
    const { normal, expensive } = admission.occupancy();
    return normal.waiting + expensive.waiting;
  });
  metrics.gauge(
    'junxian_gateway_revocations_age_seconds',
    'Time since the revocation feed was last read to its end; grows while directory is down; -1 before the first time',
    () => revocations.ageSeconds() ?? -1,
  );
  metrics.gauge('junxian_gateway_revocations', 'Revocations in force', () => revocations.list.size);
  metrics.gauge('junxian_gateway_file_transfers', 'Files on their way at the moment', () => transfers.size);
  metrics.gauge(
    'junxian_gateway_subgraphs_down',
    'Subgraphs not asked at the moment because they are down',
    () => subgraphs.failingFast(),
  );
}
