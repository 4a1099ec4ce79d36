import { randomUUID } from 'node:crypto';
import type { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { accountsByIds } from '../accounts/accounts.service';
import type { PersonalData } from '../accounts/personal-data';
import type { LockPolicy } from './lockout.rules';
import { loginStateForUpdate } from './login-state.service';
import type { Realm } from './modules.rules';
import { accountLocked, loginFailed } from './sign-in-refusals.rules';

/**
 * Locks names that nobody can sign in by just as accounts are locked (DI-LOG-08): otherwise the fifth wrong
 * login would tell that there is an account. Attempts are counted beside those of the rate limit and go
 * with them after a day; of the name only a keyed digest is kept.
 */
export class StrangerLocks {
  constructor(private readonly personalData: PersonalData) {}

  /** Counts a wrong login of a name in a realm; returns what an account would have been told: LOGIN_FAILED or ACCOUNT_LOCKED. */
  async attempt(
    tx: ScopedTransaction,
    { realm, loginName }: { realm: Realm; loginName: string },
    { threshold, lockMinutes }: LockPolicy,
    now: Date,
  ): Promise<Refusal> {
    const key = this.personalData.digest('stranger', `${realm}:${loginName}`);
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('stranger:' || $1, 0))`, [key]);
    // What deciding about an account reads as well, so that the time taken tells nothing either.
    const nobody = randomUUID();
    await accountsByIds(tx, [nobody]);
    await loginStateForUpdate(tx, nobody, realm);
    await tx.query('SELECT password_hash FROM account WHERE id = $1', [nobody]);
    const lockEnd = (lockedAt: Date) => new Date(lockedAt.getTime() + lockMinutes * 60_000);
    const [past] = await tx.query<{ count: number; last: Date | null }>(
      'SELECT count(*)::int AS count, max(at) AS last FROM login_attempt WHERE key = $1',
      [key],
    );
    const { count = 0, last = null } = past ?? {};
    if (last !== null && count % threshold === 0 && now < lockEnd(last))
      return accountLocked(lockEnd(last), realm);
    await tx.query('INSERT INTO login_attempt (key, at) VALUES ($1, $2)', [key, now]);
    return (count + 1) % threshold === 0 ? accountLocked(lockEnd(now), realm) : loginFailed();
  }
}
