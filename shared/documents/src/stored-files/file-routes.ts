import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { isRefusal, type Refusal } from '@junxian/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { StoredFiles } from './stored-files';

/** How much more of a refused upload is read, so that the sender gets to see the answer. */
const READ_AFTER_REFUSAL = 16 * 1024 * 1024;
const PATIENCE_AFTER_REFUSAL_MS = 10_000;

/**
 * Mounts `PUT /files/uploads/<token>` and `GET /files/downloads/<token>`. The token is the permission; nobody
 * signs in here. Content is streamed both ways. Tokens are longer than fastify allows named parameters to be,
 * hence the wildcards. Routes of a service's own below /files answer errors in the same form by `fileErrors`.
 */
export function fileRoutes(server: FastifyInstance, files: StoredFiles): void {
  void server.register(async (routes: FastifyInstance) => {
    fileErrors(routes);
    routes.removeAllContentTypeParsers();
    // The body stays a stream, whatever type it claims; its size is limited while it is read.
    routes.addContentTypeParser('*', (_request, _payload, done) => done(null));
    routes.put('/files/uploads/*', { bodyLimit: Number.MAX_SAFE_INTEGER }, async (request, reply) => {
      try {
        return await files.receive(tokenOf(request), request.raw);
      } catch (error) {
        await readOn(request.raw);
        reply.header('connection', 'close');
        throw error;
      }
    });
    routes.get('/files/downloads/*', { exposeHeadRoute: false }, async (request, reply) => {
      const { fileName, mime, size, content } = await files.open(tokenOf(request));
      return reply.headers(downloadHeaders(fileName, mime)).header('content-length', size).send(content);
    });
  });
}

/** The headers of a download: saved under its name, never shown or run in the page's place, kept by nobody between. */
export function downloadHeaders(fileName: string, mime: string): Record<string, string> {
  return {
    'content-type': mime,
    'content-disposition': attachmentDisposition(fileName),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
  };
}

/** `Content-Disposition` by RFC 6266, the name encoded by RFC 8187 (5987) beside a plain fallback. */
export function attachmentDisposition(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(Buffer.from(fileName, 'utf8').toString('utf8')).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** Answers refusals of these routes as GraphQL errors look, in the language the person's browser asks for. */
export function fileErrors(routes: FastifyInstance): void {
  routes.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    reply.header('cache-control', 'private, no-store');
    if (isRefusal(error)) return refused(error, request, reply);
    const status = error.statusCode ?? 500;
    if (status < 500)
      return reply
        .code(status)
        .send({ errors: [{ message: 'bad request', extensions: { code: 'BAD_REQUEST' } }] });
    // Somebody who went away gets no answer, and is no failure of ours.
    if (!request.raw.destroyed) request.log.error({ err: error }, 'a file request failed');
    return reply
      .code(500)
      .send({ errors: [{ message: 'internal error', extensions: { code: 'INTERNAL' } }] });
  });
}

function refused(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const locale = /^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh';
  const { code, text, field, details } = refusal;
  if (refusal.httpStatus === 503) reply.header('retry-after', '5');
  return reply
    .code(refusal.httpStatus)
    .send({ errors: [{ message: text[locale], extensions: { code, field, details } }] });
}

const tokenOf = (request: FastifyRequest): string => (request.params as { '*': string })['*'];

/** Reads and drops what a refused sender is still sending, within limits. */
async function readOn(content: Readable): Promise<void> {
  if (content.destroyed || content.readableEnded) return;
  let left = READ_AFTER_REFUSAL;
  content.on('data', (part: Buffer) => {
    left -= part.length;
    if (left < 0) content.destroy();
  });
  content.resume();
  await finished(content, { writable: false, signal: AbortSignal.timeout(PATIENCE_AFTER_REFUSAL_MS) }).catch(
    () => undefined,
  );
}
