import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { compose } from '../../testing/compose';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { startTwoServices, type TwoServices } from '../../testing/two-services';

const MAX = 100_000;
const TOKEN = `${'t'.repeat(400)}.a_b-c`;

let services: TwoServices;
let gateway: TestGateway;
let upstream: FastifyInstance;
let origin: string;
let seen: { url: string; headers: IncomingHttpHeaders; size: number }[];
let brokenOff: number;
const lines: string[] = [];

/** A service with routes below /files and others, that stands where `poverty-alleviation` is. */
async function startUpstream(name: string): Promise<FastifyInstance> {
  const server = fastify();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, _payload, done) => done(null));
  server.put('/files/uploads/*', { bodyLimit: 1e9 }, async (request, reply) => {
    let size = 0;
    try {
      for await (const part of request.raw) size += part.length;
    } catch {
      brokenOff += 1;
      return reply;
    }
    seen.push({ url: request.url, headers: request.headers, size });
    return { name, size };
  });
  server.get('/files/downloads/*', async (request, reply) => {
    seen.push({ url: request.url, headers: request.headers, size: 0 });
    return reply
      .headers({
        'content-type': 'application/pdf',
        'content-disposition': 'attachment; filename="a.pdf"',
        'content-length': 50_000,
        'cache-control': 'private, no-store',
        'set-cookie': 'a=b',
        'x-powered-by': 'upstream',
        'x-content-type-options': 'sniff',
        'access-control-allow-origin': '*',
      })
      .send(Buffer.alloc(50_000, 1));
  });
  server.get('/files/endless', (_request, reply) => {
    const stream = new Readable({ read() {} });
    stream.push('x');
    stream.on('close', () => {
      brokenOff += 1;
    });
    return reply.send(stream);
  });
  server.get('/files/refused', (_request, reply) =>
    reply
      .code(503)
      .header('retry-after', '1')
      .send({ errors: [{ message: '稍后' }] }),
  );
  server.get('/files/dies', (request) => void request.raw.socket.destroy());
  server.get('/files/silent', () => new Promise(() => undefined));
  server.get('/internal/secret', async () => 'secret');
  server.get('/metrics', async () => 'secret');
  await server.listen({ host: '127.0.0.1', port: 0 });
  return server;
}

const graphqlOf = (server: FastifyInstance) =>
  `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/graphql`;

beforeEach(async () => {
  seen = [];
  brokenOff = 0;
  lines.length = 0;
  services = await startTwoServices();
  upstream = await startUpstream('first');
  gateway = await startTestGateway([services.directory, { ...services.poverty, url: graphqlOf(upstream) }], {
    environment: {
      MAX_FILE_BYTES: String(MAX),
      MAX_FILE_TRANSFERS: '3',
      MAX_FILE_TRANSFERS_PER_CLIENT: '2',
      TRUST_PROXY: '127.0.0.1',
      FILE_TIMEOUT_MS: '1500',
      CORS_ORIGINS: 'https://pages.example',
    },
    log: (line) => void lines.push(line),
  });
  origin = gateway.url.replace('/graphql', '');
});
afterEach(async () => {
  expect(lines.join('\n')).not.toContain(TOKEN);
  await gateway.stop();
  upstream.server.closeAllConnections();
  await upstream.close();
  await services.stop();
});

const put = (path: string, body: Buffer, headers: Record<string, string> = {}) =>
  fetch(origin + path, { method: 'PUT', body, headers });
const codeOf = async (response: Response) =>
  ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code;

it('passes an upload on to the service of the link, without anything that says who sends it but the address', async () => {
  const response = await put(`/files/poverty-alleviation/uploads/${TOKEN}?a=b`, Buffer.alloc(MAX), {
    'content-type': 'application/pdf',
    'accept-language': 'en',
    authorization: 'Bearer secret',
    cookie: 'session=1',
    'x-junxian-assertion': 'forged',
    'x-junxian-client-ip': 'forged',
    'x-forwarded-for': '10.0.0.1',
  });
  expect([response.status, await response.json()]).toEqual([200, { name: 'first', size: MAX }]);
  const [{ url, headers }] = seen as [(typeof seen)[number]];
  expect(url).toBe(`/files/uploads/${TOKEN}`);
  expect(headers).toMatchObject({ 'content-type': 'application/pdf', 'accept-language': 'en' });
  expect(headers['x-request-id']).toBe(response.headers.get('x-request-id'));
  // The gateway's own word for where a request comes from; public pages are limited by it.
  expect(headers['x-junxian-client-ip']).toBe('10.0.0.1');
  for (const name of ['authorization', 'cookie', 'x-junxian-assertion', 'x-forwarded-for']) {
    expect(headers[name]).toBeUndefined();
  }
});

it('passes a download back under the gateway’s own security headers', async () => {
  const response = await fetch(`${origin}/files/poverty-alleviation/downloads/${TOKEN}`);
  expect((await response.arrayBuffer()).byteLength).toBe(50_000);
  const headers = Object.fromEntries(response.headers);
  expect(headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-length': '50000',
    'content-disposition': 'attachment; filename="a.pdf"',
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  });
  for (const name of ['set-cookie', 'x-powered-by', 'access-control-allow-origin']) {
    expect(headers[name]).toBeUndefined();
  }
});

