import { type JWK, type Principal, ReusedAssertion, servicePrincipal } from '@junxian/identity';
import { LRUCache } from 'lru-cache';

const ISSUER = 'gateway';

/**
 * Vouches for callers towards the subgraphs. One assertion serves a principal for a quarter of a
 * minute, so that the subgraphs, too, verify it once and not with every request; revocations are checked before each use of it.
 */
export class Assertions {
  private readonly recent = new LRUCache<string, ReusedAssertion>({ max: 20_000 });

  /** What is written of a principal into the key: each of an operation's fetches asks for the same one. */
  private readonly written = new WeakMap<Principal, string>();

  constructor(private readonly key: JWK) {}

  /** A signed assertion for a principal, valid for at most 30 s; at once where there is one. */
  of(principal: Principal): string | Promise<string> {
    // Everything the subgraphs trust is part of the key: a changed role or region signs anew.
    let key = this.written.get(principal);
    if (key === undefined) {
      key = JSON.stringify(principal);
      this.written.set(principal, key);
    }
    let vouching = this.recent.get(key);
    if (vouching === undefined) {
      vouching = new ReusedAssertion(principal, this.key, ISSUER);
      this.recent.set(key, vouching);
    }
    return vouching.at(Date.now());
  }

  /** The gateway's own, for plain calls to a service. */
  async own(): Promise<string> {
    return this.of(servicePrincipal(ISSUER));
  }
}
