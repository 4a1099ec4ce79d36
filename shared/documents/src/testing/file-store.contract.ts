import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FileStore, StoredContent } from '../stored-files/file-store';

/** Bytes as content to be kept. */
export const contentOf = (bytes: Buffer): StoredContent => ({
  open: () => Readable.from([bytes]),
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** Content that breaks off after ten of its bytes. */
export const brokenContent = (): StoredContent => ({
  ...contentOf(Buffer.alloc(100_000)),
  open: () =>
    Readable.from(
      (async function* () {
        yield Buffer.alloc(10);
        throw new Error('broken off');
      })(),
    ),
});

/** What every file store does, whatever it keeps its files in. */
export function fileStoreContract(
  open: () => Promise<{ store: FileStore; close(): Promise<unknown> }>,
): void {
  let store: FileStore;
  let close: () => Promise<unknown>;
  beforeAll(async () => {
    ({ store, close } = await open());
  });
  afterAll(() => close());

  const stored = async (key: string) => {
    const content = await store.get(key);
    return content && buffer(content);
  };

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a few words', Buffer.from('一份材料')],
    ['three million bytes', Buffer.alloc(3_000_000, 7)],
  ])('gives back what was put, byte for byte: %s', async (_what, bytes) => {
    const key = `ab/${randomUUID()}`;
    await store.put(key, contentOf(bytes));
    expect(Buffer.compare((await stored(key))!, bytes)).toBe(0);
    await store.remove(key);
  });

  it('replaces what was put before', async () => {
    const key = `ab/${randomUUID()}`;
    for (const text of ['first and longer', 'second']) await store.put(key, contentOf(Buffer.from(text)));
    expect(String(await stored(key))).toBe('second');
    await store.remove(key);
  });

  it('knows what is not there', async () => {
    const key = `ab/${randomUUID()}`;
    expect(await store.get(key)).toBeNull();
    await store.remove(key);
  });

  it('removes', async () => {
    const key = `ab/${randomUUID()}`;
    await store.put(key, contentOf(Buffer.from('x')));
    await store.remove(key);
    expect(await store.get(key)).toBeNull();
  });

  it.each(['../a', 'a/../../b', '/a', 'a//b', 'a/', 'A', 'a.b', 'a\0', '材料', ''])(
    'takes no key that could lead elsewhere: %j',
    async (key) => {
      await expect((async () => store.put(key, contentOf(Buffer.from('x'))))()).rejects.toThrow(RangeError);
      await expect((async () => store.get(key))()).rejects.toThrow(RangeError);
      await expect((async () => store.remove(key))()).rejects.toThrow(RangeError);
    },
  );
}
