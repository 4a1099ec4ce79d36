import type { Clock } from '@junxian/calendar';
import { AccountCreated, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { createPrimaryAppointment } from '../appointments/appointments.service';
import { regionOfPost } from '../appointments/region-of-post.service';
import type { OfficerAccount } from './accounts.service';
import { ORG_ADMIN } from './authority.rules';

const PERSON = 'directory:PERSON';

/** Gives an account its primary appointment in its organisation, from today on: as administrator, or as a person. */
export async function appoint(
  tx: ScopedTransaction,
  account: OfficerAccount,
  grantedBy: string | null,
  clock: Clock,
): Promise<string> {
  const { regionLevel } = await regionOfPost(tx, { organisationId: account.organisationId }, clock.today());
  return createPrimaryAppointment(tx, {
    accountId: account.id,
    organisationId: account.organisationId,
    regionCode: account.regionCode,
    regionLevel,
    post: account.kind === 'ADMIN' ? '管理员' : '成员',
    roles: [account.kind === 'ADMIN' ? ORG_ADMIN : PERSON],
    grantedBy,
    validFrom: clock.today(),
    at: clock.now(),
  });
}

/** Announces an account that was opened. */
export async function announceCreated(
  tx: ScopedTransaction,
  account: OfficerAccount,
  occurredAt: Date,
): Promise<void> {
  await recordEvent(tx, AccountCreated, {
    aggregateId: account.id,
    aggregateVersion: account.version,
    regionCode: account.regionCode,
    data: { accountId: account.id, organisationId: account.organisationId },
    occurredAt,
  });
}
