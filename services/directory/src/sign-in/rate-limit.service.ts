import { refuse } from '@junxian/errors';
import { serviceScope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import type { PersonalData } from '../accounts/personal-data';
import { SERVICE_SCOPES } from '../service-scopes';
import { type RateLimit, secondsToWait } from './rate-limit.rules';

export interface LimitedAttempt {
  /** What is counted together; kept only as a keyed digest, since it may hold a login name. */
  key: string;
  limit: RateLimit;
}

/** The sliding windows of DI-LOG-07, in the database, so that all processes count together. */
export class RateLimiter {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  /**
   * Admits an attempt or throws RATE_LIMITED with `retryAfterSeconds`. A refused attempt is not counted, so
   * that somebody who waits as told gets in.
   */
  async admit(attempts: readonly LimitedAttempt[], now: Date): Promise<void> {
    const keys = attempts.map(({ key }) => this.personalData.digest('rate-limit', key));
    const longest = Math.max(...attempts.map(({ limit }) => limit.windowSeconds));
    const wait = await this.database.write(serviceScope(SERVICE_SCOPES.signIn), async (tx) => {
      await tx.query(
        `SELECT pg_advisory_xact_lock(hashtextextended('rate:' || key, 0))
         FROM (SELECT key FROM unnest($1::text[]) AS given(key) ORDER BY key) AS ordered`,
        [keys],
      );
      const admitted = await tx.query<{ key: string; at: Date }>(
        'SELECT key, at FROM login_attempt WHERE key = ANY($1) AND at > $2',
        [keys, new Date(now.getTime() - longest * 1000)],
      );
      const waits = attempts.map(({ limit }, index) =>
        secondsToWait(
          admitted.filter(({ key }) => key === keys[index]).map(({ at }) => at),
          limit,
          now,
        ),
      );
      const longestWait = Math.max(...waits.map((seconds) => seconds ?? 0));
      if (longestWait > 0) return longestWait;
      await tx.query(
        'INSERT INTO login_attempt (key, at) SELECT key, $2 FROM unnest($1::text[]) AS given(key)',
        [keys, now],
      );
      return 0;
    });
    if (wait > 0) throw refuse.rateLimited(wait);
  }
}
