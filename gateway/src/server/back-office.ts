import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { isOfficialHost } from './back-office.rules';

export interface BackOfficeOptions {
  officialHosts: readonly string[];
  graphiql: boolean;
}

const PUBLIC_FOLDER = join(__dirname, '..', '..', 'public');

const fromPackage = (name: string, file: string): string =>
  join(dirname(require.resolve(`${name}/package.json`)), file);

const own = (file: string): string => join(PUBLIC_FOLDER, file);

/** The sign-in page, by path. */
const SIGN_IN = {
  '/back-office': own('sign-in.html'),
  '/back-office/session.js': own('session.js'),
  '/back-office/posts.js': own('posts.js'),
  '/back-office/sign-in.js': own('sign-in.js'),
  '/back-office/pages.css': own('pages.css'),
};

/** GraphiQL with what it is made of, by path: all from our own packages, nothing from the internet. */
const graphiql = (): Record<string, string> => ({
  '/graphiql': own('graphiql.html'),
  '/graphiql/page.js': own('graphiql-page.js'),
  '/graphiql/react.js': fromPackage('react', 'umd/react.production.min.js'),
  '/graphiql/react-dom.js': fromPackage('react-dom', 'umd/react-dom.production.min.js'),
  '/graphiql/graphiql.js': fromPackage('graphiql', 'graphiql.min.js'),
  '/graphiql/graphiql.css': fromPackage('graphiql', 'graphiql.min.css'),
});

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // GraphiQL's editor sets the position of its popups in style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The back office's pages: sign-in and, where enabled, GraphiQL. They answer on the official host
 * names only; a request by address or by another name gets the 404 of a path that does not exist.
 */
export async function backOffice(server: FastifyInstance, options: BackOfficeOptions): Promise<void> {
  const files = { ...SIGN_IN, ...(options.graphiql ? graphiql() : {}) };
  await server.register(async (pages) => {
    pages.addHook('onRequest', async (request, reply) => {
      if (!isOfficialHost(request.headers.host, options.officialHosts)) return reply.callNotFound();
      reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    });
    for (const [path, file] of Object.entries(files)) serve(pages, path, file);
  });
}

/** A few files that never change while we run are kept in memory. */
function serve(pages: FastifyInstance, path: string, file: string): void {
  const content = readFileSync(file);
  const type = CONTENT_TYPES[extname(file)]!;
  pages.get(path, (_request, reply) => reply.type(type).send(content));
}
