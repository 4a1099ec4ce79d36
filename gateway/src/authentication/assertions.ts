import { type JWK, type Principal, servicePrincipal, signAssertion } from '@junxian/identity';
import { LRUCache } from 'lru-cache';

const ISSUER = 'gateway';
const LIFETIME_SECONDS = 30;
/** What is left of its life when it is used last covers the way to the subgraph and a busy event loop there. */
const REUSE_MILLISECONDS = 15_000;

/**
 * Vouches for callers towards the subgraphs. One assertion serves a principal for a quarter of a
 * minute, so that the subgraphs, too, verify it once and not with every request; revocations are checked before each use of it.
 */
export class Assertions {
  private readonly recent = new LRUCache<string, { signedAt: number; assertion: Promise<string> }>({
    max: 20_000,
  });

  /** What is written of a principal into the key: each of an operation's fetches asks for the same one. */
  private readonly written = new WeakMap<Principal, string>();

  constructor(private readonly key: JWK) {}

  /** A signed assertion for a principal, valid for at most 30 s. */
  of(principal: Principal): Promise<string> {
    // Everything the subgraphs trust is part of the key: a changed role or region signs anew.
    let key = this.written.get(principal);
    if (key === undefined) {
      key = JSON.stringify(principal);
      this.written.set(principal, key);
    }
    const now = Date.now();
    const known = this.recent.get(key);
    // By the clock that its life is told by: when that is set, none is used before or after its time.
    if (known !== undefined && Math.abs(now - known.signedAt) < REUSE_MILLISECONDS) return known.assertion;
    const assertion = this.sign(principal, new Date(now));
    this.recent.set(key, { signedAt: now, assertion });
    assertion.catch(() => this.recent.delete(key));
    return assertion;
  }

  /** The gateway's own, for plain calls to a service. */
  own(): Promise<string> {
    return this.of(servicePrincipal(ISSUER));
  }

  private sign(principal: Principal, now: Date): Promise<string> {
    return signAssertion(principal, this.key, {
      issuer: ISSUER,
      lifetimeSeconds: LIFETIME_SECONDS,
      now,
    });
  }
}
