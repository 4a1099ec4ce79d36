import { Refusal, refuse } from '@junxian/errors';
import { AppointmentEnded, recordEvent } from '@junxian/messaging';
import { expectVersion, isExclusionViolation, type ScopedTransaction } from '@junxian/persistence';
import { recordAudit } from '../audit/audit.service';
import { invalidateAppointments } from '../sessions/revocation.service';
import {
  administeredAppointment,
  type Granting,
  granterOf,
  isOwnOrSubordinate,
} from './administered-appointment';
import { announceAppointment, insertAppointment } from './appointments.service';
import {
  checkGrantable,
  checkMayAdminister,
  checkRevocable,
  checkValidity,
  holdsOn,
  type Validity,
} from './grants.rules';
import { regionOfPost } from './region-of-post.service';
import { ORG_ADMIN, roleDefinition } from './role-catalogue';

export interface GrantAppointmentInput {
  accountId: string;
  organisationId: string;
  /** A region inside that of the organisation; its own if left out. */
  regionCode?: string | null;
  post: string;
  roles: readonly string[];
  validFrom?: string | null;
  validTo?: string | null;
}

/**
 * Gives an account a further post (任命岗位) at an organisation, with roles. Returns the appointment's id.
 * The account may belong to another organisation, as long as the granter sees it. Throws the refusals of
 * `checkMayAdminister`, `checkGrantable` and `checkValidity`; NOT_FOUND for an account or organisation
 * outside the granter's region; REGION_NOT_IN_ORGANISATION; ADMIN_EXISTS (DI-ACC-01).
 */
export async function grantAppointment(
  tx: ScopedTransaction,
  input: GrantAppointmentInput,
  by: Granting,
): Promise<string> {
  const granter = granterOf(by.principal);
  const validity: Validity = { from: input.validFrom ?? by.clock.today(), to: input.validTo ?? null };
  checkValidity(validity, by.clock.today());
  const [account] = await tx.query('SELECT 1 FROM account WHERE id = $1 AND status <> $2', [
    input.accountId,
    'DISABLED',
  ]);
  if (account === undefined) throw refuse.notFound('accountId');
  const region = await regionOfPost(tx, input, validity.from);
  checkMayAdminister(granter, {
    accountId: input.accountId,
    ...region,
    isOwnOrSubordinateOrganisation: await isOwnOrSubordinate(tx, granter, input.organisationId),
  });
  for (const [index, role] of input.roles.entries())
    checkGrantable(granter, roleDefinition(role), region, `roles[${index}]`);
  if (input.roles.includes(ORG_ADMIN))
    await refuseSecondAdministrator(tx, input.organisationId, by.clock.today(), 'roles');

  const appointment = { ...input, ...region, validFrom: validity.from, validTo: validity.to };
  const id = await insertAppointment(
    tx,
    { ...appointment, grantedBy: granter.accountId, at: by.clock.now() },
    false,
  );
  await recordAudit(tx, {
    action: 'APPOINTMENT_GRANTED',
    targetType: 'appointment',
    targetId: id,
    after: appointment,
    outcome: 'OK',
    actor: by.actor,
    at: by.clock.now(),
  });
  return id;
}

/**
 * Ends an appointment (终止岗位) on a day, today if none is given: from that day its tokens are refused and
 * its roles are gone. An account left without any cannot sign in until it is appointed anew. Throws those of
 * `checkMayAdminister`, `checkNoPeer` and `checkRevocable` for each of its roles, NOT_FOUND, STALE_VERSION, INVALID_VALIDITY.
 */
export async function endAppointment(
  tx: ScopedTransaction,
  input: { appointmentId: string; on?: string | null; expectedVersion: number },
  by: Granting,
): Promise<void> {
  const { granter, appointment, roles } = await administeredAppointment(tx, input.appointmentId, by);
  // Ending the appointment takes away all that it carries.
  for (const role of roles) checkRevocable(granter, roleDefinition(role));
  const on = input.on ?? by.clock.today();
  if (
    on < by.clock.today() ||
    on < appointment.validFrom ||
    (appointment.validTo !== null && on > appointment.validTo)
  )
    throw new Refusal(
      'INVALID_VALIDITY',
      {
        zh: '终止日期应不早于今天，并在任期之内，请重新填写',
        en: 'It ends today or later and within its validity; choose another date',
      },
      { field: 'on' },
    );
  expectVersion(
    await tx.query(
      `UPDATE appointment SET valid_to = $2, is_primary = false, version = version + 1
       WHERE id = $1 AND version = $3 RETURNING id`,
      [appointment.id, on, input.expectedVersion],
    ),
  );
  await tx.query(
    `UPDATE role_grant SET valid_to = greatest($2::date, valid_from), version = version + 1
     WHERE appointment_id = $1 AND revoked_at IS NULL AND (valid_to IS NULL OR valid_to > $2)`,
    [appointment.id, on],
  );
  await recordEvent(tx, AppointmentEnded, {
    aggregateId: appointment.id,
    aggregateVersion: input.expectedVersion + 1,
    regionCode: appointment.regionCode,
    occurredAt: by.clock.now(),
    data: {
      appointmentId: appointment.id,
      accountId: appointment.accountId,
      organisationId: appointment.organisationId,
      endedOn: on,
    },
  });
  if (on <= by.clock.today())
    await invalidateAppointments(tx, [appointment.id], 'APPOINTMENT_ENDED', () => by.clock.now());
  await recordAudit(tx, {
    action: 'APPOINTMENT_ENDED',
    targetType: 'appointment',
    targetId: appointment.id,
    before: { validTo: appointment.validTo },
    after: { validTo: on },
    outcome: 'OK',
    actor: by.actor,
    at: by.clock.now(),
  });
}

