import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { OpenedExport } from '../exports';
import { downloadHeaders, fileErrors } from './file-routes';

/**
 * Mounts `GET /files/exports/<token>`, or below another folder. The token is the permission; it is longer than fastify allows named parameters
 * to be, hence the wildcard. Rows are streamed; what goes wrong on the way breaks the download off, so that half a list
 * never looks whole.
 */
export function exportRoutes(
  server: FastifyInstance,
  exports: { open(token: string): Promise<OpenedExport> },
  folder = 'exports',
): void {
  void server.register(async (routes: FastifyInstance) => {
    fileErrors(routes);
    routes.get(`/files/${folder}/*`, { exposeHeadRoute: false }, async (request, reply) => {
      const opened = await exports.open((request.params as { '*': string })['*']);
      const output = new PassThrough();
      opened.write(output).catch((error: unknown) => {
        // Somebody who went away is no failure of ours.
        if (!request.raw.destroyed) request.log.error({ err: error }, 'an export broke off');
        output.destroy(error as Error);
      });
      return reply.headers(downloadHeaders(opened.fileName, opened.mime)).send(output);
    });
  });
}
