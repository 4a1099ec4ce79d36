import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { OfficerKind, Realm } from '../sign-in/modules.rules';

export type AccountStatus = 'PENDING_ACTIVATION' | 'ACTIVE' | 'DISABLED';

interface AccountFacts {
  id: string;
  loginName: string | null;
  personalNameSealed: string | null;
  realName: string | null;
  citizenId: string | null;
  realms: Realm[];
  status: AccountStatus;
  mustChangePassword: boolean;
  isExtra: boolean;
  activatedAt: Date | null;
  accountSyncedAt: Date | null;
  version: number;
}

/** An account of an organisation: its administrator's, or a person's. */
export interface OfficerAccount extends AccountFacts {
  kind: OfficerKind;
  organisationId: string;
  regionCode: string;
}

/** A citizen's own account in the public realm: of no organisation, in no region, so in nobody's area. */
export interface CitizenAccount extends AccountFacts {
  kind: 'CITIZEN';
  organisationId: null;
  regionCode: null;
}

/** An account as services work with it; the password hash is read only where a password is checked. */
export type Account = OfficerAccount | CitizenAccount;

export const ACCOUNT_COLUMNS = `a.id, a.kind, a.login_name AS "loginName", a.personal_name_sealed AS "personalNameSealed",
  a.organisation_id AS "organisationId", a.region_code AS "regionCode", a.real_name AS "realName",
  a.citizen_id AS "citizenId", a.realms, a.status, a.must_change_password AS "mustChangePassword",
  a.is_extra AS "isExtra", a.activated_at AS "activatedAt", a.account_synced_at AS "accountSyncedAt", a.version`;

/** Whether the account may do nothing yet but activate or change its password (DI-ACC-08). */
export function isPending(account: Pick<Account, 'status' | 'mustChangePassword'>): boolean {
  return account.status === 'PENDING_ACTIVATION' || account.mustChangePassword;
}

/** The account, or NOT_FOUND when there is none in the transaction's scope. */
export async function accountById(tx: ScopedTransaction, id: string, field = 'accountId'): Promise<Account> {
  const [account] = await accountsByIds(tx, [id]);
  if (account === undefined) throw refuse.notFound(field);
  return account;
}

/** As {@link accountById}, for what is done to accounts of organisations only. */
export async function officerById(
  tx: ScopedTransaction,
  id: string,
  field = 'accountId',
): Promise<OfficerAccount> {
  const account = await accountById(tx, id, field);
  if (account.kind === 'CITIZEN') throw refuse.notFound(field);
  return account;
}

/** Those of several accounts that are in scope, in any order. */
export function accountsByIds(tx: ScopedTransaction, ids: readonly string[]): Promise<Account[]> {
  return tx.query<Account>(`SELECT ${ACCOUNT_COLUMNS} FROM account a WHERE a.id = ANY($1::uuid[])`, [
    ids.filter(isUuid),
  ]);
}

/** The hash of an account's password, for whoever verifies one. */
export async function passwordHashOf(tx: ScopedTransaction, id: string): Promise<string> {
  const [row] = await tx.query<{ hash: string }>('SELECT password_hash AS hash FROM account WHERE id = $1', [
    id,
  ]);
  if (row === undefined) throw refuse.notFound('accountId');
  return row.hash;
}

/**
 * Makes everything that decides about one account wait for its turn until the transaction ends: login,
 * refresh, switching, ending sessions, changes of its appointments. An advisory lock, because those who
 * change an appointment need not see the account's row. Take it before reading what is decided on.
 */
export async function lockAccount(tx: ScopedTransaction, accountId: string): Promise<void> {
  await lockAccounts(tx, [accountId]);
}

/** {@link lockAccount} for several, always in the same order. */
export async function lockAccounts(tx: ScopedTransaction, accountIds: readonly string[]): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('account:' || id, 0))
     FROM (SELECT DISTINCT id FROM unnest($1::text[]) AS given(id) ORDER BY id) AS ordered`,
    [accountIds],
  );
}

export interface NewAccount {
  kind: OfficerKind;
  loginName: string | null;
  personalName: { sealed: string; index: string } | null;
  organisationId: string;
  regionCode: string;
  realName: string | null;
  phone: { sealed: string; index: string } | null;
  idNumber: { sealed: string; index: string } | null;
  citizenId: string | null;
  realms: readonly Realm[];
  passwordHash: string;
  isExtra: boolean;
  createdAt: Date;
}

/**
 * Inserts an account of an organisation that waits for its activation. Returns it, or null when a unique index (its name, or
 * the one administrator of its organisation) already holds another: the transaction goes on.
 */
export async function insertAccount(
  tx: ScopedTransaction,
  account: NewAccount,
): Promise<OfficerAccount | null> {
  const [created] = await tx.query<OfficerAccount>(
    `INSERT INTO account AS a (kind, login_name, personal_name_sealed, personal_name_index, organisation_id, region_code,
       real_name, phone_sealed, phone_index, id_number_sealed, id_number_index, citizen_id, realms, status,
       password_hash, must_change_password, is_extra, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'PENDING_ACTIVATION', $14, true, $15, $16)
     ON CONFLICT DO NOTHING RETURNING ${ACCOUNT_COLUMNS}`,
    [
      account.kind,
      account.loginName,
      account.personalName?.sealed ?? null,
      account.personalName?.index ?? null,
      account.organisationId,
      account.regionCode,
      account.realName,
      account.phone?.sealed ?? null,
      account.phone?.index ?? null,
      account.idNumber?.sealed ?? null,
      account.idNumber?.index ?? null,
      account.citizenId,
      account.realms,
      account.passwordHash,
      account.isExtra,
      account.createdAt,
    ],
  );
  return created ?? null;
}
