import type { ScopedTransaction } from '@junxian/persistence';
import type { LockPolicy } from '../sign-in/lockout.rules';
import type { Realm } from '../sign-in/modules.rules';
import { type PasswordPolicy, strictest } from './password.rules';

export interface RealmPolicy extends LockPolicy {
  realm: Realm;
  /** Whether administrators may lift a lock early; without, staff only. */
  superiorUnlock: boolean;
  captchaForAdmins: boolean;
  password: PasswordPolicy;
}

interface PolicyRow extends Omit<RealmPolicy, 'password'> {
  symbols: string;
  minLength: number;
}

/** The policies of realms; every realm of the schema has one. */
export async function realmPolicies(tx: ScopedTransaction, realms: readonly Realm[]): Promise<RealmPolicy[]> {
  const rows = await tx.query<PolicyRow>(
    `SELECT realm, threshold, lock_minutes AS "lockMinutes", superior_unlock AS "superiorUnlock",
            captcha_for_admins AS "captchaForAdmins", password_symbols AS symbols, password_min_length AS "minLength"
     FROM realm_policy WHERE realm = ANY($1)`,
    [realms],
  );
  return rows.map(({ symbols, minLength, ...policy }) => ({ ...policy, password: { symbols, minLength } }));
}

export async function realmPolicy(tx: ScopedTransaction, realm: Realm): Promise<RealmPolicy> {
  const [policy] = await realmPolicies(tx, [realm]);
  if (policy === undefined) throw new Error(`realm ${realm} has no policy`);
  return policy;
}

/** What an account's password must satisfy in all its realms. */
export async function passwordPolicyFor(
  tx: ScopedTransaction,
  realms: readonly Realm[],
): Promise<PasswordPolicy> {
  return strictest((await realmPolicies(tx, realms)).map(({ password }) => password));
}
