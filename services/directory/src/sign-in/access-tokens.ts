import { SignJWT } from 'jose';
import { type Account, isPending } from '../accounts/accounts.service';
import type { ActingAppointment } from '../appointments/appointments.service';
import type { SigningKeys } from './signing-keys.service';

export const ISSUER = 'junxian-directory';
export const AUDIENCE = 'junxian';

export interface TokenSubject {
  account: Account;
  sessionId: string;
  appointment: ActingAppointment;
  operatorName: string | null;
}

export interface AccessToken {
  accessToken: string;
  accessTokenExpiresAt: Date;
}

/** Issues access tokens: Ed25519, one account acting for one appointment, at most ten minutes. */
export class AccessTokenIssuer {
  constructor(
    private readonly keys: SigningKeys,
    private readonly lifeSeconds: number,
  ) {
    if (lifeSeconds > 600) throw new RangeError('an access token lives at most ten minutes');
  }

  /**
   * Signs a token. A pending account's carries no role: it may only activate or change its password.
   * `iat` has fractions of a second, half a millisecond late, so that a token issued after a revocation
   * is told from one issued before it in the same second.
   */
  async issue(
    { account, sessionId, appointment, operatorName }: TokenSubject,
    now: Date,
  ): Promise<AccessToken> {
    const { kid, privateKey } = await this.keys.current();
    const expiresAt = Math.floor(now.getTime() / 1000) + this.lifeSeconds;
    const pending = isPending(account);
    const accessToken = await new SignJWT({
      sid: sessionId,
      apt: appointment.id,
      org: appointment.organisationId,
      reg: appointment.regionCode,
      lvl: appointment.regionLevel,
      roles: pending ? [] : appointment.roles,
      opn: operatorName,
      knd: 'OFFICER',
      pnd: pending,
    })
      .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(account.id)
      .setIssuedAt((now.getTime() + 0.5) / 1000)
      .setExpirationTime(expiresAt)
      .sign(privateKey);
    return { accessToken, accessTokenExpiresAt: new Date(expiresAt * 1000) };
  }
}
