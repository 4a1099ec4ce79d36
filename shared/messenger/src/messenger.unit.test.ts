import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { isRefusal } from '@junxian/errors';
import { type ScriptedServer, startScriptedServer } from '@junxian/test-kit';
import {
  folderMessenger,
  httpMessageReports,
  httpMessenger,
  type Message,
  messageReportsFrom,
  messengerFrom,
} from './index';

const MESSAGE: Message = {
  mobile: '13800000001',
  text: '您的查询码为 482915',
  purpose: 'petitions.query-code',
  idempotencyKey: '查询码/item-1',
};

async function refusalOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!isRefusal(error)) throw new Error(`no refusal: ${inspect(error)}`);
  expect(error.code).toBe('MESSAGE_NOT_SENT');
  expect(error.text).toEqual({ zh: expect.any(String), en: expect.any(String) });
  for (const secret of [MESSAGE.mobile, '482915', 'secret-token', MESSAGE.idempotencyKey]) {
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
  }
  return error;
}

describe('folderMessenger', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'junxian-messenger-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lays each message as a file for its owner’s eyes, and leaves nothing else', async () => {
    const outbox = join(folder, 'deep', 'messages');
    const messenger = folderMessenger(outbox);
    const { messageId } = await messenger.send(MESSAGE);
    await messenger.send({ ...MESSAGE, idempotencyKey: '../../elsewhere' });
    const files = await readdir(outbox);
    expect(files).toHaveLength(2);
    expect(files).toContain(`${messageId}.json`);
    expect(JSON.parse(await readFile(join(outbox, `${messageId}.json`), 'utf8'))).toEqual(MESSAGE);
    expect((await stat(join(outbox, files[0]!))).mode & 0o077).toBe(0);
    expect((await stat(outbox)).mode & 0o077).toBe(0);
  });

  it('sends what comes again under the same key once, also when both come at once', async () => {
    const messenger = folderMessenger(folder);
    const [first, second] = await Promise.all([
      messenger.send(MESSAGE),
      messenger.send({ ...MESSAGE, text: '另一条' }),
    ]);
    expect(first).toEqual(second);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('refuses with MESSAGE_NOT_SENT when the folder cannot be used', async () => {
    await writeFile(join(folder, 'taken'), '');
    const refusal = await refusalOf(folderMessenger(join(folder, 'taken')).send(MESSAGE));
    expect(refusal.details).toMatchObject({ retryable: true });
  });
});

describe('httpMessenger', () => {
  let provider: ScriptedServer;
  let url: string;

  beforeEach(async () => {
    provider = await startScriptedServer();
    url = `${provider.origin}/messages`;
  });
  afterEach(() => provider.stop());

  const status =
    (code: number, headers: Record<string, string> = {}, body = '') =>
    (response: ServerResponse) =>
      response.writeHead(code, headers).end(body);
  const messenger = (options = {}) =>
    httpMessenger({ url, token: 'secret-token', retries: 2, pauseMs: 5, timeoutMs: 300, ...options });

  it('posts the message as JSON with token and idempotency key and returns the provider’s id', async () => {
    provider.answers = [status(202, { 'content-type': 'application/json' }, '{"messageId":"p-77"}')];
    expect(await messenger().send(MESSAGE)).toEqual({ messageId: 'p-77' });
    const [{ request, body }] = provider.asked as [(typeof provider.asked)[number]];
    const { idempotencyKey, ...sent } = MESSAGE;
    expect([request.method, request.url, JSON.parse(body)]).toEqual(['POST', '/messages', sent]);
    expect(request.headers).toMatchObject({
      authorization: 'Bearer secret-token',
      'idempotency-key': encodeURIComponent(idempotencyKey),
    });
  });

  it.each([
    ['no body', ''],
    ['no JSON', '<html>'],
    ['another JSON', 'null'],
    ['an endless body', 'x'.repeat(200_000)],
  ])('counts a 2xx with %s as sent, under the key', async (_name, body) => {
    provider.answers = [status(200, {}, body)];
    expect(await messenger().send(MESSAGE)).toEqual({ messageId: MESSAGE.idempotencyKey });
    expect(provider.asked).toHaveLength(1);
  });

  it('repeats 5xx, 429 and broken connections under the same key until one succeeds', async () => {
    provider.answers = [
      status(500),
      (response) => response.destroy(),
      status(429),
      status(200, {}, '{"messageId":"m"}'),
    ];
    expect(await messenger({ retries: 3 }).send(MESSAGE)).toEqual({ messageId: 'm' });
    expect(new Set(provider.asked.map(({ request }) => request.headers['idempotency-key'])).size).toBe(1);
    expect(provider.asked).toHaveLength(4);
  });

  it('waits as long as Retry-After says', async () => {
    provider.answers = [status(429, { 'retry-after': '1' }), status(200)];
    await messenger().send(MESSAGE);
    expect(provider.asked[1]!.at - provider.asked[0]!.at).toBeGreaterThanOrEqual(995);
  });

  it('leaves a long Retry-After to the caller', async () => {
    provider.answers = [status(503, { 'retry-after': '3600' })];
    const refusal = await refusalOf(messenger().send(MESSAGE));
    expect(refusal.details).toEqual({ retryable: true, reason: 'HTTP_503', retryAfterSeconds: 3600 });
    expect(provider.asked).toHaveLength(1);
  });

  it.each([400, 401, 404, 409, 422, 302])('takes %i as final', async (code) => {
    provider.answers = [status(code, { location: 'http://127.0.0.1:1/elsewhere' }, `echo ${MESSAGE.mobile}`)];
    const refusal = await refusalOf(messenger().send(MESSAGE));
    expect(refusal.details).toMatchObject({ reason: `HTTP_${code}` });
    expect(provider.asked).toHaveLength(1);
  });

  it('gives up after its repetitions', async () => {
    provider.answers = [status(502)];
    await refusalOf(messenger().send(MESSAGE));
    expect(provider.asked).toHaveLength(3);
  });

  it('does not wait for a provider that never answers', async () => {
    provider.answers = [() => undefined];
    const refusal = await refusalOf(messenger({ retries: 1, timeoutMs: 100 }).send(MESSAGE));
    expect(refusal.details).toMatchObject({ reason: 'TIMEOUT' });
    expect(provider.asked).toHaveLength(2);
  });

  it('refuses when nobody listens', async () => {
    const refusal = await refusalOf(messenger({ url: 'http://127.0.0.1:1/' }).send(MESSAGE));
    expect(refusal.details).toMatchObject({ reason: 'UNREACHABLE' });
  });

  it('is what messengerFrom makes of an address, a folder of no address', async () => {
    provider.answers = [status(200, {}, '{"messageId":"m"}')];
    const folder = await mkdtemp(join(tmpdir(), 'junxian-messenger-'));
    await messengerFrom({ MESSENGER_URL: url, MESSENGER_TOKEN: 'secret-token', folder }).send(MESSAGE);
    expect([provider.asked.length, await readdir(folder)]).toEqual([1, []]);
    await messengerFrom({ MESSENGER_URL: '', folder }).send(MESSAGE);
    expect([provider.asked.length, (await readdir(folder)).length]).toEqual([1, 1]);
    expect(() => messengerFrom({ MESSENGER_URL: url, folder })).toThrow(RangeError);
    await rm(folder, { recursive: true });
  });
});

