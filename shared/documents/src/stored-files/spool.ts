import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StoredContent } from './file-store';

/** What arrived, on disk until it is looked into and kept. */
export interface SpooledFile extends StoredContent {
  path: string;
}

const PREFIX = 'upload-';

/**
 * Writes what arrives into a new file of the folder, hashing it on the way, and hands it to `work`; afterwards,
 * or when either fails, the file is gone. Throws what `tooLarge` makes as soon as more than `maxBytes` arrived,
 * and an AbortError when `signal` fires.
 */
export async function withSpooled<T>(
  { folder, maxBytes, tooLarge, signal }: SpoolOptions,
  arriving: Readable,
  work: (file: SpooledFile) => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${PREFIX}${randomUUID()}`);
  const hash = createHash('sha256');
  let size = 0;
  const measured = async function* (parts: AsyncIterable<Buffer>) {
    for await (const part of parts) {
      size += part.length;
      if (size > maxBytes) throw tooLarge();
      hash.update(part);
      yield part;
    }
  };
  try {
    // Not destroyed when it is refused: a request that is destroyed takes the connection of its answer along.
    const parts = arriving.iterator({ destroyOnReturn: false });
    await pipeline(parts, measured, createWriteStream(path, { mode: 0o600, flags: 'wx' }), {
      ...(signal && { signal }),
    });
    return await work({ path, size, sha256: hash.digest('hex'), open: () => createReadStream(path) });
  } finally {
    await rm(path, { force: true });
  }
}

export interface SpoolOptions {
  folder: string;
  maxBytes: number;
  tooLarge: () => Error;
  signal?: AbortSignal;
}

/** Removes what a killed process left in the folder before the instant given. */
export async function clearSpool(folder: string, before: Date): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((it) => it.startsWith(PREFIX))) {
    const path = join(folder, name);
    const { mtime } = await stat(path).catch(() => ({ mtime: before }));
    if (mtime < before) await rm(path, { force: true });
  }
}
