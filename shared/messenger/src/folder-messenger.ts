import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Messenger } from './messenger';
import { messageNotSent } from './not-sent';

/**
 * Lays each message as a JSON file, readable to its owner only, into a folder: for machines without a
 * provider. The file is named by the idempotency key, so a message that comes again is not a second file.
 */
export function folderMessenger(folder: string): Messenger {
  return {
    send: async (message) => {
      const messageId = createHash('sha256').update(message.idempotencyKey).digest('hex').slice(0, 32);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeOnce(folder, `${messageId}.json`, JSON.stringify(message));
      } catch (error) {
        throw messageNotSent((error as NodeJS.ErrnoException).code ?? 'UNKNOWN');
      }
      return { messageId };
    },
  };
}

/** Writes a file whole or not at all; leaves one that is already there. */
async function writeOnce(folder: string, name: string, text: string): Promise<void> {
  // A dot in front: who lists the folder while it is being written sees no half message.
  const part = join(folder, `.${randomUUID()}`);
  try {
    await writeFile(part, text, { mode: 0o600, flag: 'wx', flush: true });
    await link(part, join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(part, { force: true });
  }
}