/**
 * Gives an appointment a role (授予角色) for a time; returns the grant's id. Throws those of
 * `checkMayAdminister`, `checkGrantable` and `checkValidity`, NOT_FOUND, ROLE_ALREADY_GRANTED, ADMIN_EXISTS.
 */
export async function grantRole(
  tx: ScopedTransaction,
  input: { appointmentId: string; role: string; validFrom?: string | null; validTo?: string | null },
  by: Granting,
): Promise<string> {
  const { granter, appointment } = await administeredAppointment(tx, input.appointmentId, by);
  checkGrantable(granter, roleDefinition(input.role), appointment, 'role');
  const carrier: Validity = { from: appointment.validFrom, to: appointment.validTo };
  const validity: Validity = {
    from: input.validFrom ?? firstDayOf(carrier, by.clock.today()),
    to: input.validTo ?? carrier.to,
  };
  checkValidity(validity, by.clock.today(), carrier);
  if (input.role === ORG_ADMIN)
    await refuseSecondAdministrator(tx, appointment.organisationId, by.clock.today(), 'role');

  const id = await insertGrant(tx, appointment.id, input.role, validity, granter.accountId);
  await rolesChanged(tx, appointment.id, by);
  await recordAudit(tx, {
    action: 'ROLE_GRANTED',
    targetType: 'appointment',
    targetId: appointment.id,
    after: { grantId: id, role: input.role, validFrom: validity.from, validTo: validity.to },
    outcome: 'OK',
    actor: by.actor,
    at: by.clock.now(),
  });
  return id;
}

/**
 * Takes a role away (撤销角色), at once. Throws those of `checkMayAdminister` and `checkRevocable`, NOT_FOUND,
 * STALE_VERSION (also for a grant already revoked).
 */
export async function revokeRole(
  tx: ScopedTransaction,
  input: { grantId: string; expectedVersion: number },
  by: Granting,
): Promise<string> {
  const [grant] = await tx.query<{ appointmentId: string; role: string }>(
    'SELECT appointment_id AS "appointmentId", role FROM role_grant WHERE id = $1',
    [input.grantId],
  );
  if (grant === undefined) throw refuse.notFound('grantId');
  const { granter, appointment } = await administeredAppointment(tx, grant.appointmentId, by);
  checkRevocable(granter, roleDefinition(grant.role));
  expectVersion(
    await tx.query(
      `UPDATE role_grant SET revoked_at = $3, version = version + 1
       WHERE id = $1 AND version = $2 AND revoked_at IS NULL RETURNING id`,
      [input.grantId, input.expectedVersion, by.clock.now()],
    ),
  );
  await rolesChanged(tx, appointment.id, by);
  await recordAudit(tx, {
    action: 'ROLE_REVOKED',
    targetType: 'appointment',
    targetId: appointment.id,
    before: { grantId: input.grantId, role: grant.role },
    outcome: 'OK',
    actor: by.actor,
    at: by.clock.now(),
  });
  return appointment.id;
}

/** Today, or the day the appointment begins when that is still to come. */
function firstDayOf(appointment: Validity, today: string): string {
  return holdsOn(appointment, today) ? today : appointment.from;
}

/** One administrator for each organisation (DI-ACC-01); further ones go through requestExtraAdmin. */
async function refuseSecondAdministrator(
  tx: ScopedTransaction,
  organisationId: string,
  today: string,
  field: string,
): Promise<void> {
  // Two administrators made at once must wait for each other.
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `administrator ${organisationId}`,
  ]);
  const [holder] = await tx.query(
    `SELECT 1 FROM role_grant g JOIN appointment a ON a.id = g.appointment_id
     WHERE a.organisation_id = $1 AND g.role = $2 AND g.revoked_at IS NULL
       AND (g.valid_to IS NULL OR g.valid_to > $3) AND (a.valid_to IS NULL OR a.valid_to > $3) LIMIT 1`,
    [organisationId, ORG_ADMIN, today],
  );
  if (holder !== undefined)
    throw new Refusal(
      'ADMIN_EXISTS',
      {
        zh: '该单位已有管理员，如人数达到 100 人可申请增加管理员账号',
        en: 'The organisation has an administrator; from 100 people upward an extra account may be requested',
      },
      { field },
    );
}

async function insertGrant(
  tx: ScopedTransaction,
  appointmentId: string,
  role: string,
  validity: Validity,
  grantedBy: string,
): Promise<string> {
  try {
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO role_grant (appointment_id, role, valid_from, valid_to, granted_by)
       VALUES ($1, $2, $3, $4, $5) RETURNING id`,
      [appointmentId, role, validity.from, validity.to, grantedBy],
    );
    return row?.id as string;
  } catch (error) {
    if (!isExclusionViolation(error, 'role_grant_once')) throw error;
    throw new Refusal(
      'ROLE_ALREADY_GRANTED',
      {
        zh: '该岗位在此期间已有此角色，无需重复授予；如需改期请先撤销',
        en: 'The appointment has this role in that time already; revoke it first to change the dates',
      },
      { field: 'role' },
    );
  }
}

async function rolesChanged(tx: ScopedTransaction, appointmentId: string, by: Granting): Promise<void> {
  await tx.query('UPDATE appointment SET version = version + 1 WHERE id = $1', [appointmentId]);
  await announceAppointment(tx, appointmentId, by.clock.now());
  await invalidateAppointments(tx, [appointmentId], 'ROLES_CHANGED', () => by.clock.now());
}
