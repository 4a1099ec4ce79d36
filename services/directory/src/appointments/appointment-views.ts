import type { RegionLevel } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';

export interface AppointmentView {
  id: string;
  accountId: string;
  organisationId: string;
  regionCode: string;
  regionLevel: RegionLevel;
  post: string;
  isPrimary: boolean;
  validFrom: string;
  validTo: string | null;
  version: number;
}

export interface RoleGrantView {
  id: string;
  appointmentId: string;
  role: string;
  validFrom: string;
  validTo: string | null;
  version: number;
}

const COLUMNS = `id, account_id AS "accountId", organisation_id AS "organisationId", region_code AS "regionCode",
  region_level AS "regionLevel", post, is_primary AS "isPrimary", valid_from::text AS "validFrom",
  valid_to::text AS "validTo", version`;

/** Appointments of an account in the caller's scope, the primary one first; with `day`, only those not over by then. */
export function appointmentsOf(
  tx: ScopedTransaction,
  accountId: string,
  day: string | null,
): Promise<AppointmentView[]> {
  return tx.query<AppointmentView>(
    `SELECT ${COLUMNS} FROM appointment
     WHERE account_id = $1 AND ($2::date IS NULL OR valid_to IS NULL OR valid_to > $2::date)
     ORDER BY is_primary DESC, id`,
    [accountId, day],
  );
}

/** One appointment. Throws NOT_FOUND outside the caller's scope. */
export async function appointmentView(tx: ScopedTransaction, id: string): Promise<AppointmentView> {
  const [view] = await tx.query<AppointmentView>(`SELECT ${COLUMNS} FROM appointment WHERE id = $1`, [id]);
  if (view === undefined) throw refuse.notFound('id');
  return view;
}

export interface AppointmentLoaders {
  appointment: DataLoader<string, AppointmentView | null>;
  roleGrants: DataLoader<string, RoleGrantView[]>;
}

/** Batches what lists of appointments ask for, one statement each. */
export function appointmentLoaders(read: () => Promise<ScopedTransaction>): AppointmentLoaders {
  return {
    appointment: new DataLoader(async (ids) => {
      const rows = await (await read()).query<AppointmentView>(
        `SELECT ${COLUMNS} FROM appointment WHERE id = ANY ($1::uuid[])`,
        [ids.filter(isUuid)],
      );
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id.toLowerCase()) ?? null);
    }),
    roleGrants: new DataLoader(async (ids) => {
      const rows = await (await read()).query<RoleGrantView>(
        `SELECT id, appointment_id AS "appointmentId", role, valid_from::text AS "validFrom",
                valid_to::text AS "validTo", version
         FROM role_grant WHERE appointment_id = ANY ($1::uuid[]) AND revoked_at IS NULL ORDER BY role, valid_from`,
        [ids],
      );
      return ids.map((id) => rows.filter((row) => row.appointmentId === id));
    }),
  };
}
