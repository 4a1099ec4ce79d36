import { isRefusal } from '@junxian/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../authentication/authenticator';
import { localeOf, publicErrorOf } from '../errors/public-error';
import { batchNotAllowed } from '../errors/refusals';
import { Cancellation } from '../execution/cancellation';
import type { GatewayContext } from '../execution/gateway-context';
import type { OperationLibrary } from '../limits/operation-library';

export interface ContextOptions {
  authenticator: Authenticator;
  operations: OperationLibrary;
  maxBatch: number;
}

/**
 * Makes the context of a GraphQL request: who asks, in which language, and whether what is asked is
 * within the limits, before Apollo parses it. What it refuses is answered with code and HTTP status.
 */
export function contextOf({ authenticator, operations, maxBatch }: ContextOptions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => {
    const startedAt = performance.now();
    const locale = localeOf(request.headers['accept-language']);
    try {
      for (const { query, hash } of operationsIn(request, maxBatch)) operations.check(query, hash);
      const principal = await authenticator.principalOf(request.headers.authorization, new Date());
      return {
        principal,
        locale,
        requestId: request.id,
        clientIp: request.ip,
        traceparent: traceparentOf(request.headers.traceparent),
        startedAt,
        clientGone: clientGone(reply),
      };
    } catch (error) {
      throw isRefusal(error) ? publicErrorOf(error, locale) : error;
    }
  };
}

interface AskedOperation {
  query: string | undefined;
  hash: string | undefined;
}

function operationsIn(request: FastifyRequest, maxBatch: number): AskedOperation[] {
  if (request.method === 'GET') return [askedBy(request.query)];
  if (!Array.isArray(request.body)) return [askedBy(request.body)];
  if (maxBatch <= 1 || request.body.length > maxBatch) throw batchNotAllowed(maxBatch);
  return request.body.map(askedBy);
}

function askedBy(parameters: unknown): AskedOperation {
  const { query, extensions } = (parameters ?? {}) as { query?: unknown; extensions?: unknown };
  return { query: typeof query === 'string' && query !== '' ? query : undefined, hash: hashIn(extensions) };
}

function hashIn(extensions: unknown): string | undefined {
  let value = extensions;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  const hash = (value as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined)?.persistedQuery
    ?.sha256Hash;
  return typeof hash === 'string' ? hash : undefined;
}

const traceparentOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(header)
    ? header
    : undefined;

function clientGone({ raw }: FastifyReply): Cancellation {
  const cancellation = new Cancellation();
  raw.once('close', () => {
    if (!raw.writableFinished) cancellation.abort();
  });
  return cancellation;
}
