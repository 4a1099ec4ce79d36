import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JWK, type Principal, signAssertion } from '@junxian/identity';
import type { GraphAnswer } from '@junxian/test-kit';
import type { System } from './system';

/** Asks a subgraph itself, past the gateway, vouched for with the gateway's own key as the holder of an access token. */
export async function askSubgraph(
  system: System,
  subgraph: string,
  principal: Principal,
  document: string,
  variables: Record<string, unknown>,
): Promise<GraphAnswer> {
  const key = JSON.parse(
    readFileSync(join(system.dataDir, 'secrets', 'assertion_key_gateway.json'), 'utf8'),
  ) as JWK;
  const assertion = await signAssertion(principal, key, {
    issuer: 'gateway',
    lifetimeSeconds: 30,
    now: system.now(),
  });
  const response = await fetch(`${system.process(subgraph).origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-junxian-assertion': assertion },
    body: JSON.stringify({ query: document, variables }),
  });
  return { status: response.status, ...((await response.json()) as Omit<GraphAnswer, 'status'>) };
}

/** Who an access token speaks for, as the gateway reads it. */
export function principalOf(accessToken: string): Principal {
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1]!, 'base64url').toString());
  return {
    kind: claims.knd ?? 'OFFICER',
    accountId: claims.sub,
    sessionId: claims.sid,
    appointmentId: claims.apt ?? null,
    organisationId: claims.org ?? null,
    regionCode: claims.reg ?? null,
    regionLevel: claims.lvl ?? null,
    roles: claims.roles,
    operatorName: claims.opn ?? null,
    pending: claims.pnd ?? false,
    citizenId: claims.cit ?? null,
  };
}
