import type { Readable } from 'node:stream';

/** Content to be kept: can be read from the start as often as keeping it takes. */
export interface StoredContent {
  open(): Readable;
  size: number;
  /** Hexadecimal SHA-256. */
  sha256: string;
}

/**
 * Keeps content under keys. Keys are made by the service, never by callers: small letters, digits and hyphens,
 * with `/` between parts. Every method throws Error when the store cannot be reached or refuses.
 */
export interface FileStore {
  /** Keeps the content, whole or not at all. */
  put(key: string, content: StoredContent): Promise<void>;
  /** The content as a stream; null when the store itself says that there is none. */
  get(key: string): Promise<Readable | null>;
  /** Removes the content; one that is gone already is no error. */
  remove(key: string): Promise<void>;
}

/** The key, if it is one. Throws RangeError on anything that could leave the store. */
export function checkedKey(key: string): string {
  if (key.length > 200 || !/^[a-z0-9-]+(\/[a-z0-9-]+)*$/.test(key))
    throw new RangeError('no key of a file store');
  return key;
}
