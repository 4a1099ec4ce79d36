import { levelOfCode, referenceRegions } from '@junxian/administrative-region';
import type {
  AccountActivated,
  AccountDisabled,
  AccountEnabled,
  AppointmentEnded,
  AppointmentGranted,
  EventOf,
  OrganisationChanged,
  OrganisationConverted,
  OrganisationRegistered,
  OrganisationRemoved,
  OrganisationRestored,
} from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { noteMovedOrganisations } from '../statistics/recount.service';
import { looksLikeBureau } from './bureaus.rules';
import { returnOrphanedTasks } from './orphaned-tasks.service';
import { toldCode } from './told-codes.service';

export type OrganisationEvent =
  | EventOf<typeof OrganisationRegistered>
  | EventOf<typeof OrganisationChanged>
  | EventOf<typeof OrganisationConverted>
  | EventOf<typeof OrganisationRemoved>
  | EventOf<typeof OrganisationRestored>;

/** Keeps what this service knows of an organisation, in the region where it lies after all changes received. What an administrator decided about being a bureau stays. */
export async function followOrganisation(tx: ScopedTransaction, event: OrganisationEvent): Promise<void> {
  const { organisationId, sealName, kind, superiorId } = event.data;
  const toldAt = new Date(event.time);
  const { regionCode, epoch } = await toldCode(tx, event.data.regionCode, toldAt);
  const [row] = await tx.query<{ isBureau: boolean }>(
    `INSERT INTO organisation AS o (id, seal_name, kind, region_code, region_level, superior_id, is_bureau, removed, directory_version,
       region_epoch, told_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (id) DO UPDATE SET seal_name = EXCLUDED.seal_name, kind = EXCLUDED.kind, region_code = EXCLUDED.region_code,
       region_level = EXCLUDED.region_level, superior_id = EXCLUDED.superior_id, removed = EXCLUDED.removed,
       is_bureau = CASE WHEN o.bureau_decided_by IS NULL THEN EXCLUDED.is_bureau ELSE o.is_bureau END,
       directory_version = EXCLUDED.directory_version, version = o.version + 1,
       region_epoch = EXCLUDED.region_epoch, told_at = EXCLUDED.told_at
     RETURNING is_bureau AS "isBureau"`,
    [
      organisationId,
      sealName,
      kind,
      regionCode,
      referenceRegions().levelOf(regionCode) ?? levelOfCode(regionCode),
      superiorId,
      looksLikeBureau({ kind, sealName }),
      event.type.endsWith('.removed.v1'),
      event.aggregateversion ?? 0,
      epoch,
      toldAt,
    ],
  );
  await noteMovedOrganisations(tx, [organisationId]);
  if (row!.isBureau) await tx.query('SELECT pt_sec_01_show_subtree($1)', [organisationId]);
}

/** Keeps an officer's appointment, in the region it is for after all changes received, and lets to-dos that thereby have nobody go back to the unit inbox. */
export async function followAppointment(
  tx: ScopedTransaction,
  event: EventOf<typeof AppointmentGranted>,
  today: string,
  at: Date,
): Promise<void> {
  const { appointmentId, accountId, organisationId, regionLevel, roles, validFrom, validTo } = event.data;
  const toldAt = new Date(event.time);
  const { regionCode, epoch } = await toldCode(tx, event.data.regionCode, toldAt);
  await tx.query(
    `INSERT INTO officer_appointment AS a (id, account_id, organisation_id, region_code, region_level, roles, valid_from, valid_to, directory_version,
       region_epoch, told_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (id) DO UPDATE SET region_code = EXCLUDED.region_code, region_level = EXCLUDED.region_level, roles = EXCLUDED.roles,
       valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, directory_version = EXCLUDED.directory_version,
       region_epoch = EXCLUDED.region_epoch, told_at = EXCLUDED.told_at`,
    [
      appointmentId,
      accountId,
      organisationId,
      regionCode,
      regionLevel,
      roles.filter((role) => role.startsWith('petitions:')),
      validFrom,
      validTo,
      event.aggregateversion ?? 0,
      epoch,
      toldAt,
    ],
  );
  await returnOrphanedTasks(tx, { accountId }, today, at);
}

/** Ends an officer's appointment; to-dos that have nobody now go back to the unit inbox. */
export async function followEndOfAppointment(
  tx: ScopedTransaction,
  { data: { appointmentId, accountId, endedOn } }: EventOf<typeof AppointmentEnded>,
  today: string,
  at: Date,
): Promise<void> {
  await tx.query('UPDATE officer_appointment SET ended_on = $2 WHERE id = $1', [appointmentId, endedOn]);
  await returnOrphanedTasks(tx, { accountId }, today, at);
}

/** An account was disabled or may act again. */
export async function followAccount(
  tx: ScopedTransaction,
  event: EventOf<typeof AccountDisabled | typeof AccountEnabled | typeof AccountActivated>,
  today: string,
  at: Date,
): Promise<void> {
  const { accountId } = event.data;
  if (event.type === 'junxian.directory.account.disabled.v1') {
    await tx.query(
      'INSERT INTO disabled_account (account_id, disabled_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [accountId, at],
    );
    await returnOrphanedTasks(tx, { accountId }, today, at);
  } else {
    await tx.query('DELETE FROM disabled_account WHERE account_id = $1', [accountId]);
  }
}
