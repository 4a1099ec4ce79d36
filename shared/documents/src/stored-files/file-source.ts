import { type FileHandle, open } from 'node:fs/promises';

/** A file that can be read at any place, so that looking into it never needs the whole. */
export interface FileSource {
  readonly size: number;
  /** Where it lies, of a file on this machine's disk. */
  readonly path?: string;
  /** The bytes from `position` on; fewer than `length` at the end. */
  read(position: number, length: number): Promise<Buffer>;
}

/** A file in memory. */
export function bufferSource(content: Buffer): FileSource {
  return {
    size: content.length,
    read: async (position, length) => content.subarray(position, position + length),
  };
}

/** Runs work on a file on disk and closes it. */
export async function withFileSource<T>(path: string, work: (source: FileSource) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return await work({ size, path, read: (position, length) => readAt(handle, position, length) });
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const target = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(target, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return target.subarray(0, filled);
}
