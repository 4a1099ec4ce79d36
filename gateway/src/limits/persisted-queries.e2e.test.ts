import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { readAnswer, startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { startTwoServices, type TwoServices } from '../../testing/two-services';
import { readAllowList, sha256 } from './operation-library';

let services: TwoServices;
let open: TestGateway;
let closed: TestGateway;
let folder: string;

const ALLOWED = 'query Version { version }';
const persisted = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(text) } });

beforeAll(async () => {
  services = await startTwoServices();
  folder = mkdtempSync(join(tmpdir(), 'junxian-operations-'));
  const file = join(folder, 'operations.json');
  writeFileSync(file, JSON.stringify({ [sha256(ALLOWED)]: ALLOWED }));
  open = await startTestGateway(services.all);
  closed = await startTestGateway(services.all, { environment: { ALLOWED_OPERATIONS_FILE: file } });
});

afterAll(async () => {
  await open.stop();
  await closed.stop();
  await services.stop();
  rmSync(folder, { recursive: true });
});

async function post(gateway: TestGateway, body: object) {
  const {
    statusCode,
    headers,
    body: answered,
  } = await request(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return readAnswer(statusCode, headers, await answered.text());
}

describe('automatic persisted queries', () => {
  it('are asked for by hash once they are known', async () => {
    const query = '{ __typename version }';
    const unknown = await post(open, { extensions: persisted(query) });
    expect(unknown.errors?.[0]).toMatchObject({
      message: 'PersistedQueryNotFound',
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    });
    expect((await post(open, { query, extensions: persisted(query) })).data).toEqual({
      __typename: 'Query',
      version: '1',
    });
    expect((await post(open, { extensions: persisted(query) })).data).toEqual({
      __typename: 'Query',
      version: '1',
    });
    const get = await fetch(
      `${open.url}?extensions=${encodeURIComponent(JSON.stringify(persisted(query)))}`,
      {
        headers: { 'apollo-require-preflight': '1' },
      },
    );
    expect(((await get.json()) as { data: unknown }).data).toEqual({ __typename: 'Query', version: '1' });
  });

  it('are not kept under a hash that is not theirs, nor beyond the limits', async () => {
    expect((await post(open, { query: '{ version }', extensions: persisted('{ other }') })).status).toBe(400);
    const circular = '{ ...A } fragment A on Query { ...A }';
    expect(
      (await post(open, { query: circular, extensions: persisted(circular) })).errors?.[0]?.extensions.code,
    ).toBe('CIRCULAR_FRAGMENTS');
    expect((await post(open, { extensions: persisted(circular) })).errors?.[0]?.extensions.code).toBe(
      'PERSISTED_QUERY_NOT_FOUND',
    );
  });
});

describe('with a list of allowed operations', () => {
  it('those on it are answered, by text and by hash', async () => {
    expect((await post(closed, { query: ALLOWED })).data).toEqual({ version: '1' });
    expect((await post(closed, { extensions: persisted(ALLOWED) })).data).toEqual({ version: '1' });
  });

  it.each<[string, object]>([
    ['another text', { query: '{ version }' }],
    ['another hash', { extensions: persisted('{ version }') }],
    ['a registration', { query: '{ version }', extensions: persisted('{ version }') }],
    ['an allowed hash over another text', { query: '{ version }', extensions: persisted(ALLOWED) }],
  ])('%s is refused', async (_name, body) => {
    services.forget();
    const answer = await post(closed, body);
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([403, 'OPERATION_NOT_ALLOWED']);
    expect(services.directory.requests).toEqual([]);
  });

  it('a list whose hashes do not match is not accepted', () => {
    expect(() => readAllowList({ [sha256('a')]: 'b' })).toThrow('not the hash');
  });
});
