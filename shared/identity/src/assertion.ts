import { isRegionLevel } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import {
  createLocalJWKSet,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  jwtVerify,
  type KeyLike,
  SignJWT,
} from 'jose';
import type { Principal, PrincipalKind } from './principal';

const AUDIENCE = 'junxian-internal';
const KINDS: readonly PrincipalKind[] = ['OFFICER', 'CITIZEN', 'SERVICE', 'ANONYMOUS'];
const MAX_LIFETIME_SECONDS = 60;

export interface AssertionOptions {
  /** Who vouches: `gateway`, or the name of a service; also the key id. */
  issuer: string;
  lifetimeSeconds: number;
  now: Date;
}

/**
 * Signs who asks for the next process to trust (Ed25519, architecture §2).
 * Takes the issuer's private JWK; returns a compact JWS that is valid for `lifetimeSeconds` (at most 60).
 */
export async function signAssertion(
  principal: Principal,
  key: JWK,
  options: AssertionOptions,
): Promise<string> {
  if (options.lifetimeSeconds > MAX_LIFETIME_SECONDS) throw new RangeError('assertions live at most 60 s');
  const issuedAt = Math.floor(options.now.getTime() / 1000);
  return new SignJWT({ principal })
    .setProtectedHeader({ alg: 'EdDSA', kid: options.issuer })
    .setIssuer(options.issuer)
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + options.lifetimeSeconds)
    .sign(await imported(key));
}

/** What is left of an assertion's life when it is used last covers the way there and a busy event loop at the other end. */
const LIFETIME_SECONDS = 30;
const REUSE_MILLISECONDS = 15_000;

/**
 * Signs for one principal, and anew once half of an assertion's life is over: signing and verifying one takes longer
 * than many a call.
 */
export class ReusedAssertion {
  private signed: { at: number; assertion: string | Promise<string> } | undefined;

  constructor(
    private readonly principal: Principal,
    private readonly key: JWK,
    private readonly issuer: string,
  ) {}

  /** An assertion that is valid for 15 s from `now` (ms) at least; at once where one is signed. */
  at(now: number): string | Promise<string> {
    // By the clock that its life is told by: when that is set, none is used before or after its time.
    if (this.signed !== undefined && Math.abs(now - this.signed.at) < REUSE_MILLISECONDS)
      return this.signed.assertion;
    const options = { issuer: this.issuer, lifetimeSeconds: LIFETIME_SECONDS, now: new Date(now) };
    const assertion = signAssertion(this.principal, this.key, options);
    const signed: { at: number; assertion: string | Promise<string> } = { at: now, assertion };
    this.signed = signed;
    assertion.then(
      (text) => {
        signed.assertion = text;
      },
      () => {
        if (this.signed === signed) this.signed = undefined;
      },
    );
    return assertion;
  }
}

const importedKeys = new WeakMap<JWK, Promise<KeyLike | Uint8Array>>();

/** A process signs with one key for as long as it runs; reading it costs as much as signing. */
function imported(key: JWK): Promise<KeyLike | Uint8Array> {
  const known = importedKeys.get(key) ?? importJWK(key, 'EdDSA');
  importedKeys.set(key, known);
  return known;
}

/** Verifies assertions against the public keys of the processes we trust; remembers those it has seen until they expire. */
export class AssertionVerifier {
  private readonly keys: ReturnType<typeof createLocalJWKSet>;
  private readonly seen = new Map<string, { principal: Principal; issuer: string; expiresAt: number }>();

  constructor(jwks: JSONWebKeySet) {
    this.keys = createLocalJWKSet(jwks);
  }

  /**
   * Takes a compact JWS and the present time; returns the principal it vouches for.
   * Refuses with UNAUTHENTICATED anything unsigned, expired, signed by a stranger or misshapen. A
   * service may vouch only for itself; only the gateway vouches for people.
   */
  async verify(token: string | undefined, now: Date): Promise<Principal> {
    if (token === undefined || token === '') throw refuse.unauthenticated();
    const known = this.seen.get(token);
    if (known !== undefined && known.expiresAt > now.getTime()) return known.principal;
    const { principal, issuer, expiresAt } = await this.check(token, now);
    this.remember(token, { principal, issuer, expiresAt }, now);
    return principal;
  }

  private async check(token: string, now: Date) {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        audience: AUDIENCE,
        algorithms: ['EdDSA'],
        currentDate: now,
        clockTolerance: 2,
        requiredClaims: ['iss', 'exp', 'iat', 'principal'],
      });
      const issuer = payload.iss!;
      const protectedKid = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid;
      const principal = asPrincipal(payload.principal);
      const vouchesForItself = principal.kind === 'SERVICE' && principal.accountId === `service:${issuer}`;
      if (protectedKid !== issuer || (issuer !== 'gateway' && !vouchesForItself))
        throw refuse.unauthenticated();
      if (payload.exp! - payload.iat! > MAX_LIFETIME_SECONDS) throw refuse.unauthenticated();
      return { principal, issuer, expiresAt: payload.exp! * 1000 };
    } catch {
      throw refuse.unauthenticated();
    }
  }

  private remember(
    token: string,
    entry: { principal: Principal; issuer: string; expiresAt: number },
    now: Date,
  ) {
    if (this.seen.size >= 5_000) {
      for (const [key, value] of this.seen) if (value.expiresAt <= now.getTime()) this.seen.delete(key);
      if (this.seen.size >= 5_000) this.seen.clear();
    }
    this.seen.set(token, entry);
  }
}

function asPrincipal(value: unknown): Principal {
  const candidate = value as Principal | null;
  const wellFormed =
    candidate !== null &&
    typeof candidate === 'object' &&
    KINDS.includes(candidate.kind) &&
    Array.isArray(candidate.roles) &&
    typeof candidate.pending === 'boolean' &&
    (candidate.regionLevel === null || isRegionLevel(candidate.regionLevel));
  if (!wellFormed) throw refuse.unauthenticated();
  return Object.freeze({ ...candidate, roles: Object.freeze([...candidate.roles]) });
}
