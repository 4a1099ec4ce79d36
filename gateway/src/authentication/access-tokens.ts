import { hash } from 'node:crypto';
import { isRefusal, refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import { decodeJwt, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type OutsideIssuer, principalOfClaims, principalOfOutsideClaims } from './claims.rules';
import type { KeySet } from './key-set';

/** Somebody who may issue access tokens, and how their claims are read. */
export interface TokenIssuer {
  issuer: string;
  audience: string;
  algorithms: readonly string[];
  /** The `typ` a token must have, so that nothing else the issuer signs passes for one. */
  type?: string;
  keys: KeySet;
  principalOf: (claims: JWTPayload) => Principal;
}

export interface VerifiedToken {
  principal: Principal;
  /** Milliseconds. */
  issuedAt: number;
  expiresAt: number;
}

const CLOCK_TOLERANCE_SECONDS = 5;
const LONGEST_TOKEN = 8_192;

/** Directory as an issuer: Ed25519, issuer `junxian-directory`, audience `junxian`. */
export const directoryIssuer = (keys: KeySet): TokenIssuer => ({
  issuer: 'junxian-directory',
  audience: 'junxian',
  algorithms: ['EdDSA'],
  type: 'at+jwt',
  keys,
  principalOf: principalOfClaims,
});

/** An outside OpenID Connect issuer; symmetric algorithms are never accepted. */
export const outsideIssuer = (issuer: OutsideIssuer, keys: KeySet): TokenIssuer => ({
  issuer: issuer.issuer,
  audience: issuer.audience,
  algorithms: ['EdDSA', 'ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  keys,
  principalOf: (claims) => principalOfOutsideClaims(claims, issuer),
});

/** Verifies access tokens of the known issuers; a token seen before is answered from memory until it expires. */
export class AccessTokens {
  private readonly issuers: ReadonlyMap<string, TokenIssuer>;
  private readonly verified = new LRUCache<string, VerifiedToken>({ max: 20_000 });

  constructor(issuers: readonly TokenIssuer[]) {
    this.issuers = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  }

  /**
   * Takes a compact JWS and the present time; returns whom it stands for.
   * @throws Refusal UNAUTHENTICATED for anything unsigned, expired, misshapen or of a stranger;
   * FORBIDDEN where an outside issuer names a region it may not
   */
  async verify(token: string, now: Date): Promise<VerifiedToken> {
    if (token.length > LONGEST_TOKEN) throw refuse.unauthenticated();
    const key = hash('sha256', token, 'base64');
    const known = this.verified.get(key);
    if (known !== undefined) {
      if (known.expiresAt > now.getTime()) return known;
      this.verified.delete(key);
    }
    const fresh = await this.check(token, now);
    this.verified.set(key, fresh);
    return fresh;
  }

  private async check(token: string, now: Date): Promise<VerifiedToken> {
    try {
      const issuer = this.issuers.get(decodeJwt(token).iss ?? '');
      if (issuer === undefined) throw refuse.unauthenticated();
      const { payload } = await jwtVerify(token, issuer.keys.keyOf, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms: [...issuer.algorithms],
        ...(issuer.type === undefined ? {} : { typ: issuer.type }),
        currentDate: now,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'iat', 'sub'],
      });
      return {
        principal: issuer.principalOf(payload),
        issuedAt: payload.iat! * 1000,
        expiresAt: (payload.exp! + CLOCK_TOLERANCE_SECONDS) * 1000,
      };
    } catch (error) {
      if (isRefusal(error)) throw error;
      throw refuse.unauthenticated();
    }
  }
}
