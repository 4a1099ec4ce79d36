import type { RegionLevel } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { lockAccount } from '../accounts/accounts.service';
import { stepsAbove } from '../accounts/organisation-facts.service';
import type { AuditActor } from '../audit/audit.service';
import { checkMayAdminister, checkNoPeer, type Granter } from './grants.rules';

/** Who grants, from where, and when. */
export interface Granting {
  principal: Principal;
  actor: AuditActor;
  clock: Clock;
}

export interface AdministeredAppointment {
  id: string;
  accountId: string;
  organisationId: string;
  regionCode: string;
  regionLevel: RegionLevel;
  validFrom: string;
  validTo: string | null;
}

/** The granter as the rules see one. Throws FORBIDDEN for a principal without an appointment. */
export function granterOf(principal: Principal): Granter {
  const { accountId, organisationId, regionCode, regionLevel, roles } = principal;
  if (accountId === null || regionCode === null || regionLevel === null) throw refuse.forbidden();
  return { accountId, organisationId, regionCode, regionLevel, roles };
}

/** Locks an appointment that is not over and that the caller may administer, and tells its roles; what the caller cannot see is NOT_FOUND. */
export async function administeredAppointment(
  tx: ScopedTransaction,
  appointmentId: string,
  by: Granting,
): Promise<{ granter: Granter; appointment: AdministeredAppointment; roles: string[] }> {
  const [holder] = await tx.query<{ accountId: string }>(
    'SELECT account_id AS "accountId" FROM appointment WHERE id = $1',
    [appointmentId],
  );
  if (holder === undefined) throw refuse.notFound('appointmentId');
  await lockAccount(tx, holder.accountId);
  const [appointment] = await tx.query<AdministeredAppointment>(
    `SELECT id, account_id AS "accountId", organisation_id AS "organisationId", region_code AS "regionCode",
            region_level AS "regionLevel", valid_from::text AS "validFrom",
            valid_to::text AS "validTo"
     FROM appointment WHERE id = $1 AND (valid_to IS NULL OR valid_to > $2) FOR UPDATE`,
    [appointmentId, by.clock.today()],
  );
  if (appointment === undefined) throw refuse.notFound('appointmentId');
  const granter = granterOf(by.principal);
  checkMayAdminister(granter, {
    ...appointment,
    isOwnOrSubordinateOrganisation: await isOwnOrSubordinate(tx, granter, appointment.organisationId),
  });
  const roles = await rolesHeld(tx, appointmentId, by.clock.today());
  checkNoPeer(granter, appointment.organisationId, roles);
  return { granter, appointment, roles };
}

/** The roles granted to an appointment that hold or will hold. */
async function rolesHeld(tx: ScopedTransaction, appointmentId: string, today: string): Promise<string[]> {
  const rows = await tx.query<{ role: string }>(
    `SELECT DISTINCT role FROM role_grant
     WHERE appointment_id = $1 AND revoked_at IS NULL AND (valid_to IS NULL OR valid_to > $2::date) ORDER BY role`,
    [appointmentId, today],
  );
  return rows.map(({ role }) => role);
}

export async function isOwnOrSubordinate(
  tx: ScopedTransaction,
  granter: Granter,
  organisationId: string,
): Promise<boolean> {
  if (granter.organisationId === null) return false;
  return (await stepsAbove(tx, granter.organisationId, organisationId)) !== null;
}
