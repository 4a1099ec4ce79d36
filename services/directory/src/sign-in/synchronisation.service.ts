import { AccountSynchronised, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { type Account, isPending } from '../accounts/accounts.service';
import { type AuditActor, recordAudit } from '../audit/audit.service';
import type { Module } from './modules.rules';

/** The first entry of an account that may work to FIVE_REGISTERS sets `accountSyncedAt`, once (DI-ACC-13). */
export async function synchroniseAtFirstEntry(
  tx: ScopedTransaction,
  account: Account,
  module: Module,
  actor: AuditActor,
  at: Date,
): Promise<void> {
  if (
    account.kind === 'CITIZEN' ||
    module !== 'FIVE_REGISTERS' ||
    account.accountSyncedAt !== null ||
    isPending(account)
  )
    return;
  const [row] = await tx.query<{ version: number }>(
    `UPDATE account SET account_synced_at = $2, version = version + 1
     WHERE id = $1 AND account_synced_at IS NULL RETURNING version`,
    [account.id, at],
  );
  if (row === undefined) return;
  await recordEvent(tx, AccountSynchronised, {
    aggregateId: account.id,
    aggregateVersion: row.version,
    regionCode: account.regionCode,
    data: { accountId: account.id, organisationId: account.organisationId, realm: 'RETIRED_CADRE' },
    occurredAt: at,
  });
  await recordAudit(tx, {
    action: 'ACCOUNT_SYNCHRONISED',
    targetType: 'account',
    targetId: account.id,
    after: { accountSyncedAt: at },
    outcome: 'OK',
    actor,
    at,
  });
}
