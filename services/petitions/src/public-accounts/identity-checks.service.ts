import type { IdentityCheck } from './identity-check';
import { identityNotConfirmed } from './identity-check';
import { needsIdentityCheck } from './profile.rules';
import type { ProfileFacts } from './public-account.types';

/** Has the public-security interface confirm those who must be, and nobody else (PT-PUB-03, PT-PUB-04). */
export class IdentityChecks {
  constructor(
    private readonly identityCheck: IdentityCheck,
    private readonly prefixes: readonly string[],
  ) {}

  /**
   * When the identity was confirmed: `now`, or null for somebody who need not be. Throws IDENTITY_NOT_CONFIRMED,
   * IDENTITY_CHECK_UNAVAILABLE (PT-PUB-05).
   */
  async confirm(profile: ProfileFacts, anonymous: boolean, now: Date): Promise<Date | null> {
    if (!needsIdentityCheck(profile, anonymous, this.prefixes)) return null;
    if (!(await this.identityCheck.verify(profile.name!, profile.idNumber!))) throw identityNotConfirmed();
    return now;
  }
}
