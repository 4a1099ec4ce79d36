import { isWithin, type RegionLevel, scopeRange } from '@junxian/administrative-region';

export type PrincipalKind = 'OFFICER' | 'CITIZEN' | 'SERVICE' | 'ANONYMOUS';

/** Who asks: one account acting for exactly one appointment (architecture §2). */
export interface Principal {
  kind: PrincipalKind;
  accountId: string | null;
  sessionId: string | null;
  appointmentId: string | null;
  organisationId: string | null;
  /** Region of the acting appointment, with its stored level; null for citizens and services. */
  regionCode: string | null;
  regionLevel: RegionLevel | null;
  /** `service:ROLE`, for example `poverty-alleviation:OPERATOR`. */
  roles: readonly string[];
  /** Who sits at a shared account (DI-SES-04). */
  operatorName: string | null;
  /** The account must still be activated or change its password (DI-ACC-08). */
  pending: boolean;
  citizenId?: string | null;
}

/** What the database is told about who asks; row-level security reads nothing else. */
export interface Scope {
  actor: 'CALLER' | 'SERVICE' | 'ANONYMOUS';
  /** Half-open range of region codes: `low <= code < high`. Two empty strings hold no row. */
  regionLow: string;
  regionHigh: string;
  regionLevel: RegionLevel | null;
  organisationId: string | null;
  accountId: string | null;
  appointmentId: string | null;
  citizenId: string | null;
  roles: readonly string[];
  /** Why a service acts without a caller; null for callers. */
  purpose: string | null;
}

/** Whether a region or natural-village code lies in what a scope covers. */
export const isInScope = ({ regionLow: low, regionHigh: high }: Scope, code: string): boolean =>
  isWithin(code, { low, high });

/** Nobody has signed in. */
export const ANONYMOUS: Principal = Object.freeze({
  kind: 'ANONYMOUS',
  accountId: null,
  sessionId: null,
  appointmentId: null,
  organisationId: null,
  regionCode: null,
  regionLevel: null,
  roles: [],
  operatorName: null,
  pending: false,
  citizenId: null,
});

/** The principal of a service that calls another: no region, the one role `service:<name>`. */
export function servicePrincipal(service: string): Principal {
  return { ...ANONYMOUS, kind: 'SERVICE', accountId: `service:${service}`, roles: [`service:${service}`] };
}

/**
 * The scope a principal's statements run in. Without a region the range is empty, so that a
 * principal with a missing region sees nothing rather than everything. An account that is still
 * pending has neither a range nor a role: policies and look-ups that ask for a role alone answer nothing.
 */
export function scopeOf(principal: Principal): Scope {
  const { regionCode, regionLevel, pending } = principal;
  const range =
    regionCode !== null && regionLevel !== null && !pending
      ? scopeRange(regionCode, regionLevel)
      : { low: '', high: '' };
  return {
    actor: principal.kind === 'ANONYMOUS' ? 'ANONYMOUS' : 'CALLER',
    regionLow: range.low,
    regionHigh: range.high,
    regionLevel,
    organisationId: principal.organisationId,
    accountId: principal.accountId,
    appointmentId: principal.appointmentId,
    citizenId: principal.citizenId ?? null,
    roles: pending ? [] : principal.roles,
    purpose: null,
  };
}

/**
 * The scope of work that no caller asked for (an event consumer, a scheduler, signing in before
 * there is a principal): the whole country, as the service itself. `purpose` names the work.
 */
export function serviceScope(purpose: string): Scope {
  const nation = scopeRange('000000000000', 'NATION');
  return {
    actor: 'SERVICE',
    regionLow: nation.low,
    regionHigh: nation.high,
    regionLevel: 'NATION',
    organisationId: null,
    accountId: null,
    appointmentId: null,
    citizenId: null,
    roles: [],
    purpose,
  };
}

/**
 * The scope of one account and nothing else: no region, no roles unless given. For somebody who holds a link or a code
 * rather than an appointment; row-level security shows what is the account's own.
 */
export function accountScope(accountId: string, roles: readonly string[] = []): Scope {
  return {
    actor: 'CALLER',
    regionLow: '',
    regionHigh: '',
    regionLevel: null,
    organisationId: null,
    accountId,
    appointmentId: null,
    citizenId: null,
    roles,
    purpose: null,
  };
}
