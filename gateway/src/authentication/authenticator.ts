import { refuse } from '@junxian/errors';
import { ANONYMOUS, type Principal } from '@junxian/identity';
import type { AccessTokens } from './access-tokens';
import type { RevocationList } from './revocations.rules';

/** Finds out who asks. */
export class Authenticator {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly revocations: RevocationList,
  ) {}

  /**
   * Takes the Authorization header; without one the caller is anonymous.
   * @throws Refusal UNAUTHENTICATED for a bad, expired or withdrawn token, TOKEN_STALE for one
   * older than a change of its account or appointment
   */
  async principalOf(authorization: string | undefined, now: Date): Promise<Principal> {
    if (authorization === undefined || authorization === '') return ANONYMOUS;
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
    if (token === undefined) throw refuse.unauthenticated();
    const { principal, issuedAt } = await this.tokens.verify(token, now);
    const { sessionId, accountId, appointmentId } = principal;
    const refusal = this.revocations.decide({ sessionId, accountId, appointmentId, issuedAt });
    if (refusal !== null) throw refusal;
    return principal;
  }
}
