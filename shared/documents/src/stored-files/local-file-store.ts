import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkedKey, type FileStore } from './file-store';

/** Keeps files in a folder of this machine, readable to its owner only. A crash leaves whole files or none. */
export function localFileStore(folder: string): FileStore {
  const pathOf = (key: string) => join(folder, checkedKey(key));
  return {
    put: async (key, content) => {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const part = join(dirname(path), `.${randomUUID()}`);
      try {
        await pipeline(content.open(), createWriteStream(part, { mode: 0o600, flags: 'wx', flush: true }));
        await rename(part, path);
        await flushFolder(dirname(path));
      } finally {
        await rm(part, { force: true });
      }
    },
    get: async (key) => {
      try {
        return (await open(pathOf(key), 'r')).createReadStream();
      } catch (error) {
        return isMissing(error) ? null : Promise.reject(error);
      }
    },
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

/** A new name is on disk only when its folder is. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
