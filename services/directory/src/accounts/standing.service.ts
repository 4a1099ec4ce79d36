import { refuse } from '@junxian/errors';
import {
  AccountDisabled,
  AccountEnabled,
  AccountRegionChanged,
  AppointmentEnded,
  recordEvent,
} from '@junxian/messaging';
import { expectVersion, isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import { regionOfPost } from '../appointments/region-of-post.service';
import { type AuditAction, type AuditActor, recordAudit } from '../audit/audit.service';
import type { Caller } from '../caller';
import { endSessionsOfAccount } from '../sessions/revocation.service';
import { appoint } from './account-opening';
import {
  ACCOUNT_COLUMNS,
  type AccountStatus,
  lockAccount,
  type OfficerAccount,
  officerById,
} from './accounts.service';
import { ORG_ADMIN } from './authority.rules';
import { refuseUnlessManages } from './authority.service';
import { adminExists } from './extra-account.rules';
import { type OrganisationFacts, organisationFacts, stepsAbove } from './organisation-facts.service';

interface Edit {
  accountId: string;
  expectedVersion: number;
}

/** Bars an account from every realm; its sessions end. Throws FORBIDDEN, NOT_FOUND, STALE_VERSION. Disabling twice changes nothing. */
export async function disableAccount(tx: ScopedTransaction, by: Caller, edit: Edit): Promise<OfficerAccount> {
  const before = await managed(tx, by, edit.accountId);
  if (before.status === 'DISABLED') return before;
  const account = await setStatus(tx, edit, 'DISABLED');
  await endSessionsOfAccount(tx, account.id, 'DISABLED', () => by.clock.now());
  await recordEvent(tx, AccountDisabled, standingOf(account, by));
  await audit(
    tx,
    by.actor,
    by.clock.now(),
    'ACCOUNT_DISABLED',
    account.id,
    { status: before.status },
    { status: 'DISABLED' },
  );
  return account;
}

/**
 * Opens a disabled account again; one that never was activated waits for its activation. Throws FORBIDDEN,
 * NOT_FOUND, STALE_VERSION, and ADMIN_EXISTS when the organisation was given another administrator since.
 */
export async function enableAccount(tx: ScopedTransaction, by: Caller, edit: Edit): Promise<OfficerAccount> {
  const before = await managed(tx, by, edit.accountId);
  if (before.status !== 'DISABLED') return before;
  const status = before.activatedAt === null ? 'PENDING_ACTIVATION' : 'ACTIVE';
  const account = await unlessAdminExists(setStatus(tx, edit, status));
  await recordEvent(tx, AccountEnabled, standingOf(account, by));
  await audit(
    tx,
    by.actor,
    by.clock.now(),
    'ACCOUNT_ENABLED',
    account.id,
    { status: 'DISABLED' },
    { status },
  );
  return account;
}

/**
 * Moves an account to another organisation: its sessions end and its appointment in the old one too, a new
 * one begins. Throws FORBIDDEN unless the caller may manage the account and stands above its new
 * organisation (or, for a member, administers it), ADMIN_EXISTS, NOT_FOUND, STALE_VERSION.
 */
export async function transferAccount(
  tx: ScopedTransaction,
  by: Caller,
  edit: Edit & { organisationId: string },
): Promise<OfficerAccount> {
  const before = await managed(tx, by, edit.accountId);
  const target = await organisationFacts(tx, edit.organisationId, by.clock.today());
  const steps = await stepsAbove(tx, by.principal.organisationId, target.id);
  const least = before.kind === 'ADMIN' ? 1 : 0;
  if (steps === null || steps < least || !by.principal.roles.includes(ORG_ADMIN))
    throw refuse.forbidden('organisationId');
  if (before.version !== edit.expectedVersion) throw refuse.staleVersion();
  return moveAccount(tx, before, target, by.actor, by.clock);
}

/** Moves an account whose move was decided elsewhere; otherwise as {@link transferAccount}. */
export async function moveAccount(
  tx: ScopedTransaction,
  before: OfficerAccount,
  target: OrganisationFacts,
  actor: AuditActor,
  clock: Caller['clock'],
): Promise<OfficerAccount> {
  if (before.organisationId === target.id) return before;
  const today = clock.today();
  await endAppointmentsIn(tx, before, today, clock.now());
  const [moved] = await unlessAdminExists(
    tx.query<OfficerAccount>(
      `UPDATE account AS a SET organisation_id = $2, region_code = $3, version = version + 1 WHERE id = $1 RETURNING ${ACCOUNT_COLUMNS}`,
      [before.id, target.id, target.regionCode],
    ),
  );
  const account = moved!;
  await appoint(tx, account, actor.accountId, clock);
  await endSessionsOfAccount(tx, account.id, 'TRANSFERRED', () => clock.now());
  if (account.regionCode !== before.regionCode) {
    await recordEvent(tx, AccountRegionChanged, {
      aggregateId: account.id,
      aggregateVersion: account.version,
      regionCode: account.regionCode,
      data: {
        accountId: account.id,
        organisationId: account.organisationId,
        regionCode: account.regionCode,
        regionLevel: (await regionOfPost(tx, { organisationId: target.id }, today)).regionLevel,
        previousRegionCode: before.regionCode,
      },
      occurredAt: clock.now(),
    });
  }
  const image = ({ organisationId, regionCode }: OfficerAccount) => ({ organisationId, regionCode });
  await audit(tx, actor, clock.now(), 'ACCOUNT_MOVED', account.id, image(before), image(account));
  return account;
}

/** An appointment ended today is over at once; the account's next primary one is made by the caller. */
async function endAppointmentsIn(
  tx: ScopedTransaction,
  account: OfficerAccount,
  today: string,
  at: Date,
): Promise<void> {
  await tx.query('UPDATE appointment SET is_primary = false WHERE account_id = $1 AND is_primary', [
    account.id,
  ]);
  const ended = await tx.query<{ id: string; version: number; regionCode: string; endedOn: string }>(
    `UPDATE appointment SET valid_to = greatest(valid_from, $3::date), version = version + 1
     WHERE account_id = $1 AND organisation_id = $2 AND (valid_to IS NULL OR valid_to > $3::date)
     RETURNING id, version, region_code AS "regionCode", valid_to::text AS "endedOn"`,
    [account.id, account.organisationId, today],
  );
  for (const { id, version, regionCode, endedOn } of ended) {
    await recordEvent(tx, AppointmentEnded, {
      aggregateId: id,
      aggregateVersion: version,
      regionCode,
      data: { appointmentId: id, accountId: account.id, organisationId: account.organisationId, endedOn },
      occurredAt: at,
    });
  }
}

/** What subscribers learn of an account that was disabled or enabled. */
function standingOf({ id, version, regionCode, organisationId }: OfficerAccount, by: Caller) {
  return {
    aggregateId: id,
    aggregateVersion: version,
    regionCode,
    data: { accountId: id, organisationId },
    occurredAt: by.clock.now(),
  };
}

async function managed(tx: ScopedTransaction, by: Caller, accountId: string): Promise<OfficerAccount> {
  await lockAccount(tx, accountId);
  const account = await officerById(tx, accountId);
  await refuseUnlessManages(tx, by, account);
  return account;
}

async function setStatus(
  tx: ScopedTransaction,
  { accountId, expectedVersion }: Edit,
  status: AccountStatus,
): Promise<OfficerAccount> {
  return expectVersion(
    await tx.query<OfficerAccount>(
      `UPDATE account AS a SET status = $3, version = version + 1 WHERE id = $1 AND version = $2 RETURNING ${ACCOUNT_COLUMNS}`,
      [accountId, expectedVersion, status],
    ),
  );
}

async function unlessAdminExists<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isUniqueViolation(error, 'account_one_admin')) throw adminExists();
    throw error;
  }
}

async function audit(
  tx: ScopedTransaction,
  actor: AuditActor,
  at: Date,
  action: AuditAction,
  accountId: string,
  before: object,
  after: object,
): Promise<void> {
  await recordAudit(tx, {
    action,
    targetType: 'account',
    targetId: accountId,
    before,
    after,
    outcome: 'OK',
    actor,
    at,
  });
}
