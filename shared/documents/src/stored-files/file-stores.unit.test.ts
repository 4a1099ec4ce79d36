import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { brokenContent, contentOf, fileStoreContract } from '../testing/file-store.contract';
import type { FileStore } from './file-store';
import { fileStoreFrom } from './from-environment';
import { localFileStore } from './local-file-store';
import { s3FileStore } from './s3-file-store';

interface S3Server {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}
const S3rver = require('s3rver') as new (options: object) => S3Server;
// The pair of keys s3rver knows.
const KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'junxian-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

const stores: [string, () => Promise<{ store: FileStore; close(): Promise<unknown> }>][] = [
  [
    'a local folder',
    async () => ({ store: fileStoreFrom({ folder: join(folder, 'local') }), close: async () => undefined }),
  ],
  [
    'an S3-compatible store',
    async () => {
      const server = new S3rver({
        address: '127.0.0.1',
        port: 0,
        silent: true,
        directory: join(folder, 's3'),
        configureBuckets: [{ name: 'petitions' }],
      });
      const { port } = await server.run();
      const store = fileStoreFrom({
        S3_ENDPOINT: `http://127.0.0.1:${port}`,
        S3_BUCKET: 'petitions',
        S3_ACCESS_KEY_ID: KEYS.accessKeyId,
        S3_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
        folder: join(folder, 'unused'),
      });
      return { store, close: () => server.close() };
    },
  ],
];

describe.each(stores)('%s', (_name, open) => {
  fileStoreContract(open);

  it('says so when content breaks off, and what is left of it can be removed', async () => {
    const { store, close } = await open();
    await expect(store.put('ab/broken', brokenContent())).rejects.toThrow();
    // s3rver keeps what it got of a request that breaks off, at times a moment later; S3 does not.
    do await store.remove('ab/broken');
    while (await store.get('ab/broken'));
    await close();
  });
});

it('a local folder holds whole files for their owner’s eyes, and no leftovers', async () => {
  const own = join(folder, 'own');
  const broken = () =>
    Readable.from([Buffer.alloc(10)]).on('data', function (this: Readable) {
      this.destroy(new Error('broken off'));
    });
  await expect(
    localFileStore(own).put('cd/broken', { open: broken, size: 20, sha256: '' }),
  ).rejects.toThrow();
  await localFileStore(own).put('cd/file', contentOf(Buffer.from('x')));
  expect(await readdir(join(own, 'cd'))).toEqual(['file']);
  expect((await stat(join(own, 'cd', 'file'))).mode & 0o077).toBe(0);
});

it('half an S3 configuration is refused', () => {
  expect(() => fileStoreFrom({ S3_ENDPOINT: 'http://127.0.0.1:1', folder })).toThrow(RangeError);
});

it.each([
  ...[
    's3.example.org:9000',
    'ftp://s3.example.org',
    'https://u:p@s3.example.org',
    'https://a/?b',
    'https://:1',
  ].map((S3_ENDPOINT) => ({ S3_ENDPOINT })),
  ...['a', '材料', 'a/b', 'A-bucket', '-bucket', 'b'.repeat(64)].map((S3_BUCKET) => ({ S3_BUCKET })),
])('an address or bucket that is none is refused when it is read: %j', (fault) => {
  const well = { S3_ENDPOINT: 'https://s3.example.org', S3_BUCKET: 'petitions', folder };
  const keys = { S3_ACCESS_KEY_ID: 'i', S3_SECRET_ACCESS_KEY: 'k' };
  expect(() => fileStoreFrom({ ...well, ...keys })).not.toThrow();
  expect(() => fileStoreFrom({ ...well, ...keys, ...fault })).toThrow(RangeError);
});

