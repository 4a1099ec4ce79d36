import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FileStore, StoredContent } from './file-store';
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

const contentOf = (bytes: Buffer): StoredContent => ({
  open: () => Readable.from([bytes]),
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

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
  let store: FileStore;
  let close: () => Promise<unknown>;
  beforeAll(async () => {
    ({ store, close } = await open());
  });
  afterAll(() => close());

  it('gives back what was put, byte for byte', async () => {
    for (const bytes of [Buffer.from('一份材料'), Buffer.alloc(3_000_000, 7)]) {
      const key = `ab/${randomUUID()}`;
      await store.put(key, contentOf(bytes));
      expect(await store.exists(key)).toBe(true);
      expect(Buffer.compare(await buffer((await store.get(key))!), bytes)).toBe(0);
    }
  });

  it('knows what is not there', async () => {
    expect(await store.get('ab/nothing')).toBeNull();
    expect(await store.exists('ab/nothing')).toBe(false);
    await store.remove('ab/nothing');
  });

  it('removes', async () => {
    await store.put('ab/gone', contentOf(Buffer.from('x')));
    await store.remove('ab/gone');
    expect([await store.exists('ab/gone'), await store.get('ab/gone')]).toEqual([false, null]);
  });

  it('says so when content breaks off, and what is left of it can be removed', async () => {
    const content = contentOf(Buffer.alloc(100_000));
    const broken = {
      ...content,
      open: () =>
        Readable.from(
          (async function* () {
            yield Buffer.alloc(10);
            throw new Error('broken off');
          })(),
        ),
    };
    await expect(store.put('ab/broken', broken)).rejects.toThrow();
    // s3rver keeps what it got of a request that breaks off, at times a moment later; S3 does not.
    do await store.remove('ab/broken');
    while (await store.exists('ab/broken'));
  });

  it.each(['../a', 'a/../../b', '/a', 'a//b', 'a/', 'A', 'a.b', 'a\0', ''])(
    'takes no key that could lead elsewhere: %j',
    async (key) => {
      await expect((async () => store.put(key, contentOf(Buffer.from('x'))))()).rejects.toThrow(RangeError);
      await expect((async () => store.get(key))()).rejects.toThrow(RangeError);
      await expect((async () => store.remove(key))()).rejects.toThrow(RangeError);
    },
  );
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

describe('an S3-compatible store that is not well', () => {
  let answers: (number | 'silence' | 'break')[];
  let asked: { method: string; url: string; size: number; headers: Record<string, unknown> }[];
  const server = createServer(async (request, response) => {
    let size = 0;
    for await (const part of request) size += part.length;
    asked.push({ method: request.method!, url: request.url!, size, headers: request.headers });
    const answer = answers[asked.length - 1] ?? answers.at(-1)!;
    if (answer === 'break') response.destroy();
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
    await expect(store.exists('ab/c')).rejects.toThrow('500');
    await expect(store.remove('ab/c')).rejects.toThrow('500');
    await expect(store.put('ab/c', contentOf(Buffer.from('x')))).rejects.toThrow('500');
  });

  it('is not asked again what it refuses', async () => {
    answers = [403];
    await expect(store.put('ab/c', contentOf(Buffer.from('x')))).rejects.toThrow('403');
    expect(asked).toHaveLength(1);
  });

  it('is not waited for', async () => {
    answers = ['silence'];
    await expect(store.get('ab/c')).rejects.toThrow('silent');
    expect(asked).toHaveLength(3);
  });
});
