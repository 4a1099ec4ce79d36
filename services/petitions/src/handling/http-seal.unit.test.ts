import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { isRefusal } from '@junxian/errors';
import { rule, type ScriptedServer, startScriptedServer } from '@junxian/test-kit';
import { HttpSealService } from './http-seal.service';
import { LocalSealService } from './seal.service';
import { sealsFrom } from './seals-from';

const HASH = 'ab'.repeat(32);
const OFFICER = { accountId: 'account-1', organisationId: 'organisation-1' };
const SEALED = { sealedBy: 'CN=示例信访局', seal: 'c2VhbA' };

let provider: ScriptedServer;
let url: string;
beforeEach(async () => {
  provider = await startScriptedServer();
  url = `${provider.origin}/ca/`;
});
afterEach(() => provider.stop());

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
    provider.answers = [answer(200, SEALED)];
    expect(await sealing()).toEqual(SEALED);
    const [{ request, body }] = provider.asked as [(typeof provider.asked)[number]];
    expect([request.method, request.url, JSON.parse(body)]).toEqual([
      'POST',
      '/ca/seals',
      { documentHash: HASH, ...OFFICER },
    ]);
    expect(request.headers).toMatchObject({ authorization: 'Bearer secret-token', 'idempotency-key': HASH });
  });

  it('is asked again after 5xx, 429 or a broken connection, under the same key', async () => {
    for (const failing of [answer(502), answer(429), (response: ServerResponse) => response.destroy()]) {
      provider.asked = [];
      provider.answers = [failing as (response: ServerResponse) => void, answer(200, SEALED)];
      expect(await sealing()).toEqual(SEALED);
      expect(provider.asked.map(({ request }) => request.headers['idempotency-key'])).toEqual([HASH, HASH]);
    }
  });

  it.each([403, 404, 409, 422])('refuses with %i a certificate or seal that is not valid', async (status) => {
    provider.answers = [answer(status, { message: 'echo secret-token' })];
    expect(await refusalOf(sealing())).toMatchObject({ code: 'SEAL_REFUSED', httpStatus: 409 });
    expect(provider.asked).toHaveLength(1);
  });

  it.each([
    ['keeps failing', answer(500), 'HTTP_500', 2],
    ['does not know us', answer(401), 'HTTP_401', 1],
    ['sends us elsewhere', answer(302), 'HTTP_302', 1],
    ['answers without a seal', answer(200, { sealedBy: 'x' }), 'NO_SEAL_IN_ANSWER', 1],
    ['answers blanks', answer(200, { sealedBy: ' ', seal: '' }), 'NO_SEAL_IN_ANSWER', 1],
    ['answers no JSON', answer(200, '<html>'), 'NO_SEAL_IN_ANSWER', 1],
    ['answers endlessly', answer(200, 'x'.repeat(100_000)), 'NO_SEAL_IN_ANSWER', 1],
    ['never answers', () => undefined, 'TIMEOUT', 2],
  ])('that %s seals nothing', async (_what, given, reason, times) => {
    provider.answers = [given as (response: ServerResponse) => void];
    const refusal = await refusalOf(sealing());
    expect(refusal).toMatchObject({
      code: 'SEAL_UNAVAILABLE',
      httpStatus: 503,
      details: { retryable: true, reason },
    });
    expect(provider.asked).toHaveLength(times);
  });

  it('is what an address in the environment means; without one a key of the service seals', async () => {
    const secret = Buffer.alloc(32, 7);
    provider.answers = [answer(200, SEALED)];
    expect(
      await sealsFrom({ SEAL_URL: url, SEAL_TOKEN: 'secret-token', secret }).seal(HASH, OFFICER),
    ).toEqual(SEALED);
    expect(sealsFrom({ SEAL_URL: '', secret })).toBeInstanceOf(LocalSealService);
    expect(() => sealsFrom({ SEAL_URL: url, secret })).toThrow(RangeError);
  });
});