describe('an S3-compatible store that is not well', () => {
  /** A status, one with what is said of it, or what else a store does. */
  let answers: (number | [number, string] | 'silence' | 'break' | 'half' | 'half a file')[];
  let asked: { method: string; url: string; size: number; headers: Record<string, unknown> }[];
  const server = createServer(async (request, response) => {
    let size = 0;
    for await (const part of request) size += part.length;
    asked.push({ method: request.method!, url: request.url!, size, headers: request.headers });
    const answer = answers[asked.length - 1] ?? answers.at(-1)!;
    if (answer === 'break') response.destroy();
    else if (answer === 'half') response.writeHead(503, { 'content-length': 100 }).write('<Error>');
    else if (answer === 'half a file') response.writeHead(200, { 'content-length': 100 }).write('%PDF');
    else if (Array.isArray(answer)) response.writeHead(answer[0]).end(answer[1]);
    else if (answer !== 'silence') response.writeHead(answer).end();
  });
  let store: FileStore;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    store = s3FileStore({
      endpoint: `http://127.0.0.1:${port}/`,
      bucket: 'b',
      region: 'cn-north-1',
      ...KEYS,
      retries: 2,
      pauseMs: 5,
      timeoutMs: 200,
    });
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is asked again, with the whole content, by path and with a signed hash', async () => {
    answers = [503, 'break', 200];
    const content = contentOf(Buffer.alloc(1000, 1));
    await store.put('ab/c', content);
    expect(asked.map(({ method, url, size }) => [method, url, size])).toEqual(
      Array.from({ length: 3 }, () => ['PUT', '/b/ab/c', 1000]),
    );
    expect(asked[0]!.headers).toMatchObject({
      'content-length': '1000',
      'x-amz-content-sha256': content.sha256,
      authorization: expect.stringMatching(/SignedHeaders=host;x-amz-content-sha256;x-amz-date/),
    });
  });

  it('is given up after the repetitions, and never believed', async () => {
    answers = [500];
    await expect(store.get('ab/c')).rejects.toThrow('500');
    expect(asked).toHaveLength(3);
    await expect(store.remove('ab/c')).rejects.toThrow('500');
    await expect(store.put('ab/c', contentOf(Buffer.from('x')))).rejects.toThrow('500');
  });

  it('is not asked again what it refuses', async () => {
    answers = [403];
    await expect(store.put('ab/c', contentOf(Buffer.from('x')))).rejects.toThrow('403');
    expect(asked).toHaveLength(1);
  });

  it.each(['silence', 'half'] as const)('is not waited for: %s', async (answer) => {
    answers = [answer];
    await expect(store.get('ab/c')).rejects.toThrow('silent');
    expect(asked).toHaveLength(3);
    await expect(store.put('ab/c', contentOf(Buffer.from('x')))).rejects.toThrow('silent');
  });

  it('breaks a download off that stops half-way', async () => {
    answers = ['half a file'];
    await expect(buffer((await store.get('ab/c'))!)).rejects.toThrow('Body Timeout');
  });

  const said = (code: string) =>
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>`;

  it.each([
    ['404 NoSuchBucket', said('NoSuchBucket')],
    ['404 without a code', '<html><body><h1>404 Not Found<hr>nginx</body></html>'],
    ['404 without a code', ''],
    ['403 SignatureDoesNotMatch', said('SignatureDoesNotMatch')],
    ['301 PermanentRedirect', said('PermanentRedirect')],
    ['400 without a code', `<Error>${'<a>'.repeat(10_000)}</Error>`],
    ['400 without a code', said('Not a code')],
  ])('is not believed that something is gone: %s', async (told, description) => {
    answers = [[Number.parseInt(told, 10), description]];
    await expect(store.get('ab/c')).rejects.toThrow(`answered ${told} to GET`);
    await expect(store.remove('ab/c')).rejects.toThrow(`answered ${told} to DELETE`);
    await expect(store.put('ab/c', contentOf(Buffer.from('x')))).rejects.toThrow(`answered ${told} to PUT`);
    expect(asked).toHaveLength(3);
  });

  it('is believed that a key is gone', async () => {
    answers = [[404, said('NoSuchKey')]];
    expect(await store.get('ab/c')).toBeNull();
    await store.remove('ab/c');
  });
});