describe('httpMessageReports', () => {
  let provider: ScriptedServer;
  beforeEach(async () => {
    provider = await startScriptedServer();
  });
  afterEach(() => provider.stop());

  const asking = (options = {}) =>
    httpMessageReports({
      url: `${provider.origin}/reports`,
      token: 'secret-token',
      pauseMs: 5,
      timeoutMs: 300,
      ...options,
    });
  const saying =
    (body: unknown, status = 200) =>
    (response: ServerResponse) =>
      response.writeHead(status).end(JSON.stringify(body));

  it('asks about messages by their ids, and passes over what it did not ask or cannot read', async () => {
    const at = '2026-03-02T01:00:05.000Z';
    provider.answers = [
      saying({
        reports: [
          { messageId: 'a', status: 'DELIVERED', at },
          { messageId: 'b', status: 'FAILED', at: 'yesterday' },
          { messageId: 'c', status: 'UNDER_WAY' },
          { messageId: 'of somebody else', status: 'FAILED', at },
          null,
          { messageId: 7, status: 'FAILED' },
        ],
      }),
    ];
    expect(await asking().reportsOn(['a', 'b', 'c'])).toEqual([
      { messageId: 'a', status: 'DELIVERED', at: new Date(at) },
      { messageId: 'b', status: 'FAILED', at: null },
    ]);
    const [{ request, body }] = provider.asked as [(typeof provider.asked)[number]];
    expect([request.method, request.url, JSON.parse(body)]).toEqual([
      'POST',
      '/reports',
      { messageIds: ['a', 'b', 'c'] },
    ]);
    expect(request.headers.authorization).toBe('Bearer secret-token');
  });

  it('asks nobody about nothing, and about no more than an answer holds', async () => {
    expect(await asking().reportsOn([])).toEqual([]);
    await expect(asking().reportsOn(Array.from({ length: 101 }, String))).rejects.toThrow(RangeError);
    expect(provider.asked).toEqual([]);
  });

  it.each([
    ['503', saying('busy', 503), 'HTTP_503', 3],
    ['no report in the answer', saying({ messages: [] }), 'NO_REPORTS_IN_ANSWER', 1],
    ['403', saying('no', 403), 'HTTP_403', 1],
  ] as const)(
    'fails after its repetitions on %s, and says no more than why',
    async (_what, answer, reason, times) => {
      provider.answers = [answer];
      const failure = await asking()
        .reportsOn(['a-message'])
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'ProviderFailure', reason });
      expect(inspect(failure, { depth: 9 })).not.toMatch(/a-message|secret-token/);
      expect(provider.asked).toHaveLength(times);
    },
  );

  it('is made of an address; without one nobody tells', async () => {
    provider.answers = [saying({ reports: [] })];
    const settings = { MESSENGER_REPORTS_URL: provider.origin, MESSENGER_TOKEN: 'secret-token' };
    expect(await messageReportsFrom(settings)!.reportsOn(['a'])).toEqual([]);
    expect(messageReportsFrom({ MESSENGER_REPORTS_URL: '', MESSENGER_TOKEN: '' })).toBeNull();
    expect(() => messageReportsFrom({ ...settings, MESSENGER_TOKEN: '' })).toThrow(RangeError);
  });
});
