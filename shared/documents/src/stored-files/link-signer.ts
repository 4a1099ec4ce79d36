import type { Clock } from '@junxian/calendar';
import { jwtVerify, SignJWT } from 'jose';
import { linkInvalid } from './file-refusals';

/** What a link is for, and what its route needs to know. Who holds the link can read it: nothing personal. */
export interface LinkContent {
  /** For example `petitions.export`; a link of one purpose is no link of another. */
  purpose: string;
  payload: Readonly<Record<string, unknown>>;
}

export interface SignedLink {
  /** Stands in a URL as it is. Longer than fastify's limit on named parameters: take it by a wildcard route. */
  token: string;
  expiresAt: Date;
}

const ISSUER = 'junxian-link';
const LONGEST_TOKEN = 4_096;

/** Signs and checks the tokens of short-lived links: whoever has the link may, until it expires. */
export class LinkSigner {
  /** Takes a secret of at least 32 bytes, the same for every process of a service. Throws RangeError on a shorter one. */
  constructor(
    private readonly key: Uint8Array,
    private readonly clock: Clock,
  ) {
    if (key.length < 32) throw new RangeError('the key of links has at least 32 bytes');
  }

  /** A token that {@link verify} accepts for its purpose until the lifetime is over. */
  async signedLink({ purpose, payload }: LinkContent, lifetimeSeconds: number): Promise<SignedLink> {
    const issuedAt = Math.floor(this.clock.now().getTime() / 1000);
    const expiry = issuedAt + lifetimeSeconds;
    const token = await new SignJWT({ payload })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setAudience(purpose)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiry)
      .sign(this.key);
    return { token, expiresAt: new Date(expiry * 1000) };
  }

  /** What was signed. Throws LINK_INVALID for a token that is wrong, expired or for another purpose, alike. */
  async verify(token: string, purpose: string): Promise<Readonly<Record<string, unknown>>> {
    if (token.length > LONGEST_TOKEN) throw linkInvalid();
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: ['HS256'],
        issuer: ISSUER,
        audience: purpose,
        requiredClaims: ['exp'],
        currentDate: this.clock.now(),
      });
      return payload.payload as Readonly<Record<string, unknown>>;
    } catch {
      throw linkInvalid();
    }
  }
}
