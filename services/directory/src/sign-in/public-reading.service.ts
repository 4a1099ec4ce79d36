import type { RequestContext } from '@junxian/subgraph';
import type { RateLimiter } from './rate-limit.service';
import type { SignInSettings } from './settings';

/** The root fields that whoever has not signed in may read. */
export type PublicField = 'signInOptions' | 'region' | 'regionChildren' | 'regionPath' | 'regionSearch';

/** Limits how often one address reads what is public (DI-LOG-07). */
export class PublicReading {
  constructor(
    private readonly rateLimiter: RateLimiter,
    private readonly settings: Pick<SignInSettings, 'addressRate'>,
  ) {}

  /** Counts a reader by the address, for each field by itself; not one who has signed in and is known. Throws RATE_LIMITED. */
  async admit(
    field: PublicField,
    { principal, clientIp, clock }: Pick<RequestContext, 'principal' | 'clientIp' | 'clock'>,
  ): Promise<void> {
    if (principal.kind !== 'ANONYMOUS') return;
    const attempt = { key: `read:${field}:${clientIp}`, limit: this.settings.addressRate };
    await this.rateLimiter.admit([attempt], clock.now());
  }
}
