import type { FastifyInstance } from 'fastify';

const NARROWING = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** Headers that narrow what a browser may do with any answer; pages of the back office add their own policy. */
export function securityHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (_request, reply, next) => {
    reply.headers(NARROWING);
    next();
  });
}

/** Lets pages of the named origins ask; without any, browsers keep to our own origin. */
export function crossOrigin(server: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  server.addHook('onRequest', async (request, reply) => {
    const origin = request.headers.origin;
    reply.header('vary', 'origin');
    if (origin === undefined || !origins.includes(origin.toLowerCase())) return;
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'retry-after, x-request-id',
      'cross-origin-resource-policy': 'cross-origin',
    });
    if (request.method !== 'OPTIONS') return;
    return reply
      .headers({
        'access-control-allow-methods': 'GET, POST, PUT',
        'access-control-allow-headers':
          'authorization, content-type, accept-language, apollo-require-preflight',
        'access-control-max-age': '600',
      })
      .code(204)
      .send();
  });
}
