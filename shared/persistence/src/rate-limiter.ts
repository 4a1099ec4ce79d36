import { refuse } from '@junxian/errors';
import type { Scope } from '@junxian/identity';
import type { Database, ScopedTransaction } from './database';
import { type RateLimit, secondsToWait } from './rate-limit.rules';

export interface LimitedAttempt {
  /** What is counted together: `submit:<account>`. Kept only as a keyed digest, since it may hold a login name. */
  key: string;
  limit: RateLimit;
}

export interface RateLimiterOptions {
  database: Database;
  /** Who may read and write the attempts. */
  scope: () => Scope;
  /** The table of attempts: `key text`, `at timestamptz`. */
  table: string;
  /** A keyed digest of what is counted. */
  digest: (key: string) => string;
}

/** Counts attempts by sliding windows, in the database so that all processes count together. */
export class RateLimiter {
  constructor(private readonly options: RateLimiterOptions) {}

  /**
   * Admits an attempt or throws RATE_LIMITED with `retryAfterSeconds`. A refused attempt is not counted, so that
   * somebody who waits as told gets in.
   */
  async admit(attempts: readonly LimitedAttempt[], now: Date): Promise<void> {
    const { database, scope } = this.options;
    const wait = await database.write(scope(), async (tx) => {
      const keys = attempts.map(({ key }) => this.digest(key));
      const longest = Math.max(...attempts.map(({ limit }) => limit.windowSeconds));
      const counted = await this.lockedAttempts(tx, keys, longest, now);
      const waits = attempts.map(({ limit }, index) =>
        secondsToWait(counted.get(keys[index]!) ?? [], limit, now),
      );
      const longestWait = Math.max(...waits);
      if (longestWait === 0) this.count(tx, keys, now);
      return longestWait;
    });
    if (wait > 0) throw refuse.rateLimited(wait);
  }

  /**
   * The attempts counted within a window, by digest; others who count the same wait until the caller's transaction
   * ends. One whose clock is ahead, or who came later and was counted first, counts too.
   */
  async lockedAttempts(
    tx: ScopedTransaction,
    keys: readonly string[],
    windowSeconds: number,
    now: Date,
  ): Promise<Map<string, Date[]>> {
    const { table } = this.options;
    tx.send(
      `SELECT pg_advisory_xact_lock(hashtextextended('${table}:' || key, 0))
       FROM (SELECT key FROM unnest($1::text[]) AS given(key) ORDER BY key) AS ordered`,
      [keys],
    );
    const rows = await tx.query<{ key: string; at: Date }>(
      `SELECT key, at FROM ${table} WHERE key = ANY($1::text[]) AND at > $2`,
      [keys, new Date(now.getTime() - windowSeconds * 1000)],
    );
    const found = new Map<string, Date[]>(keys.map((key) => [key, []]));
    for (const { key, at } of rows) found.get(key)!.push(at);
    return found;
  }

  /** Counts an attempt for each digest. */
  count(tx: ScopedTransaction, keys: readonly string[], now: Date): void {
    tx.send(
      `INSERT INTO ${this.options.table} (key, at) SELECT key, $2 FROM unnest($1::text[]) AS given(key)`,
      [keys, now],
    );
  }

  /** The digest under which something is counted. */
  digest(key: string): string {
    return this.options.digest(key);
  }
}
