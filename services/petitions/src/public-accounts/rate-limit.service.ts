import { type Database, RateLimiter as SlidingWindows } from '@junxian/persistence';
import type { PersonalData } from '../cases/personal-data.service';
import { scopes } from '../service-scopes';

/** The limits on public forms. */
export class RateLimiter extends SlidingWindows {
  constructor(database: Database, personal: PersonalData) {
    super({
      database,
      scope: scopes.publicAttempts,
      table: 'public_attempt',
      digest: (key) => personal.index('attempt', key),
    });
  }
}
