import { createHash, randomBytes, randomUUID } from 'node:crypto';
import dns from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brokenContent, contentOf, fileStoreContract } from '../testing/file-store.contract';
import type { FileStore, StoredContent } from './file-store';
import { type FileStoreSettings, fileStoreFrom } from './from-environment';

const MEGABYTE = 1024 * 1024;
const folder = '/nowhere';

/** The store under test with something of it changed. Without one this tier says so: it does not pretend. */
function storeWith(changes: Partial<FileStoreSettings> = {}): FileStore {
  if (!process.env.S3_ENDPOINT) {
    throw new Error(
      'S3_ENDPOINT is not set. Start a store (`node infra/s3/start-s3.mjs`) and pass the variables it prints, or run `npm test -- s3`.',
    );
  }
  return fileStoreFrom({ ...process.env, S3_ADDRESSING: addressings[0], folder, ...changes });
}

/** What each of the three requests comes to, by its error. */
async function refusals(store: FileStore): Promise<string[]> {
  const key = `ab/${randomUUID()}`;
  const outcomes = await Promise.allSettled([
    store.put(key, contentOf(Buffer.from('x'))),
    store.get(key),
    store.remove(key),
  ]);
  return outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason.message) : 'done'));
}

/** One that is given is asked as it is configured; ours takes the bucket's name in either place. */
const addressings = /^http:\/\/localhost:/.test(process.env.S3_ENDPOINT ?? '')
  ? (['path', 'host'] as const)
  : [process.env.S3_ADDRESSING === 'host' ? ('host' as const) : ('path' as const)];

// Not every system knows that names below localhost are this machine (RFC 6761).
const { lookup } = dns;
beforeAll(() => {
  jest
    .spyOn(dns, 'lookup')
    .mockImplementation(((name: string, ...rest: [never, never]) =>
      lookup(name.endsWith('.localhost') ? 'localhost' : name, ...rest)) as typeof lookup);
});
afterAll(() => jest.restoreAllMocks());

describe.each(addressings)('a real S3-speaking store, its bucket named in the %s', (S3_ADDRESSING) => {
  fileStoreContract(async () => ({ store: storeWith({ S3_ADDRESSING }), close: async () => undefined }));

  it('is asked where the bucket is', async () => {
    await storeWith({ S3_ADDRESSING }).get(`ab/${randomUUID()}`);
    const { hostname } = new URL(process.env.S3_ENDPOINT!);
    const asked = jest.mocked(dns.lookup).mock.calls.map(([name]) => name);
    expect(asked.includes(`${process.env.S3_BUCKET}.${hostname}`)).toBe(S3_ADDRESSING === 'host');
  });

  it('takes nothing with a wrong secret, and says nothing is gone', async () => {
    const told = await refusals(storeWith({ S3_ADDRESSING, S3_SECRET_ACCESS_KEY: 'not the secret' }));
    expect(told).toEqual(
      ['PUT', 'GET', 'DELETE'].map(
        (method) => `the file store answered 403 SignatureDoesNotMatch to ${method}`,
      ),
    );
  });
});

describe('a real S3-speaking store', () => {
  it('takes nothing of somebody it does not know', async () => {
    for (const told of await refusals(storeWith({ S3_ACCESS_KEY_ID: 'nobody-we-know' })))
      expect(told).toMatch(/answered 403 (InvalidAccessKeyId|AccessDenied|SignatureDoesNotMatch) to/);
  });

  it('a bucket that is missing is a failure, not files that are gone', async () => {
    const S3_BUCKET = `junxian-${randomUUID()}`;
    // Of a removal S3Proxy says that it is done, unlike S3: what is made of NoSuchBucket there a unit test knows.
    const [put, get] = await refusals(storeWith({ S3_BUCKET }));
    // Some stores keep secret whether there is such a bucket.
    expect(put).toMatch(/answered (404 NoSuchBucket|403 AccessDenied) to PUT/);
    expect(get).toMatch(/answered (404 NoSuchBucket|403 AccessDenied) to GET/);
  });

  it('keeps nothing of content that is not what was announced, or that breaks off', async () => {
    const store = storeWith();
    const { sha256 } = contentOf(Buffer.from('announced'));
    const contents: StoredContent[] = [{ ...contentOf(Buffer.from('delivered')), sha256 }, brokenContent()];
    for (const content of contents) {
      const key = `ab/${randomUUID()}`;
      await expect(store.put(key, content)).rejects.toThrow();
      expect(await store.get(key)).toBeNull();
    }
  });

  it('carries fifty megabytes both ways without holding them', async () => {
    const store = storeWith();
    const key = `ab/${randomUUID()}`;
    const piece = randomBytes(64 * 1024);
    const pieces = (50 * MEGABYTE) / piece.length;
    const hash = createHash('sha256');
    for (let sent = 0; sent < pieces; sent += 1) hash.update(piece);
    const sha256 = hash.digest('hex');
    const open = () =>
      Readable.from(
        (function* () {
          for (let sent = 0; sent < pieces; sent += 1) yield Buffer.from(piece);
        })(),
        { objectMode: false },
      );
    const held = watchedBytes();
    await store.put(key, { open, size: pieces * piece.length, sha256 });
    const content = (await store.get(key))!;
    // A receiver that takes its time: what it does not take stays with the store.
    await once(content, 'readable');
    await sleep(1_000);
    const received = createHash('sha256');
    for await (const part of content) received.update(part);
    expect(received.digest('hex')).toBe(sha256);
    expect(held.most() / MEGABYTE).toBeLessThan(20);
    await store.remove(key);
  });

  it('that is not there is a failure that says so', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { port: number };
    closed.close();
    await once(closed, 'close');
    const store = storeWith({ S3_ADDRESSING: 'path', S3_ENDPOINT: `http://127.0.0.1:${port}` });
    await expect(store.get(`ab/${randomUUID()}`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

/** Watches how many bytes outside the heap are held beyond those of now; they are cleared away before each look. */
function watchedBytes() {
  setFlagsFromString('--expose-gc');
  const clear = runInNewContext('gc') as () => void;
  const now = () => {
    clear();
    return process.memoryUsage().arrayBuffers;
  };
  const before = now();
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, now() - before);
  }, 20);
  return {
    most: () => {
      clearInterval(watch);
      return most;
    },
  };
}