it('passes refusals of the service on, once', async () => {
  const response = await fetch(`${origin}/files/poverty-alleviation/refused`);
  expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
    503,
    '1',
    { errors: [{ message: '稍后' }] },
  ]);
});

it.each([
  '/files/nobody/uploads/x',
  '/files/poverty-alleviation',
  '/files/poverty-alleviation/',
  '/files/poverty-alleviation/..%2finternal/secret',
  '/files/poverty-alleviation/%2e%2e/internal/secret',
  '/files/poverty-alleviation/%2e%2e%2finternal%2fsecret',
  '/files/poverty-alleviation//internal/secret',
  '/files/constructor/x',
])('reaches nothing else: %s', async (path) => {
  const { status, text } = await raw('GET', path);
  expect(status).toBe(404);
  expect(text).not.toContain('secret');
});

it('takes GET and PUT only', async () => {
  for (const method of ['POST', 'DELETE', 'PATCH', 'HEAD']) {
    expect((await raw(method, '/files/poverty-alleviation/uploads/x')).status).toBe(404);
  }
  expect(seen).toEqual([]);
});

it('refuses too much, announced or not, and in the language asked for', async () => {
  const announced = await put(`/files/poverty-alleviation/uploads/${TOKEN}`, Buffer.alloc(MAX + 1));
  expect([announced.status, await codeOf(announced)]).toEqual([413, 'FILE_TOO_LARGE']);
  const streamed = await fetch(`${origin}/files/poverty-alleviation/uploads/${TOKEN}`, {
    method: 'PUT',
    body: Readable.toWeb(Readable.from([Buffer.alloc(MAX), Buffer.alloc(1)])),
    duplex: 'half',
    headers: { 'accept-language': 'en' },
  } as RequestInit);
  expect(streamed.status).toBe(413);
  expect(await streamed.json()).toMatchObject({ errors: [{ message: expect.stringMatching(/^The file/) }] });
  expect(seen).toEqual([]);
});

it('says politely that a service is down, dies or is silent', async () => {
  for (const path of ['dies', 'silent']) {
    const response = await fetch(`${origin}/files/poverty-alleviation/${path}`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await codeOf(response)).toBe('SERVICE_UNAVAILABLE');
  }
  upstream.server.closeAllConnections();
  await upstream.close();
  expect((await put(`/files/poverty-alleviation/uploads/${TOKEN}`, Buffer.alloc(10))).status).toBe(503);
});

it('tells the service when the sender or the receiver goes away', async () => {
  const upload = httpRequest(`${origin}/files/poverty-alleviation/uploads/x`, {
    method: 'PUT',
    headers: { 'content-length': 1000 },
  });
  upload.on('error', () => undefined);
  upload.write(Buffer.alloc(10));
  const download = httpRequest(`${origin}/files/poverty-alleviation/endless`).end();
  download.on('error', () => undefined);
  await once(download, 'response');
  await sleep(100);
  expect(brokenOff).toBe(0);
  upload.destroy();
  download.destroy();
  await soon(() => brokenOff === 2);
});

it('transfers only so many at once, for one client and altogether, and more again afterwards', async () => {
  const open = async (client: string) => {
    const request = httpRequest(`${origin}/files/poverty-alleviation/endless`, {
      headers: { 'x-forwarded-for': client },
    }).end();
    request.on('error', () => undefined);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { request, status: response.statusCode, retryAfter: response.headers['retry-after'] };
  };
  const opened = [await open('10.0.0.1'), await open('10.0.0.1')];
  expect(await open('10.0.0.1')).toMatchObject({ status: 503, retryAfter: '2' });
  opened.push(await open('10.0.0.2'));
  expect(opened.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await open('10.0.0.3')).toMatchObject({ status: 503 });
  expect((await (await fetch(`${origin}/metrics`)).text()).includes('junxian_gateway_file_transfers')).toBe(
    true,
  );
  for (const { request } of opened) request.destroy();
  await soon(async () => (await fetch(`${origin}/files/poverty-alleviation/downloads/x`)).status === 200);
});

it('follows a service that moved', async () => {
  const second = await startUpstream('second');
  const { supergraphFile } = gateway;
  const moved = compose([services.directory, { ...services.poverty, url: graphqlOf(second) }]);
  writeFileSync(`${supergraphFile}.new`, moved);
  renameSync(`${supergraphFile}.new`, supergraphFile);
  await soon(async () => {
    const answer = await (await put('/files/poverty-alleviation/uploads/x', Buffer.alloc(5))).json();
    return (answer as { name: string }).name === 'second';
  });
  second.server.closeAllConnections();
  await second.close();
});

it('lets pages of the named origins upload', async () => {
  const response = await fetch(`${origin}/files/poverty-alleviation/uploads/x`, {
    method: 'OPTIONS',
    headers: { origin: 'https://pages.example', 'access-control-request-method': 'PUT' },
  });
  expect(response.headers.get('access-control-allow-methods')).toContain('PUT');
});

/** As typed: `fetch` would tidy the path. */
async function raw(method: string, path: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(origin);
  const request = httpRequest({ hostname, port, method, path }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response) text += part;
  return { status: response.statusCode!, text };
}

async function soon(condition: () => boolean | Promise<boolean>): Promise<void> {
  const until = Date.now() + 5_000;
  while (Date.now() < until && !(await condition())) await sleep(50);
  expect(await condition()).toBe(true);
}
