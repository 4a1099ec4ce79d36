import { applyMoves, type RegionLevel, type RegionMove, scopeRange } from '@junxian/administrative-region';
import { dateInShanghai, startOfDayInShanghai } from '@junxian/calendar';
import { AppointmentGranted, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { ORG_ADMIN, SUPERIOR_ADMIN, withImpliedRoles } from './role-catalogue';

/** An appointment as sign-in puts it into a token: one region, one organisation, one set of roles. */
export interface ActingAppointment {
  id: string;
  organisationId: string;
  regionCode: string;
  regionLevel: RegionLevel;
  post: string;
  /** Granted and implied roles valid today, and SUPERIOR_ADMIN where it follows from the tree. Sorted. */
  roles: string[];
  isPrimary: boolean;
}

interface ActingRow {
  id: string;
  organisation_id: string;
  region_code: string;
  region_level: RegionLevel;
  post: string;
  is_primary: boolean;
  roles: string[];
  has_subordinates: boolean;
}

/**
 * The appointments an account may act for on a day, the primary one first. Each carries its own roles
 * only: two posts never add up (architecture §2). SUPERIOR_ADMIN is never granted; an ORG_ADMIN whose
 * organisation has subordinates has it by the tree.
 */
export async function appointmentsForSignIn(
  tx: ScopedTransaction,
  accountId: string,
  today: string,
): Promise<ActingAppointment[]> {
  const rows = await tx.query<ActingRow>(
    `SELECT a.id, a.organisation_id, a.region_code, a.region_level, a.post, a.is_primary,
            ARRAY(SELECT g.role FROM role_grant g
                  WHERE g.appointment_id = a.id AND g.revoked_at IS NULL
                    AND g.valid_from <= $2 AND (g.valid_to IS NULL OR g.valid_to > $2)) AS roles,
            EXISTS (SELECT 1 FROM organisation o
                    WHERE o.superior_id = a.organisation_id AND (o.valid_to IS NULL OR o.valid_to > $2)) AS has_subordinates
     FROM appointment a
     WHERE a.account_id = $1 AND a.valid_from <= $2 AND (a.valid_to IS NULL OR a.valid_to > $2)
     ORDER BY a.is_primary DESC, a.id`,
    [accountId, today],
  );
  return rows.map((row) => ({
    id: row.id,
    organisationId: row.organisation_id,
    regionCode: row.region_code,
    regionLevel: row.region_level,
    post: row.post,
    roles: actingRoles(row.roles, row.has_subordinates),
    isPrimary: row.is_primary,
  }));
}

function actingRoles(granted: readonly string[], hasSubordinates: boolean): string[] {
  const derived = hasSubordinates && granted.includes(ORG_ADMIN) ? [SUPERIOR_ADMIN] : [];
  return withImpliedRoles([...granted, ...derived]);
}

export interface NewAppointment {
  accountId: string;
  organisationId: string;
  regionCode: string;
  regionLevel: RegionLevel;
  post: string;
  roles: readonly string[];
  grantedBy: string | null;
  validFrom: string;
  validTo?: string | null;
  /** When it was granted; the start of `validFrom` if left out. */
  at?: Date;
}

/**
 * Gives a new account its first appointment, with its roles; returns its id. The caller has decided that
 * the account may be opened, and audits that; no grant rules are checked here. Announced as
 * appointment.granted.
 */
export function createPrimaryAppointment(
  tx: ScopedTransaction,
  appointment: NewAppointment,
): Promise<string> {
  return insertAppointment(tx, appointment, true);
}

/** Stores an appointment with its roles and announces it; returns its id. */
export async function insertAppointment(
  tx: ScopedTransaction,
  appointment: NewAppointment,
  isPrimary: boolean,
): Promise<string> {
  const { accountId, organisationId, regionCode, regionLevel, post, roles, grantedBy, validFrom } =
    appointment;
  const validTo = appointment.validTo ?? null;
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO appointment (account_id, organisation_id, region_code, region_level, post, is_primary,
                              valid_from, valid_to, granted_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
    [accountId, organisationId, regionCode, regionLevel, post, isPrimary, validFrom, validTo, grantedBy],
  );
  const id = rows[0]?.id as string;
  await tx.query(
    `INSERT INTO role_grant (appointment_id, role, valid_from, valid_to, granted_by)
     SELECT $1, role, $3, $4, $5 FROM unnest($2::text[]) AS role`,
    [id, [...new Set(roles)], validFrom, validTo, grantedBy],
  );
  await announceAppointment(tx, id, appointment.at ?? startOfDayInShanghai(validFrom));
  return id;
}

/**
 * Publishes what an appointment is now, with the roles that are valid at that instant or will be. Also after a
 * change of its roles or region: the event carries the whole, so a consumer needs no other.
 */
export async function announceAppointment(tx: ScopedTransaction, id: string, at: Date): Promise<void> {
  const [row] = await tx.query<AnnouncedRow>(
    `SELECT a.account_id AS "accountId", a.organisation_id AS "organisationId", a.region_code AS "regionCode",
            a.region_level AS "regionLevel", a.valid_from::text AS "validFrom", a.valid_to::text AS "validTo", a.version,
            ARRAY(SELECT DISTINCT g.role FROM role_grant g
                  WHERE g.appointment_id = a.id AND g.revoked_at IS NULL
                    AND (g.valid_to IS NULL OR g.valid_to > $2::date) ORDER BY g.role) AS roles
     FROM appointment a WHERE a.id = $1`,
    [id, dateInShanghai(at)],
  );
  if (row === undefined) throw new Error('an appointment was changed that cannot be read');
  const { version, ...data } = row;
  await recordEvent(tx, AppointmentGranted, {
    aggregateId: id,
    aggregateVersion: version,
    regionCode: data.regionCode,
    occurredAt: at,
    data: { appointmentId: id, ...data },
  });
}

interface AnnouncedRow {
  accountId: string;
  organisationId: string;
  regionCode: string;
  regionLevel: RegionLevel;
  validFrom: string;
  validTo: string | null;
  version: number;
  roles: string[];
}

/**
 * Follows a re-coding of regions (DI-REG-10): the regions of appointments, ended ones included, go over
 * to the new codes. Returns the ids of those that changed, whose tokens carry the old code. Runs in the
 * transaction that applies the change, in a service scope.
 */
export async function followRegionMoves(
  tx: ScopedTransaction,
  moves: readonly RegionMove[],
): Promise<string[]> {
  const ranges = moves.map((move) => scopeRange(move.from, move.level));
  const touched = await tx.query<{ id: string; region_code: string }>(
    `SELECT DISTINCT a.id, a.region_code
     FROM unnest($1::text[], $2::text[]) AS moved(low, high)
     JOIN appointment a ON a.region_code >= moved.low COLLATE "C" AND a.region_code < moved.high COLLATE "C"
     ORDER BY a.id`,
    [ranges.map(({ low }) => low), ranges.map(({ high }) => high)],
  );
  const changed = touched
    .map(({ id, region_code }) => ({ id, from: region_code, to: applyMoves(region_code, moves) }))
    .filter(({ from, to }) => from !== to);
  await tx.query(
    `UPDATE appointment a SET region_code = moved.code, version = version + 1
     FROM unnest($1::uuid[], $2::text[]) AS moved(id, code) WHERE a.id = moved.id`,
    [changed.map(({ id }) => id), changed.map(({ to }) => to)],
  );
  return changed.map(({ id }) => id);
}
