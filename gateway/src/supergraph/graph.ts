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
import type { Assertions } from '../authentication/assertions';
import { formatError } from '../errors/format-error';
import { answerBody } from '../execution/answer-text';
import { AnsweredFirst } from '../execution/answered-first';
import { type ExecutorName, executionOf } from '../execution/execution';
import type { GatewayContext } from '../execution/gateway-context';
import type { KnownOperation } from '../execution/operation-cache';
import { type ExecutorOptions, guardedExecutor } from '../execution/operation-executor';
import type { PlannerProcessOptions } from '../execution/planner-process';
import type { SubgraphClient } from '../execution/subgraph-client';
import type { SubgraphClients } from '../execution/subgraph-clients';
import { SubgraphDataSource } from '../execution/subgraph-data-source';
import { conflictingRequirements } from './conflicting-requirements.rules';

export interface GraphOptions {
  introspection: boolean;
  hideSuggestions: boolean;
  maxTokens: number;
  /** Whether several operations may come in one request; how many is checked before. */
  batching: boolean;
  /** Kept across supergraphs, as clients' persisted queries outlive them. */
  persistedQueries: KeyValueCache;
  /** Who runs the plans: our engine, or the stock executor. */
  executor: ExecutorName;
  guard: ExecutorOptions;
  planner: PlannerProcessOptions;
  subgraphs: SubgraphClients;
  assertions: Assertions;
  logger: Logger;
  plugins: readonly ApolloServerPlugin<GatewayContext>[];
}

/**
 * One supergraph with all that is made from it: schema, query plans, access rules, cost estimates.
 * A new supergraph makes a new graph beside the old one, so that no request ever sees parts of both.
 */
export interface Graph {
  readonly server: ApolloServer<GatewayContext>;
  /** Answers what the server has found valid before. */
  readonly answered: AnsweredFirst;
  /** The GraphQL address of a service by its name in the supergraph; undefined for no service. */
  addressOf(service: string): string | undefined;
  /** The operations asked for most often, to make the next graph ready for. */
  mostUsed(count: number): KnownOperation[];
  /** Lets go of the subgraphs. Operations under way should be finished before. */
  stop(): Promise<void>;
}

/**
 * Makes a graph that is ready for operations. Throws Error when the supergraph is invalid, has a root
 * field or an entity without `@access`, or `@requires` that contradict each other. `known` are
 * operations to make ready beforehand.
 */
export async function buildGraph(
  sdl: string,
  options: GraphOptions,
  known: readonly KnownOperation[] = [],
): Promise<Graph> {
  const document = parse(sdl);
  const undeclared = missingAccess(document);
  if (undeclared.length > 0) throw new Error(`no @access on ${undeclared.slice(0, 10).join(', ')}`);
  const conflicts = conflictingRequirements(document);
  if (conflicts.length > 0)
    throw new Error(
      `answers would be wrong: ${conflicts.slice(0, 10).join('; ')}; ask for the field with equal arguments`,
    );
  const clients: SubgraphClient[] = [];
  const release = async () => {
    await Promise.all(clients.map((client) => options.subgraphs.release(client)));
  };
  const rules = collectAccessRules(document);
  const answered = new AnsweredFirst();
  const execution = await executionOf({
    executor: options.executor,
    supergraph: document,
    connect: ({ name, url }) => {
      const client = options.subgraphs.acquire(name, url);
      clients.push(client);
      return new SubgraphDataSource(client, options.assertions, options.guard.traced);
    },
    guard: (prepare) => answered.before(guardedExecutor(prepare, rules, options.guard)),
    planner: options.planner,
    logger: quiet(options.logger),
  }).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const server = new ApolloServer<GatewayContext>({
    gateway: execution.gateway,
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
    stringifyResult: answerBody,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      answered.plugin,
      ...options.plugins,
    ],
  });
  try {
    await server.start();
    await execution.warm(known);
  } catch (error) {
    await execution.gateway.stop();
    await release();
    throw error;
  }
  return {
    server,
    answered,
    addressOf: (service) => clients.find(({ name }) => name === service)?.url,
    mostUsed: (count) => execution.mostUsed(count),
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
