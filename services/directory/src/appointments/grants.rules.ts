import { isWithin, type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import { ORG_ADMIN, type RoleDefinition, SYSTEM_STAFF } from './role-catalogue';

/** Who hands out: the acting appointment of the caller, nothing else the account may hold. */
export interface Granter {
  accountId: string;
  organisationId: string | null;
  regionCode: string;
  regionLevel: RegionLevel;
  roles: readonly string[];
}

/** Whose appointment it is about. */
export interface Holder {
  accountId: string;
  regionCode: string;
  regionLevel: RegionLevel;
  /** The organisation is the granter's own or stands below it in the tree (DI-ORG-04). */
  isOwnOrSubordinateOrganisation: boolean;
}

/** Half-open: `to` is the first day on which it no longer holds; null is open. */
export interface Validity {
  from: string;
  to: string | null;
}

const text = {
  ownAppointment: {
    zh: '不能为本人任命或授权，请由上级管理员办理',
    en: 'Nobody appoints or authorises themselves; ask your superior administrator',
  },
  notSubordinate: {
    zh: '该单位不是本单位或下级单位，请由其上级管理员办理',
    en: 'The organisation is neither your own nor below it; ask its superior administrator',
  },
  unknownRole: {
    zh: '没有该角色，请从角色目录中选择',
    en: 'There is no such role; choose one of the catalogue',
  },
  derived: {
    zh: '该角色由隶属关系或身份产生，不能授予',
    en: 'This role follows from the tree or the kind of person and cannot be granted',
  },
  beyondOwn: {
    zh: '您无权授予该角色，请由系统运维人员或持有该角色的管理员办理',
    en: 'You cannot grant this role; ask system staff or an administrator who holds it',
  },
};

/**
 * Whether the granter may change appointments and roles of the holder at all. "Nobody grants beyond
 * their own appointment" (architecture §2):
 * - never for oneself;
 * - only as SYSTEM_STAFF or ORG_ADMIN in the acting appointment;
 * - only where the holder's region lies inside the granter's own, compared by the stored levels;
 * - an ORG_ADMIN only for the own organisation and those below it: there it is the catalogue's
 *   SUPERIOR_ADMIN, which is read from the tree at each decision and never stored.
 * Throws OWN_APPOINTMENT, FORBIDDEN, OUT_OF_REGION or NOT_SUBORDINATE.
 */
export function checkMayAdminister(granter: Granter, holder: Holder): void {
  if (granter.accountId === holder.accountId)
    throw new Refusal('OWN_APPOINTMENT', text.ownAppointment, { httpStatus: 403 });
  const isStaff = granter.roles.includes(SYSTEM_STAFF);
  if (!isStaff && !granter.roles.includes(ORG_ADMIN)) throw refuse.forbidden();
  if (!isInside(granter, holder)) throw refuse.outOfRegion('regionCode');
  if (!isStaff && !holder.isOwnOrSubordinateOrganisation)
    throw new Refusal('NOT_SUBORDINATE', text.notSubordinate, { httpStatus: 403 });
}

/**
 * Whether the granter stands above this appointment: who administers the same organisation is a peer, and
 * only a superior takes from or gives to one (as with passwords, DI-ACC-14). Throws FORBIDDEN.
 */
export function checkNoPeer(granter: Granter, organisationId: string, rolesHeld: readonly string[]): void {
  const isPeer = granter.organisationId === organisationId && rolesHeld.includes(ORG_ADMIN);
  if (isPeer && !granter.roles.includes(SYSTEM_STAFF)) throw refuse.forbidden();
}

function isInside(granter: Granter, holder: Holder): boolean {
  const own = scopeRange(granter.regionCode, granter.regionLevel);
  const theirs = scopeRange(holder.regionCode, holder.regionLevel);
  return isWithin(holder.regionCode, own) && theirs.low >= own.low && theirs.high <= own.high;
}

/**
 * Whether this role may go to this holder from this granter (who passed {@link checkMayAdminister}):
 * - NOBODY roles never: SUPERIOR_ADMIN is derived, STUDENT belongs to another kind of person;
 * - STAFF roles from SYSTEM_STAFF, or from an administrator who holds the very role in the acting
 *   appointment; SYSTEM_STAFF itself from SYSTEM_STAFF only;
 * - ADMINISTRATOR roles, the daily working roles of the services, from any administrator. An
 *   administrator need not hold them: who hands out an operator's role should not have to be one.
 *   The region check keeps such a role inside the granter's own area all the same;
 * - only at the levels the role is made for (PROVINCE_ADMIN: a province appointment).
 * Throws ROLE_UNKNOWN, ROLE_NOT_GRANTABLE, ROLE_BEYOND_OWN or ROLE_LEVEL_MISMATCH, each with `field`.
 */
export function checkGrantable(
  granter: Granter,
  role: RoleDefinition | undefined,
  holder: Pick<Holder, 'regionLevel'>,
  field: string,
): void {
  if (role === undefined) throw new Refusal('ROLE_UNKNOWN', text.unknownRole, { field });
  if (role.grantableBy === 'NOBODY') throw new Refusal('ROLE_NOT_GRANTABLE', text.derived, { field });
  if (role.grantableBy === 'STAFF' && !granter.roles.includes(SYSTEM_STAFF)) {
    if (role.code === SYSTEM_STAFF || !granter.roles.includes(role.code))
      throw new Refusal('ROLE_BEYOND_OWN', text.beyondOwn, { field, httpStatus: 403 });
  }
  if (role.levels.length > 0 && !role.levels.includes(holder.regionLevel)) {
    throw new Refusal(
      'ROLE_LEVEL_MISMATCH',
      {
        zh: `角色“${role.nameZh}”只能授予 ${role.levels.join('、')} 级岗位，请选择相应级别的岗位`,
        en: `The role "${role.nameEn}" goes to appointments of level ${role.levels.join(', ')} only; choose such an appointment`,
      },
      { field },
    );
  }
}

/** Whether the role may be taken away by this granter: what one may not give one may not take. */
export function checkRevocable(granter: Granter, role: RoleDefinition | undefined): void {
  if (role === undefined || role.grantableBy === 'NOBODY')
    throw new Refusal('ROLE_NOT_GRANTABLE', text.derived);
  const isStaff = granter.roles.includes(SYSTEM_STAFF);
  if (
    role.grantableBy === 'STAFF' &&
    !isStaff &&
    (role.code === SYSTEM_STAFF || !granter.roles.includes(role.code))
  )
    throw new Refusal('ROLE_BEYOND_OWN', text.beyondOwn, { httpStatus: 403 });
}

/**
 * The validity of a grant: it starts today or later, ends after it starts, and lies inside the
 * validity of what carries it, if given. Throws INVALID_VALIDITY with the field at fault.
 */
export function checkValidity(validity: Validity, today: string, inside?: Validity): void {
  const refuseValidity = (field: string, zh: string, en: string) =>
    new Refusal('INVALID_VALIDITY', { zh, en }, { field });
  if (validity.from < today)
    throw refuseValidity(
      'validFrom',
      '生效日期不能早于今天，请重新填写',
      'It cannot start before today; choose another date',
    );
  if (validity.to !== null && validity.to <= validity.from)
    throw refuseValidity(
      'validTo',
      '截止日期必须晚于生效日期，请重新填写',
      'It must end after it starts; choose another date',
    );
  if (inside === undefined) return;
  if (validity.from < inside.from || (inside.to !== null && validity.from >= inside.to))
    throw refuseValidity(
      'validFrom',
      '生效日期不在岗位任期之内，请重新填写',
      'It starts outside the appointment; choose another date',
    );
  if (inside.to !== null && (validity.to === null || validity.to > inside.to))
    throw refuseValidity(
      'validTo',
      '截止日期不能晚于岗位截止日期，请重新填写',
      'It cannot outlast the appointment; choose an earlier end',
    );
}

/** Whether something holds on a day. */
export function holdsOn(validity: Validity, day: string): boolean {
  return validity.from <= day && (validity.to === null || day < validity.to);
}
