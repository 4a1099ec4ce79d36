import { refuse } from '@junxian/errors';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { PersonalData } from '../cases/personal-data.service';
import { scopes } from '../service-scopes';
import { type RateLimit, secondsToWait } from './rate-limit.rules';

export interface LimitedAttempt {
  /** What is counted together: `submit:<account>`. Kept only as a keyed digest. */
  key: string;
  limit: RateLimit;
}

/** Counts attempts on public forms, in the database so that all processes count together. */
export class RateLimiter {
  constructor(
    private readonly database: Database,
    private readonly personal: PersonalData,
  ) {}

  /** Admits an attempt or throws RATE_LIMITED with `retryAfterSeconds`; a refused one is not counted. */
  async admit(attempts: readonly LimitedAttempt[], now: Date): Promise<void> {
    const wait = await this.database.write(scopes.publicAttempts(), async (tx) => {
      const keys = attempts.map(({ key }) => this.digest(key));
      const longest = Math.max(...attempts.map(({ limit }) => limit.windowSeconds));
      const counted = await this.lockedAttempts(tx, keys, longest, now);
      const waits = attempts.map(({ limit }, index) =>
        secondsToWait(counted.get(keys[index]!) ?? [], limit, now),
      );
      const longestWait = Math.max(...waits);
      if (longestWait === 0) await this.count(tx, keys, now);
      return longestWait;
    });
    if (wait > 0) throw refuse.rateLimited(wait);
  }

  /** The attempts counted within a window, by digest; others who count the same wait until the caller's transaction ends. */
  async lockedAttempts(
    tx: ScopedTransaction,
    keys: readonly string[],
    windowSeconds: number,
    now: Date,
  ): Promise<Map<string, Date[]>> {
    tx.send(
      `SELECT pg_advisory_xact_lock(hashtextextended('attempt:' || key, 0))
       FROM (SELECT key FROM unnest($1::text[]) AS given(key) ORDER BY key) AS ordered`,
      [keys],
    );
    const rows = await tx.query<{ key: string; at: Date }>(
      'SELECT key, at FROM public_attempt WHERE key = ANY($1::text[]) AND at > $2 AND at <= $3 ORDER BY at',
      [keys, new Date(now.getTime() - windowSeconds * 1000), now],
    );
    const found = new Map<string, Date[]>(keys.map((key) => [key, []]));
    for (const { key, at } of rows) found.get(key)!.push(at);
    return found;
  }

  /** Counts an attempt for each digest. */
  async count(tx: ScopedTransaction, keys: readonly string[], now: Date): Promise<void> {
    tx.send('INSERT INTO public_attempt (key, at) SELECT key, $2 FROM unnest($1::text[]) AS given(key)', [
      keys,
      now,
    ]);
  }

  /** The digest under which something is counted. */
  digest(key: string): string {
    return this.personal.index('attempt', key);
  }
}
