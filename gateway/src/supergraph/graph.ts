import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { KeyValueCache } from '@apollo/utils.keyvaluecache';
import { collectAccessRules, missingAccess } from '@junxian/access';
import type { Logger } from '@junxian/observability';
import { parse } from 'graphql';
import { formatError } from '../errors/format-error';
import type { GatewayContext } from '../execution/gateway-context';
import { type ExecutorOptions, guardedExecutor } from '../execution/operation-executor';
import { PlanRunner } from '../execution/plan-runner';
import type { SubgraphClient } from '../execution/subgraph-client';
import type { SubgraphClients } from '../execution/subgraph-clients';
import { SubgraphDataSource } from '../execution/subgraph-data-source';

export interface GraphOptions {
  introspection: boolean;
  hideSuggestions: boolean;
  maxTokens: number;
  /** Whether several operations may come in one request; how many is checked before. */
  batching: boolean;
  /** Kept across supergraphs, as clients' persisted queries outlive them. */
  persistedQueries: KeyValueCache;
  executor: ExecutorOptions;
  subgraphs: SubgraphClients;
  logger: Logger;
  plugins: readonly ApolloServerPlugin<GatewayContext>[];
}

/**
 * One supergraph with all that is made from it: schema, query plans, access rules, cost estimates.
 * A new supergraph makes a new graph beside the old one, so that no request ever sees parts of both.
 */
export interface Graph {
  readonly server: ApolloServer<GatewayContext>;
  /** The GraphQL address of a service by its name in the supergraph; undefined for no service. */
  addressOf(service: string): string | undefined;
  /** Lets go of the subgraphs. Operations under way should be finished before. */
  stop(): Promise<void>;
}

/**
 * Makes a graph that is ready for operations. Throws Error when the supergraph is invalid or has a
 * root field or an entity without `@access`.
 */
export async function buildGraph(sdl: string, options: GraphOptions): Promise<Graph> {
  const document = parse(sdl);
  const undeclared = missingAccess(document);
  if (undeclared.length > 0) throw new Error(`no @access on ${undeclared.slice(0, 10).join(', ')}`);
  const clients: SubgraphClient[] = [];
  const sources = new Map<string, SubgraphDataSource>();
  const runner = new PlanRunner(document, sources);
  const gateway = new ApolloGateway({
    supergraphSdl: sdl,
    validateSupergraph: true,
    logger: quiet(options.logger),
    experimental_didResolveQueryPlan: runner.remember,
    __exposeQueryPlanExperimental: false,
    telemetry: { recordExceptions: false },
    buildService: ({ name, url }) => {
      const client = options.subgraphs.acquire(name, url ?? '');
      clients.push(client);
      const source = new SubgraphDataSource(client);
      sources.set(name, source);
      return source;
    },
  });
  gateway.executor = guardedExecutor(
    runner.before(gateway.executor),
    collectAccessRules(document),
    options.executor,
  );
  const server = new ApolloServer<GatewayContext>({
    gateway,
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: options.hideSuggestions,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    allowBatchedHttpRequests: options.batching,
    parseOptions: { maxTokens: options.maxTokens },
    validationOptions: { maxErrors: 20 },
    persistedQueries: { cache: options.persistedQueries },
    csrfPrevention: true,
    logger: quiet(options.logger),
    formatError: formatError(options.hideSuggestions, (error) =>
      options.logger.error({ err: error }, 'masked error'),
    ),
    stringifyResult: (result) => JSON.stringify(result),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ...options.plugins,
    ],
  });
  const release = async () => {
    await Promise.all(clients.map((client) => options.subgraphs.release(client)));
  };
  try {
    await server.start();
  } catch (error) {
    await release();
    throw error;
  }
  return {
    server,
    addressOf: (service) => clients.find(({ name }) => name === service)?.url,
    stop: async () => {
      await server.stop();
      await release();
    },
  };
}

/** Apollo's own messages, without those of its daily work. */
function quiet(logger: Logger) {
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (message?: unknown) => logger.warn(String(message)),
    error: (message?: unknown) => logger.error(String(message)),
  };
}
