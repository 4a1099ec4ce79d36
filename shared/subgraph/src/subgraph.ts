import { randomUUID } from 'node:crypto';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import { accessTypeDefs, maskFields, type Reveal, shieldFromSchema } from '@junxian/access';
import { type Clock, holidayWarning } from '@junxian/calendar';
import { isRefusal, refuse } from '@junxian/errors';
import type { AssertionVerifier, Principal } from '@junxian/identity';
import { Histogram, inSpan, type Logger, type Registry, SpanKind } from '@junxian/observability';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { type GraphQLSchema, parse } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { commonResolvers, commonTypeDefs } from './common-type-defs';
import { guardEntityReferences } from './entity-references';
import { errorLog, formatError } from './errors';
import { OpenRequestContext, type RequestContext } from './request-context';
import { unusableTextGuard } from './unusable-text';

export interface SubgraphOptions<Loaders> {
  name: string;
  /** The service's own schema files; directives and common scalars are added. */
  typeDefs: readonly string[];
  /** One or several resolver maps. */
  resolvers: readonly object[];
  loaders: (context: RequestContext<Loaders>) => Loaders;
  database: Database;
  verifier: AssertionVerifier;
  clock: Clock;
  logger: Logger;
  metrics: Registry;
  host?: string;
  /** 0 takes a free port. */
  port: number;
  introspection?: boolean;
  /** Plain HTTP routes of the service. Those below `/internal` are open to service assertions only. */
  routes?: (server: FastifyInstance) => void | Promise<void>;
  /** Throws while the service must not be given requests. */
  ready?: () => Promise<void>;
  /** Writes down, in the transaction given, that values were shown in full. */
  recordReveals?: (
    tx: ScopedTransaction,
    reveals: readonly Reveal[],
    context: RequestContext<Loaders>,
  ) => Promise<void>;
}

