import { generateKeyPairSync } from 'node:crypto';
import { AssertionVerifier, type JWK } from '@junxian/identity';

/** A key pair by which a gateway vouches for callers, and what a subgraph verifies that by. */
export function gatewayKeys(): { privateJwk: JWK; verifier: AssertionVerifier } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const described = { kid: 'gateway', alg: 'EdDSA' };
  return {
    privateJwk: { ...(privateKey.export({ format: 'jwk' }) as JWK), ...described },
    verifier: new AssertionVerifier({
      keys: [{ ...(publicKey.export({ format: 'jwk' }) as JWK), ...described, use: 'sig' }],
    }),
  };
}
