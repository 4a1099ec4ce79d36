import type { KeyValueCache } from '@apollo/utils.keyvaluecache';
import { LRUCache } from 'lru-cache';
import type { AllowList } from './operation-library';

/** The prefix Apollo Server puts before the hash of a persisted query. */
const PREFIX = 'apq:';

/** Automatic persisted queries in bounded memory; with an allow-list its operations can be asked for by hash at once. */
export function persistedQueryStore(allowed: AllowList | null): KeyValueCache {
  const store = new LRUCache<string, string>({ max: 5_000, maxSize: 20_000_000 });
  return {
    async get(key) {
      return allowed?.get(key.slice(PREFIX.length)) ?? store.get(key);
    },
    async set(key, value) {
      // Hashes are clients' words: their length is bounded as well as the text's.
      if (key.length <= PREFIX.length + 64) store.set(key, value, { size: value.length + 100 });
    },
    async delete(key) {
      return store.delete(key);
    },
  };
}
