import { createHash } from 'node:crypto';
import {
  isRegionCode,
  isRegionLevel,
  isWithin,
  levelDepth,
  type RegionLevel,
  scopeRange,
} from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import { ANONYMOUS, type Principal } from '@junxian/identity';
import type { JWTPayload } from 'jose';

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

function regionOf(
  code: unknown,
  level: unknown,
): { regionCode: string | null; regionLevel: RegionLevel | null } {
  if (code === undefined || code === null || code === '') return { regionCode: null, regionLevel: null };
  if (typeof code !== 'string' || !isRegionCode(code) || typeof level !== 'string' || !isRegionLevel(level))
    throw refuse.unauthenticated();
  return { regionCode: code, regionLevel: level };
}

/**
 * The principal an access token of directory stands for. Takes the verified claims (sub, sid, apt,
 * org, reg, lvl, roles, opn, knd, pnd); refuses UNAUTHENTICATED when one is missing or misshapen.
 */
export function principalOfClaims(claims: JWTPayload): Principal {
  const kind = claims.knd ?? 'OFFICER';
  const accountId = text(claims.sub);
  const sessionId = text(claims.sid);
  if ((kind !== 'OFFICER' && kind !== 'CITIZEN') || accountId === null || sessionId === null) {
    throw refuse.unauthenticated();
  }
  return Object.freeze({
    kind,
    accountId,
    sessionId,
    appointmentId: text(claims.apt),
    organisationId: text(claims.org),
    ...regionOf(claims.reg, claims.lvl),
    roles: Object.freeze(texts(claims.roles)),
    operatorName: text(claims.opn),
    pending: claims.pnd === true,
    citizenId: text(claims.cit),
  });
}

/** An OpenID Connect issuer outside Junxian whose tokens are accepted within bounds. */
export interface OutsideIssuer {
  issuer: string;
  jwksUri: string;
  audience: string;
  /** Where each fact stands in a token; a dotted path reaches into objects. */
  claims: {
    accountId: string;
    regionCode: string;
    regionLevel: string;
    organisationId?: string | undefined;
    roles: string;
  };
  /** Roles the issuer may give; others are dropped. */
  allowedRoles: readonly string[];
  /** Widest region its people may act for. */
  within: { regionCode: string; regionLevel: RegionLevel };
}

/**
 * The principal a token of an outside issuer stands for, clamped to what the issuer may give: only
 * allowed roles, only a region within the issuer's. Refuses UNAUTHENTICATED when the account, the
 * region or its level is missing, and FORBIDDEN when the region lies outside.
 */
export function principalOfOutsideClaims(claims: JWTPayload, issuer: OutsideIssuer): Principal {
  const accountId = text(claimAt(claims, issuer.claims.accountId));
  const { regionCode, regionLevel } = regionOf(
    claimAt(claims, issuer.claims.regionCode),
    claimAt(claims, issuer.claims.regionLevel),
  );
  if (accountId === null || regionCode === null || regionLevel === null) throw refuse.unauthenticated();
  const bounds = scopeRange(issuer.within.regionCode, issuer.within.regionLevel);
  const isInside =
    isWithin(regionCode, bounds) && levelDepth(regionLevel) >= levelDepth(issuer.within.regionLevel);
  if (!isInside) throw refuse.forbidden();
  const organisation = issuer.claims.organisationId;
  const session = text(claims.sid) ?? text(claims.jti);
  const roles = texts(claimAt(claims, issuer.claims.roles)).filter((role) =>
    issuer.allowedRoles.includes(role),
  );
  return Object.freeze({
    ...ANONYMOUS,
    kind: 'OFFICER',
    accountId: idWithin(issuer, 'account', accountId),
    sessionId: session === null ? null : idWithin(issuer, 'session', session),
    organisationId: organisation === undefined ? null : uuidOrNull(claimAt(claims, organisation)),
    regionCode,
    regionLevel,
    roles: Object.freeze(roles),
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const uuidOrNull = (value: unknown): string | null =>
  typeof value === 'string' && UUID.test(value) ? value : null;

/** Our id of something an issuer names: always the same, a UUID as everywhere, and never that of another issuer's or our own. */
function idWithin(issuer: OutsideIssuer, kind: string, name: string): string {
  const bytes = createHash('sha256')
    .update(`${issuer.issuer}\u0000${kind}\u0000${name}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function claimAt(claims: JWTPayload, path: string): unknown {
  // A claim name may itself hold dots (https://example.org/region), so the whole name is tried first.
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const part of path.split('.')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
