import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { isRefusal, refuse } from '@junxian/errors';
import type { Logger } from '@junxian/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Agent } from 'undici';
import { servicePath } from './file-path.rules';
import { filesUnavailable, uploadTooLarge } from './file-refusals';
import type { Transfers } from './transfers';

export interface FileRoutesOptions {
  /** The GraphQL address of a service in the supergraph that is in use; undefined for no service. */
  addressOf: (service: string) => string | undefined;
  transfers: Transfers;
  /** Largest upload; a service's own limit is lower. */
  maxBytes: number;
  /** Longest transfer of one file, waiting included. */
  timeoutMilliseconds: number;
  logger: Logger;
}

type FileRequest = FastifyRequest<{ Params: { service: string; '*': string } }>;

/** What a service needs of a request. No token, cookie or assertion goes along: the link is the permission. Public pages are limited by address. */
const TO_SERVICE = ['content-type', 'content-length', 'accept', 'accept-language'];
/** What a client needs of the answer. The gateway's own security headers stay; a page may narrow its own policy. */
const TO_CLIENT = [
  'content-type',
  'content-length',
  'content-disposition',
  'content-language',
  'content-security-policy',
  'cache-control',
  'retry-after',
];

/**
 * Mounts `/files/<service>/*`: GET and PUT are streamed to and from that service's `/files/*`, and no other path
 * of it. Who may is told by the link's token, which the service checks. Answers 404 for anything else.
 */
export async function fileRoutes(server: FastifyInstance, options: FileRoutesOptions): Promise<void> {
  const agent = new Agent({
    connections: 64,
    connect: { timeout: 2_000 },
    headersTimeout: options.timeoutMilliseconds,
    bodyTimeout: options.timeoutMilliseconds,
    keepAliveTimeout: 10_000,
  });
  server.addHook('onClose', () => agent.destroy());
  await server.register(async (routes: FastifyInstance) => {
    routes.removeAllContentTypeParsers();
    // The body stays a stream, whatever type it claims; its size is limited while it is read.
    routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
    routes.route({
      method: ['GET', 'PUT'],
      url: '/files/:service/*',
      exposeHeadRoute: false,
      bodyLimit: Number.MAX_SAFE_INTEGER,
      handler: (request, reply) => transfer(request as FileRequest, reply, agent, options),
    });
  });
}

async function transfer(request: FileRequest, reply: FastifyReply, agent: Agent, options: FileRoutesOptions) {
  const { maxBytes, transfers, timeoutMilliseconds, logger } = options;
  const path = servicePath(request.params['*']);
  const address = options.addressOf(request.params.service);
  if (path === null || address === undefined) throw refuse.notFound();
  const upload = request.method === 'PUT';
  if (upload && Number(request.headers['content-length'] ?? 0) > maxBytes) {
    reply.header('connection', 'close');
    throw uploadTooLarge(maxBytes);
  }
  const end = transfers.begin(request.ip);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMilliseconds);
  reply.raw.once('close', () => {
    clearTimeout(timer);
    // The client went away before the end: the service need not go on.
    if (!reply.raw.writableFinished) stop.abort();
    end();
  });
  try {
    const answer = await agent.request({
      origin: new URL(address).origin,
      path,
      method: upload ? 'PUT' : 'GET',
      headers: {
        ...picked(request.headers, TO_SERVICE),
        'x-request-id': request.id,
        'x-junxian-client-ip': request.ip,
      },
      body: upload ? Readable.from(limited(request.raw, maxBytes), { objectMode: false }) : null,
      signal: stop.signal,
    });
    // What is left of an upload that was answered early would be taken for the next request.
    if (upload && !request.raw.complete) reply.header('connection', 'close');
    return reply.code(answer.statusCode).headers(picked(answer.headers, TO_CLIENT)).send(answer.body);
  } catch (error) {
    if (upload) reply.header('connection', 'close');
    if (isRefusal(error)) throw error;
    if (!request.raw.destroyed) {
      // Without the path, which is a key to the file.
      const { service } = request.params;
      logger.warn(
        { code: (error as NodeJS.ErrnoException).code, service, requestId: request.id },
        'a file transfer failed',
      );
    }
    throw filesUnavailable();
  }
}

/** The body, as long as it stays within the limit. Refused, it is not destroyed: the answer shares its connection. */
async function* limited(body: Readable, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const part of body.iterator({ destroyOnReturn: false })) {
    size += (part as Buffer).length;
    if (size > maxBytes) throw uploadTooLarge(maxBytes);
    yield part as Buffer;
  }
}

function picked(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string | string[]> {
  const some: Record<string, string | string[]> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) some[name] = value;
  }
  return some;
}
