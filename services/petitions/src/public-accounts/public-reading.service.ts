import type { Clock } from '@junxian/calendar';
import type { Principal } from '@junxian/identity';
import { RATE_LIMITS } from './rate-limit.rules';
import type { RateLimiter } from './rate-limit.service';

/** The root fields that whoever has not signed in may read. */
export type PublicPage = 'guidePages' | 'cityLinks' | 'publishedCases' | 'trackedPetition';

/** Limits how often one address reads what is public. */
export class PublicReading {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
  ) {}

  /** Counts a reader by the address; not one who has signed in and is known. Throws RATE_LIMITED. */
  async admit(
    page: PublicPage,
    { principal, clientIp }: { principal: Principal; clientIp: string },
  ): Promise<void> {
    if (principal.kind !== 'ANONYMOUS') return;
    const attempt = { key: `read:${page}:${clientIp}`, limit: RATE_LIMITS.readPerAddress };
    await this.limiter.admit([attempt], this.clock.now());
  }
}
