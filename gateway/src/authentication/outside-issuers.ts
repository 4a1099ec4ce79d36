import { isRegionCode, isRegionLevel } from '@junxian/administrative-region';
import type { OutsideIssuer } from './claims.rules';

/**
 * Reads the file of outside issuers: a list of issuer, jwksUri, audience, claims, allowedRoles and
 * within. Throws Error naming the first fault, so that a gateway with half a mapping does not start.
 */
export function readOutsideIssuers(json: unknown): OutsideIssuer[] {
  if (!Array.isArray(json)) throw new Error('outside issuers: not a list');
  const issuers = json.map((entry, index) =>
    readIssuer(entry as Partial<OutsideIssuer> | null, `outside issuer ${index + 1}`),
  );
  const names = issuers.map(({ issuer }) => issuer);
  if (new Set(names).size < names.length) throw new Error('outside issuers: one is named twice');
  return issuers;
}

function readIssuer(entry: Partial<OutsideIssuer> | null, where: string): OutsideIssuer {
  const { issuer, jwksUri, audience, claims, allowedRoles, within } = entry ?? {};
  for (const [name, value] of Object.entries({ issuer, jwksUri, audience })) {
    if (typeof value !== 'string' || value === '') throw new Error(`${where}: ${name} is missing`);
  }
  if (!URL.canParse(jwksUri!)) throw new Error(`${where}: jwksUri is no URL`);
  if (issuer === 'junxian-directory') throw new Error(`${where}: directory is not an outside issuer`);
  for (const name of ['accountId', 'regionCode', 'regionLevel', 'roles'] as const) {
    if (typeof claims?.[name] !== 'string') throw new Error(`${where}: claims.${name} is missing`);
  }
  if (!Array.isArray(allowedRoles) || !allowedRoles.every((role) => /^[a-z-]+:[A-Z_]+$/.test(String(role)))) {
    throw new Error(`${where}: allowedRoles is no list of service:ROLE`);
  }
  if (!isRegionCode(String(within?.regionCode)) || !isRegionLevel(String(within?.regionLevel))) {
    throw new Error(`${where}: within names no region`);
  }
  return entry as OutsideIssuer;
}
