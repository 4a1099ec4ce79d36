import { AccountUnlocked, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { recordAudit } from '../audit/audit.service';
import type { Caller } from '../caller';
import { isLocked, NO_FAILURES } from '../sign-in/lockout.rules';
import { loginStateForUpdate, saveLoginState } from '../sign-in/login-state.service';
import type { Realm } from '../sign-in/modules.rules';
import { lockAccount, type OfficerAccount, officerById } from './accounts.service';
import { checkMayUnlock } from './authority.rules';
import { authorityOver } from './authority.service';
import { realmPolicy } from './realm-policy.service';

/**
 * Lifts the lock of an account in one realm before it ends by itself (DI-LOG-03). Throws FORBIDDEN for
 * anybody the realm does not name, NOT_FOUND outside the caller's region. Returns the account and
 * whether it was locked; without a lock nothing changes.
 */
export async function unlockAccount(
  tx: ScopedTransaction,
  by: Caller,
  accountId: string,
  realm: Realm,
): Promise<{ account: OfficerAccount; wasLocked: boolean }> {
  await lockAccount(tx, accountId);
  const account = await officerById(tx, accountId);
  const { superiorUnlock } = await realmPolicy(tx, realm);
  checkMayUnlock(superiorUnlock, await authorityOver(tx, by, account));
  const state = await loginStateForUpdate(tx, accountId, realm);
  const now = by.clock.now();
  if (!isLocked(state, now)) return { account, wasLocked: false };
  await saveLoginState(tx, accountId, realm, NO_FAILURES);
  await recordEvent(tx, AccountUnlocked, {
    aggregateId: accountId,
    regionCode: account.regionCode,
    data: { accountId, organisationId: account.organisationId, realm },
    occurredAt: now,
  });
  await recordAudit(tx, {
    action: 'ACCOUNT_UNLOCKED',
    targetType: 'account',
    targetId: accountId,
    before: { realm, lockedUntil: state.lockedUntil },
    after: { realm, lockedUntil: null },
    outcome: 'OK',
    actor: by.actor,
    at: now,
  });
  return { account, wasLocked: true };
}
