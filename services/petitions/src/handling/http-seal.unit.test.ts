import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { isRefusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import { HttpSealService } from './http-seal.service';
import { LocalSealService } from './seal.service';
import { sealsFrom } from './seals-from';

const HASH = 'ab'.repeat(32);
const OFFICER = { accountId: 'account-1', organisationId: 'organisation-1' };
const SEALED = { sealedBy: 'CN=示例信访局', seal: 'c2VhbA' };

let server: Server;
let url: string;
let asked: { request: IncomingMessage; body: string }[];
let answers: ((response: ServerResponse) => void)[];
beforeEach(async () => {
  asked = [];
  answers = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    asked.push({ request, body });
    (answers[asked.length - 1] ?? answers.at(-1))?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ca/`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const answer =
  (status: number, body: unknown = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
const sealing = (options = {}) =>
  new HttpSealService({ url, token: 'secret-token', timeoutMs: 200, pauseMs: 1, ...options }).seal(
    HASH,
    OFFICER,
  );
async function refusalOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!isRefusal(error)) throw new Error(`no refusal: ${inspect(error)}`);
  expect(error.text).toEqual({ zh: expect.stringContaining('未入库'), en: expect.any(String) });
  for (const secret of ['secret-token', url]) expect(inspect(error, { depth: 9 })).not.toContain(secret);
  return error;
}

describe('the provider of certificates and e-seals', () => {
  rule('PT-NTC-05', 'seals a hash for an officer of an organisation, and learns nothing else', async () => {
    answers = [answer(200, SEALED)];
    expect(await sealing()).toEqual(SEALED);
    const [{ request, body }] = asked as [(typeof asked)[number]];
    expect([request.method, request.url, JSON.parse(body)]).toEqual([
      'POST',
      '/ca/seals',
      { documentHash: HASH, ...OFFICER },
    ]);
    expect(request.headers).toMatchObject({ authorization: 'Bearer secret-token', 'idempotency-key': HASH });
  });

  it('is asked again after 5xx, 429 or a broken connection, under the same key', async () => {
    for (const failing of [answer(502), answer(429), (response: ServerResponse) => response.destroy()]) {
      asked = [];
      answers = [failing as (response: ServerResponse) => void, answer(200, SEALED)];
      expect(await sealing()).toEqual(SEALED);
      expect(asked.map(({ request }) => request.headers['idempotency-key'])).toEqual([HASH, HASH]);
    }
  });

  it.each([403, 404, 409, 422])('refuses with %i a certificate or seal that is not valid', async (status) => {
    answers = [answer(status, { message: 'echo secret-token' })];
    expect(await refusalOf(sealing())).toMatchObject({ code: 'SEAL_REFUSED', httpStatus: 409 });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['keeps failing', answer(500), 'HTTP_500', 2],
    ['does not know us', answer(401), 'HTTP_401', 1],
    ['sends us elsewhere', answer(302), 'HTTP_302', 1],
    ['answers without a seal', answer(200, { sealedBy: 'x' }), 'NO_SEAL_IN_ANSWER', 1],
    ['answers blanks', answer(200, { sealedBy: ' ', seal: '' }), 'NO_SEAL_IN_ANSWER', 1],
    ['answers no JSON', answer(200, '<html>'), 'NO_SEAL_IN_ANSWER', 1],
    ['answers endlessly', answer(200, 'x'.repeat(100_000)), 'ANSWER_TOO_LARGE', 1],
    ['never answers', () => undefined, 'TIMEOUT', 2],
  ])('that %s seals nothing', async (_what, given, reason, times) => {
    answers = [given as (response: ServerResponse) => void];
    const refusal = await refusalOf(sealing());
    expect(refusal).toMatchObject({
      code: 'SEAL_UNAVAILABLE',
      httpStatus: 503,
      details: { retryable: true, reason },
    });
    expect(asked).toHaveLength(times);
  });

  it('is what an address in the environment means; without one a key of the service seals', async () => {
    const secret = Buffer.alloc(32, 7);
    answers = [answer(200, SEALED)];
    expect(
      await sealsFrom({ SEAL_URL: url, SEAL_TOKEN: 'secret-token', secret }).seal(HASH, OFFICER),
    ).toEqual(SEALED);
    expect(sealsFrom({ SEAL_URL: '', secret })).toBeInstanceOf(LocalSealService);
    expect(() => sealsFrom({ SEAL_URL: url, secret })).toThrow(RangeError);
  });
});
