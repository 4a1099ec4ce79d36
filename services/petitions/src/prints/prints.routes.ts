import { fileErrors } from '@junxian/documents';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { verificationPage } from './forms/verification.page';
import { pageHeaders } from './page';
import type { PrintVerification } from './verification.service';

export interface PrintPages {
  /** The page of a print by its link's token. */
  page(token: string): Promise<string>;
  /** What the code on a print stands for. */
  verify(code: string, clientIp: string): Promise<PrintVerification>;
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
      const html = verificationPage(await pages.verify(code, clientIp(request)));
      return reply.headers(pageHeaders(html)).send(html);
    });
  });
}

/** Who asks, as the gateway says. */
function clientIp(request: FastifyRequest): string {
  const forwarded = request.headers['x-junxian-client-ip'];
  return typeof forwarded === 'string' ? forwarded : request.ip;
}
