import {
  isRegionCode,
  isWithin,
  levelDepth,
  levelOfCode,
  type RegionLevel,
  scopeRange,
} from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import type { Mask } from './mask.rules';

/** What one `@access` says. */
export interface AccessRule {
  public: boolean;
  /** Empty: every officer or service. */
  roles: readonly string[];
  /** Path of an argument, `input.regionCode`. */
  region: string | null;
  minRegionLevel: RegionLevel | null;
  operatorLevel: RegionLevel | null;
  pending: boolean;
  /** Without roles: also open to citizens in person. */
  citizens: boolean;
}

/** What one `@masked` says. */
export interface MaskRule {
  as: Mask;
  reveal: readonly string[];
}

/** `petitions:*` stands for any role of that service. */
const holdsOneOf = (principal: Principal, roles: readonly string[]) =>
  roles.some((role) =>
    role.endsWith(':*')
      ? principal.roles.some((held) => held.startsWith(role.slice(0, -1)))
      : principal.roles.includes(role),
  );

const MUST_ACTIVATE = new Refusal(
  'ACTIVATION_REQUIRED',
  {
    zh: '请先激活账号或修改密码，然后再进行其他操作',
    en: 'Activate the account or change its password first; nothing else is allowed before',
  },
  { httpStatus: 403 },
);

/**
 * Decides whether a principal may use a field with these arguments. Returns null for yes, else the
 * refusal: UNAUTHENTICATED, ACTIVATION_REQUIRED, FORBIDDEN, OUT_OF_REGION or SCOPE_TOO_WIDE.
 */
export function decideAccess(
  rule: AccessRule,
  principal: Principal,
  args: Readonly<Record<string, unknown>>,
): Refusal | null {
  if (rule.public) return null;
  if (principal.kind === 'ANONYMOUS') return refuse.unauthenticated();
  if (principal.pending && !rule.pending) return MUST_ACTIVATE;
  if (
    rule.roles.length > 0
      ? !holdsOneOf(principal, rule.roles)
      : principal.kind === 'CITIZEN' && !rule.citizens
  )
    return refuse.forbidden();
  if (rule.operatorLevel !== null && !isAtLeastAsWide(principal.regionLevel, rule.operatorLevel))
    return refuse.forbidden();
  return decideRegion(rule, principal, args);
}

function decideRegion(
  rule: AccessRule,
  principal: Principal,
  args: Readonly<Record<string, unknown>>,
): Refusal | null {
  if (rule.region === null && rule.minRegionLevel === null) return null;
  const given = rule.region === null ? undefined : valueAt(args, rule.region);
  if (given !== undefined && given !== null) {
    if (typeof given !== 'string' || !isRegionCode(given) || !contains(principal, given)) {
      return refuse.outOfRegion(rule.region ?? undefined);
    }
  }
  if (rule.minRegionLevel !== null) {
    const level = typeof given === 'string' ? levelOfCode(given) : principal.regionLevel;
    if (level === null || levelDepth(level) < levelDepth(rule.minRegionLevel)) return scopeTooWide(rule);
  }
  return null;
}

function scopeTooWide(rule: AccessRule): Refusal {
  return new Refusal(
    'SCOPE_TOO_WIDE',
    { zh: '查询范围过大，请选择更小一级的行政区划', en: 'The area is too wide; choose a narrower region' },
    { field: rule.region ?? undefined, details: { minRegionLevel: rule.minRegionLevel } },
  );
}

/**
 * Decides `reveal: true` on a masked field: null for yes (or when no reveal is asked), FORBIDDEN for
 * somebody without one of the mask's roles.
 */
export function decideReveal(
  mask: MaskRule,
  principal: Principal,
  args: Readonly<Record<string, unknown>>,
): Refusal | null {
  if (args.reveal !== true) return null;
  return holdsOneOf(principal, mask.reveal) ? null : refuse.forbidden('reveal');
}

const contains = (principal: Principal, code: string): boolean =>
  principal.regionCode !== null &&
  principal.regionLevel !== null &&
  isWithin(code, scopeRange(principal.regionCode, principal.regionLevel));

const isAtLeastAsWide = (level: RegionLevel | null, wanted: RegionLevel): boolean =>
  level !== null && levelDepth(level) <= levelDepth(wanted);

function valueAt(args: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = args;
  for (const part of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
