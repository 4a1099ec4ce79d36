import { randomUUID } from 'node:crypto';
import { isRefusal, type Refusal } from '@junxian/errors';
import type { Logger, Registry } from '@junxian/observability';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { internalError, localeOf, publicErrorOf } from '../errors/public-error';
import { badRequest, overLimit, unsupportedMediaType } from '../errors/refusals';
import { type FileRoutesOptions, fileRoutes } from '../files/file-routes';
import { type BackOfficeOptions, backOffice } from './back-office';
import { crossOrigin, securityHeaders } from './security-headers';

export interface HttpServerOptions {
  maxBodyBytes: number;
  /** Proxies whose X-Forwarded-For is believed; empty for none. */
  trustProxy: string;
  corsOrigins: readonly string[];
  backOffice: BackOfficeOptions;
  files: Omit<FileRoutesOptions, 'logger'>;
  metrics: Registry;
  /** Names of what is missing before requests can be answered. */
  notReady: () => readonly string[];
  graphql: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  logger: Logger;
}

/** The HTTP side: /graphql, files, the back office, health and metrics. Does not listen yet. */
export async function httpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const server: FastifyInstance = fastify({
    logger: false,
    bodyLimit: options.maxBodyBytes,
    trustProxy: options.trustProxy === '' ? false : options.trustProxy,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    keepAliveTimeout: 65_000,
    // A file of 10 MB over a slow line takes its time.
    requestTimeout: 180_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  });
  server.addHook('onRequest', (request, reply, next) => {
    reply.header('x-request-id', request.id);
    next();
  });
  closeConnectionsWhenStopping(server);
  securityHeaders(server);
  crossOrigin(server, options.corsOrigins);
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error, options.maxBodyBytes);
    const locale = localeOf(request.headers['accept-language']);
    if (refusal === null) options.logger.error({ err: error, requestId: request.id }, 'request failed');
    const answer = refusal === null ? internalError(locale, request.id) : publicErrorOf(refusal, locale);
    const { message, extensions } = answer;
    const { http: _http, ...shown } = extensions;
    const retryAfter = refusal?.details?.retryAfterSeconds;
    if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter);
    return reply.code(refusal?.httpStatus ?? 500).send({ errors: [{ message, extensions: shown }] });
  });
  // Apollo decides about methods and content types, so that every answer is one of GraphQL over HTTP.
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.route({ method: ['GET', 'POST'], url: '/graphql', handler: options.graphql });
  server.route({
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    handler: (_request, reply) => reply.code(405).header('allow', 'GET, POST').send(),
  });
  await fileRoutes(server, { ...options.files, logger: options.logger });
  health(server, options);
  await backOffice(server, options.backOffice);
  return server;
}

/** Kept-alive connections would hold up the end: each is closed with the last answer sent on it. */
function closeConnectionsWhenStopping(server: FastifyInstance): void {
  let stopping = false;
  server.addHook('preClose', async () => {
    stopping = true;
  });
  server.addHook('onSend', (_request, reply, payload, next) => {
    if (stopping) reply.header('connection', 'close');
    next(null, payload);
  });
}

/** A request id a client or proxy gave, if it is a sane one, else a fresh one. */
function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) && !/\d{11}/.test(given)
    ? given
    : randomUUID();
}

function refusalOf(error: FastifyError, maxBodyBytes: number): Refusal | null {
  if (isRefusal(error)) return error;
  switch (error.statusCode) {
    case 413:
      return overLimit('body', maxBodyBytes);
    case 415:
      return unsupportedMediaType();
    case undefined:
      return null;
    default:
      return error.statusCode < 500 ? badRequest() : null;
  }
}

function health(server: FastifyInstance, { metrics, notReady }: HttpServerOptions): void {
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    const missing = notReady();
    return missing.length === 0
      ? { status: 'ready' }
      : reply.code(503).send({ status: 'not ready', missing });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
}