export interface RunningSubgraph {
  /** Of the GraphQL endpoint. */
  url: string;
  port: number;
  /** Finishes what is in flight, then stops listening. */
  stop(): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** The executable schema of a subgraph, with graphql-shield and masking made from its `@access` and `@masked`. */
export function subgraphSchema(typeDefs: readonly string[], resolvers: readonly object[]): GraphQLSchema {
  const document = parse([accessTypeDefs, commonTypeDefs, ...typeDefs].join('\n'));
  const schema = buildSubgraphSchema([
    { typeDefs: document },
    ...[commonResolvers, ...resolvers].map((map) => ({ typeDefs: EMPTY, resolvers: map as never })),
  ]);
  const guarded = applyMiddleware(schema, shieldFromSchema(document));
  maskFields(guarded, document);
  guardEntityReferences(guarded, document);
  return guarded;
}

const EMPTY = { kind: 'Document', definitions: [] } as never;

/**
 * Starts a subgraph process's HTTP side: GraphQL for those whom the gateway or a trusted service
 * vouches for (everyone else gets 401, `_entities` and `_service` included), health and metrics.
 */
export async function startSubgraph<Loaders>(options: SubgraphOptions<Loaders>): Promise<RunningSubgraph> {
  const { name, logger, clock, verifier } = options;
  const server: FastifyInstance = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: 65_000,
  });
  const apollo = new ApolloServer<OpenRequestContext<Loaders>>({
    schema: subgraphSchema(options.typeDefs, options.resolvers),
    introspection: options.introspection ?? false,
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    formatError,
    plugins: [
      fastifyApolloDrainPlugin(server),
      ApolloServerPluginDrainHttpServer({ httpServer: server.server }),
      // Answers belong to one caller and say by no hint how long they hold: working that out would wrap every resolver.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      unusableTextGuard(),
      errorLog(logger),
      requestEnd(options),
    ],
    stopOnTerminationSignals: false,
  });
  await apollo.start();

  server.decorateRequest('principal', null);
  const authenticate = async (request: FastifyRequest) => {
    request.principal = await verifier.verify(header(request, 'x-junxian-assertion'), clock.now());
  };
  server.setErrorHandler((error, _request, reply) => {
    if (isRefusal(error)) {
      const { code, text, field, details, faults } = error;
      return reply.code(error.httpStatus).send({
        errors: [{ message: text.zh, extensions: { code, text, field } }],
        refusal: { code, text, field, details, faults },
      });
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) logger.error({ err: error }, 'request failed');
    return reply.code(status).send({
      errors: [
        { message: status >= 500 ? 'internal error' : 'bad request', extensions: { code: 'BAD_REQUEST' } },
      ],
    });
  });
  server.route({
    method: ['POST'],
    url: '/graphql',
    preValidation: authenticate,
    handler: fastifyApolloHandler(apollo, {
      context: async (request: FastifyRequest) =>
        new OpenRequestContext<Loaders>({
          database: options.database,
          clock,
          logger,
          loaders: options.loaders as never,
          principal: request.principal!,
          locale: /^\s*en\b/i.test(header(request, 'accept-language') ?? '') ? 'en' : 'zh',
          requestId: header(request, 'x-request-id') ?? randomUUID(),
          clientIp: header(request, 'x-junxian-client-ip') ?? request.ip,
          traceparent: header(request, 'traceparent'),
        }),
    }) as never,
  });
  server.addHook('preValidation', async (request) => {
    if (request.url.startsWith('/internal/')) {
      await authenticate(request);
      if (request.principal?.kind !== 'SERVICE') throw refuse.forbidden();
    }
  });
  await options.routes?.(server);
  healthRoutes(server, options);
  const address = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port });
  const port = (server.server.address() as { port: number }).port;
  logger.info({ port }, `${name} listens`);
  return {
    url: `${address}/graphql`,
    port,
    stop: async () => {
      await apollo.stop();
      await server.close();
    },
  };
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function healthRoutes<Loaders>(
  server: FastifyInstance,
  { database, metrics, ready, clock }: SubgraphOptions<Loaders>,
): void {
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    try {
      await database.dataSource.query('SELECT 1');
      await ready?.();
      // Requests may come all the same; whoever watches the service reads it in time.
      const warning = holidayWarning(clock.today());
      return { status: 'ready', ...(warning !== null && { warnings: [warning] }) };
    } catch {
      return reply.code(503).send({ status: 'not ready' });
    }
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
}

/** Ends every request: reveals are written down first, and an answer whose reveals could not be is not given. */
function requestEnd<Loaders>({
  name,
  metrics,
  recordReveals,
  database,
}: SubgraphOptions<Loaders>): ApolloServerPlugin<OpenRequestContext<Loaders>> {
  const duration = new Histogram({
    name: 'junxian_subgraph_request_seconds',
    help: 'Time from the parsed request to the answer',
    labelNames: ['operation'],
    registers: [metrics],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  });
  return {
    async requestDidStart({ contextValue }) {
      const started = process.hrtime.bigint();
      return {
        async willSendResponse({ operation, response }) {
          duration.observe(
            { operation: operation?.operation ?? 'unknown' },
            Number(process.hrtime.bigint() - started) / 1e9,
          );
          try {
            await contextValue.close();
            if (contextValue.reveals.length > 0) {
              if (recordReveals === undefined)
                throw new Error(`${name} has masked fields but records no reveals`);
              await inSpan('record reveals', { kind: SpanKind.INTERNAL }, () =>
                database.write(contextValue.scope, (tx) =>
                  recordReveals(tx, contextValue.reveals, contextValue),
                ),
              );
            }
          } catch (error) {
            contextValue.logger.error({ err: error }, 'the request could not be ended');
            if (response.body.kind === 'single') {
              response.body.singleResult = {
                errors: [{ message: 'INTERNAL', extensions: { code: 'INTERNAL' } }],
              };
            }
          }
        },
      };
    },
  };
}
