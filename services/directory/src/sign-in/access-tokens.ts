import { SignJWT } from 'jose';
import {
  type Account,
  type CitizenAccount,
  isPending,
  type OfficerAccount,
} from '../accounts/accounts.service';
import type { ActingAppointment } from '../appointments/appointments.service';
import type { SigningKeys } from './signing-keys.service';

/** The one role of a citizen who has signed in. */
export const CITIZEN_ROLE = 'public:CITIZEN';

export const ISSUER = 'junxian-directory';
export const AUDIENCE = 'junxian';

export interface TokenSubject {
  account: Account;
  sessionId: string;
  /** Null for a citizen, who acts for nobody but themselves. */
  appointment: ActingAppointment | null;
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
    const accessToken = await new SignJWT({
      sid: sessionId,
      opn: operatorName,
      pnd: isPending(account),
      ...(account.kind === 'CITIZEN' ? claimsOfCitizen(account) : claimsOfOfficer(account, appointment)),
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

function claimsOfOfficer(account: OfficerAccount, appointment: ActingAppointment | null) {
  if (appointment === null) throw new Error('an officer acts for an appointment');
  return {
    knd: 'OFFICER',
    apt: appointment.id,
    org: appointment.organisationId,
    reg: appointment.regionCode,
    lvl: appointment.regionLevel,
    roles: isPending(account) ? [] : appointment.roles,
  };
}

/** No region and no organisation: a citizen's scope holds nothing but what is their own. */
function claimsOfCitizen(account: CitizenAccount) {
  return { knd: 'CITIZEN', roles: isPending(account) ? [] : [CITIZEN_ROLE], cit: account.citizenId };
}
