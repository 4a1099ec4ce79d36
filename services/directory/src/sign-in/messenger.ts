import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A text for one mobile number. */
export interface Message {
  mobile: string;
  text: string;
}

/** Sends text messages; the way out to a provider. What is sent appears in no log and no event. */
export interface Messenger {
  send(message: Message): Promise<void>;
}

/** Lays each message as a file, readable to its owner only, into a folder: for machines without a provider. */
export function folderMessenger(folder: string): Messenger {
  return {
    send: async (message) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, `${randomUUID()}.json`), JSON.stringify(message), { mode: 0o600 });
    },
  };
}
