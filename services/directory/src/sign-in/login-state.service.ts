import type { ScopedTransaction } from '@junxian/persistence';
import { type LoginState, NO_FAILURES } from './lockout.rules';
import type { Realm } from './modules.rules';

/** The wrong logins of an account in a realm; locks the row until the transaction ends. */
export async function loginStateForUpdate(
  tx: ScopedTransaction,
  accountId: string,
  realm: Realm,
): Promise<LoginState> {
  const [state] = await tx.query<LoginState>(
    `SELECT failed_count AS "failedCount", locked_at AS "lockedAt", locked_until AS "lockedUntil"
     FROM login_state WHERE account_id = $1 AND realm = $2 FOR UPDATE`,
    [accountId, realm],
  );
  return state ?? NO_FAILURES;
}

export async function saveLoginState(
  tx: ScopedTransaction,
  accountId: string,
  realm: Realm,
  state: LoginState,
): Promise<void> {
  await tx.query(
    `INSERT INTO login_state (account_id, realm, failed_count, locked_at, locked_until) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (account_id, realm) DO UPDATE
     SET failed_count = EXCLUDED.failed_count, locked_at = EXCLUDED.locked_at, locked_until = EXCLUDED.locked_until`,
    [accountId, realm, state.failedCount, state.lockedAt, state.lockedUntil],
  );
}

/** A lock that holds at an instant. */
export interface AccountLock {
  accountId: string;
  realm: Realm;
  lockedAt: Date;
  lockedUntil: Date;
}

/** The locks of several accounts that hold at an instant. */
export function locksOf(
  tx: ScopedTransaction,
  accountIds: readonly string[],
  now: Date,
): Promise<AccountLock[]> {
  return tx.query<AccountLock>(
    `SELECT account_id AS "accountId", realm, locked_at AS "lockedAt", locked_until AS "lockedUntil"
     FROM login_state WHERE account_id = ANY($1::uuid[]) AND locked_until > $2 ORDER BY account_id, realm`,
    [accountIds, now],
  );
}
