import { createHash, generateKeyPairSync } from 'node:crypto';
import { AssertionVerifier, FieldCipher, type Principal, signAssertion } from '@junxian/identity';
import type { JSONWebKeySet, JWK } from 'jose';

const fixed = (name: string) => createHash('sha256').update(`junxian test ${name}`).digest();

/** Fixed secrets, good only for tests. */
export const testKeys = {
  citizenIdKey: fixed('citizen id'),
  blindIndexKey: fixed('blind index'),
  fieldCipher: new FieldCipher(new Map([[1, fixed('field')]])),
};

export interface TestIssuer {
  privateJwk: JWK;
  jwks: JSONWebKeySet;
  verifier: AssertionVerifier;
  /** A fresh assertion for a principal, as the issuer would sign it. */
  assert(principal: Principal, now?: Date): Promise<string>;
}

/** A key pair for the gateway (or another issuer) with its verifier. */
export function testIssuer(issuer = 'gateway'): TestIssuer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const privateJwk = { ...privateKey.export({ format: 'jwk' }), kid: issuer, alg: 'EdDSA' } as JWK;
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), kid: issuer, alg: 'EdDSA', use: 'sig' } as JWK;
  const jwks: JSONWebKeySet = { keys: [publicJwk] };
  return {
    privateJwk,
    jwks,
    verifier: new AssertionVerifier(jwks),
    assert: (principal, now = new Date()) =>
      signAssertion(principal, privateJwk, { issuer, lifetimeSeconds: 30, now }),
  };
}
