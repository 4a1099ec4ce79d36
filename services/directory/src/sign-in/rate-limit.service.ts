import { serviceScope } from '@junxian/identity';
import { type Database, RateLimiter as SlidingWindows } from '@junxian/persistence';
import type { PersonalData } from '../accounts/personal-data';
import { SERVICE_SCOPES } from '../service-scopes';

/** The limits of DI-LOG-07 on signing in. */
export class RateLimiter extends SlidingWindows {
  constructor(database: Database, personalData: PersonalData) {
    super({
      database,
      scope: () => serviceScope(SERVICE_SCOPES.signIn),
      table: 'login_attempt',
      digest: (key) => personalData.digest('rate-limit', key),
    });
  }
}
