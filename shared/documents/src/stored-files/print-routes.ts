import type { FastifyInstance, FastifyRequest } from 'fastify';
import { pageHeaders } from '../prints/page-headers';
import { fileErrors } from './file-routes';

/** The pages that a service with prints answers, each as HTML. */
export interface PrintPages {
  /** The page of a print by its link's token. */
  page(token: string): Promise<string>;
  /** What the code on a print stands for. */
  verification(code: string, clientIp: string): Promise<string>;
}

/**
 * Mounts `GET /files/prints/<token>`, where the link is the permission, and `GET /files/verify/<code>`, which is for anybody and
 * what the QR code on a print opens. Tokens are longer than fastify allows named parameters to be, hence the wildcard.
 */
export function printRoutes(server: FastifyInstance, pages: PrintPages): void {
  void server.register(async (routes: FastifyInstance) => {
    fileErrors(routes);
    routes.get('/files/prints/*', { exposeHeadRoute: false }, async (request, reply) => {
      const html = await pages.page((request.params as { '*': string })['*']);
      return reply.headers(pageHeaders(html)).send(html);
    });
    routes.get('/files/verify/:code', { exposeHeadRoute: false }, async (request, reply) => {
      const { code } = request.params as { code: string };
      const html = await pages.verification(code, clientIp(request));
      return reply.headers(pageHeaders(html)).send(html);
    });
  });
}

/** Who asks, as the gateway says. */
function clientIp(request: FastifyRequest): string {
  const forwarded = request.headers['x-junxian-client-ip'];
  return typeof forwarded === 'string' ? forwarded : request.ip;
}
