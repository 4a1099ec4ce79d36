import type { Clock } from '@junxian/calendar';
import { isRefusal, Refusal, refuse } from '@junxian/errors';
import { serviceScope } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { lockAccount, lockAccounts } from '../accounts/accounts.service';
import { checkPassword } from '../accounts/password.rules';
import type { PasswordHasher } from '../accounts/password-hasher';
import type { PersonalData } from '../accounts/personal-data';
import { realmPolicy } from '../accounts/realm-policy.service';
import { type AuditAction, type AuditActor, recordAudit, systemActor } from '../audit/audit.service';
import { SERVICE_SCOPES } from '../service-scopes';
import { invalidateAccounts } from '../sessions/revocation.service';
import { checkMobile, checkUsername, keyUsedOtherwise, usernameTaken } from './public-account.rules';

/** What petitions sends when somebody has registered. */
export interface NewPublicAccount {
  username: string;
  password: string;
  mobile: string;
  /** Null for somebody who reports anonymously. */
  citizenId: string | null;
  /** The profile petitions will keep: part of what a key stands for. */
  profileId: string;
}

/** What a change compares with. */
interface PresentAccount {
  status: string;
  phoneIndex: string;
  citizenId: string | null;
}

interface Opening {
  accountId: string;
  contentIndex: string;
  passwordHash: string;
}

/** An account whose profile did not follow within a day never will; the same time a key is remembered. */
const UNFINISHED_HOURS = 24;
const BATCH = 500;

/**
 * Citizens' accounts in the realm PUBLIC (petitions §2.1). Petitions keeps the profile and opens the account in two
 * steps: what is opened cannot sign in until it is activated, after the profile was stored.
 */
export class PublicAccountsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly hasher: PasswordHasher,
    private readonly personalData: PersonalData,
  ) {}

  /**
   * Opens an account that cannot sign in yet; returns its id. The same key with the same content gives the same
   * account, for a day. Throws INVALID_USERNAME, INVALID_PHONE, PASSWORD_… (all faults at once), USERNAME_TAKEN,
   * IDEMPOTENCY_KEY_REUSED.
   */
  async open(key: string, wish: NewPublicAccount, actor: AuditActor): Promise<string> {
    const scope = serviceScope(SERVICE_SCOPES.publicAccounts);
    const { policy, known } = await this.database.read(scope, async (tx) => ({
      policy: await realmPolicy(tx, 'PUBLIC'),
      known: await openingOf(tx, key),
    }));
    const mobile = checkAll(wish, policy.password);
    const { username, password, citizenId, profileId } = wish;
    const content = this.personalData.digest(
      'public-account-opening',
      JSON.stringify([username, mobile, citizenId, profileId]),
    );
    if (known !== undefined) return this.sameAccount(known, content, password);
    // Hashed before any lock is taken, since it takes long.
    const passwordHash = await this.hasher.hash(password);
    const outcome = await this.database.write(scope, async (tx): Promise<Opening | string> => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('public-account:' || $1, 0))`, [key]);
      const meanwhile = await openingOf(tx, key);
      if (meanwhile !== undefined) return meanwhile;
      const accountId = await this.insert(tx, { username, mobile, citizenId, passwordHash });
      await tx.query(
        `INSERT INTO public_account_opening (idempotency_key, account_id, content_index, password_hash, opened_at)
         VALUES ($1, $2, $3, $4, $5)`,
        [key, accountId, content, passwordHash, this.clock.now()],
      );
      await this.audit(tx, 'ACCOUNT_CREATED', accountId, actor, { kind: 'CITIZEN' });
      return accountId;
    });
    return typeof outcome === 'string' ? outcome : this.sameAccount(outcome, content, password);
  }

  /** Lets an account sign in, now that its profile is stored. Repeating it changes nothing. Throws NOT_FOUND, also for one that was removed as unfinished. */
  async activate(accountId: string, actor: AuditActor): Promise<void> {
    await this.change(accountId, async (tx, { status }) => {
      if (status === 'ACTIVE') return;
      await tx.query(
        `UPDATE account SET status = 'ACTIVE', activated_at = $2, version = version + 1 WHERE id = $1`,
        [accountId, this.clock.now()],
      );
      await this.audit(tx, 'ACCOUNT_ACTIVATED', accountId, actor, { status: 'ACTIVE' });
    });
  }

  /** Follows a mobile number that was changed in the profile; codes sent to the old one no longer help. Throws NOT_FOUND, INVALID_PHONE. */
  async changeMobile(accountId: string, typed: string, actor: AuditActor): Promise<void> {
    const phone = this.personalData.seal('phone', checkMobile(typed));
    await this.change(accountId, async (tx, { phoneIndex }) => {
      if (phoneIndex === phone.index) return;
      await tx.query(
        'UPDATE account SET phone_sealed = $2, phone_index = $3, version = version + 1 WHERE id = $1',
        [accountId, phone.sealed, phone.index],
      );
      await this.audit(tx, 'ACCOUNT_CHANGED', accountId, actor, { changed: ['contact'] });
    });
  }

  /**
   * Follows an ID number that its owner corrected in the profile: the account stands for another citizen id (null: for none), and its
   * tokens, which name the old one, are stale. Repeating it changes nothing. Throws NOT_FOUND.
   */
  async changeCitizen(accountId: string, citizenId: string | null, actor: AuditActor): Promise<void> {
    await this.change(accountId, async (tx, account) => {
      if (account.citizenId === citizenId) return;
      await tx.query('UPDATE account SET citizen_id = $2, version = version + 1 WHERE id = $1', [
        accountId,
        citizenId,
      ]);
      await invalidateAccounts(tx, [accountId], 'CITIZEN_RENUMBERED', this.clock.now());
      await this.audit(tx, 'ACCOUNT_CHANGED', accountId, actor, { changed: ['citizenId'] });
    });
  }

  /** Removes accounts that were never finished, which frees their names, and forgets keys of the day before. Returns how many accounts went. */
  async removeUnfinished(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - UNFINISHED_HOURS * 3_600_000);
    return this.database.write(serviceScope(SERVICE_SCOPES.signInUpkeep), async (tx) => {
      await tx.query(
        `DELETE FROM public_account_opening o USING account a
         WHERE o.account_id = a.id AND o.opened_at <= $1 AND a.status = 'ACTIVE'`,
        [before],
      );
      const removed = await tx.query(
        `DELETE FROM account WHERE id IN (
           SELECT id FROM account WHERE kind = 'CITIZEN' AND status = 'PENDING_ACTIVATION' AND created_at <= $1
           ORDER BY created_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
         RETURNING id`,
        [before],
      );
      if (removed.length > 0)
        await this.audit(tx, 'CLEARED', null, systemActor(), { unfinishedAccounts: removed.length });
      return removed.length;
    });
  }

  /** A corrected ID number gave the citizen another id (architecture §4): the account follows, and so do its tokens. */
  async followRenumbering(tx: ScopedTransaction, { from, to }: { from: string; to: string }): Promise<void> {
    const moved = await tx.query<{ id: string }>(
      `UPDATE account SET citizen_id = $2, version = version + 1
       WHERE citizen_id = $1 AND kind = 'CITIZEN' RETURNING id`,
      [from, to],
    );
    const ids = moved.map(({ id }) => id);
    await lockAccounts(tx, ids);
    await invalidateAccounts(tx, ids, 'CITIZEN_RENUMBERED', this.clock.now());
  }

  private async sameAccount(known: Opening, content: string, password: string): Promise<string> {
    const same = known.contentIndex === content && (await this.hasher.fits(known.passwordHash, password));
    if (!same) throw keyUsedOtherwise();
    return known.accountId;
  }

  private async insert(
    tx: ScopedTransaction,
    account: { username: string; mobile: string; citizenId: string | null; passwordHash: string },
  ): Promise<string> {
    const phone = this.personalData.seal('phone', account.mobile);
    // Of two who want one name at once the second waits for the first, and then finds it taken.
    const [created] = await tx.query<{ id: string }>(
      `INSERT INTO account (kind, login_name, phone_sealed, phone_index, citizen_id, realms, status, password_hash,
         must_change_password, created_at)
       VALUES ('CITIZEN', $1, $2, $3, $4, '{PUBLIC}', 'PENDING_ACTIVATION', $5, false, $6)
       ON CONFLICT (login_name) DO NOTHING RETURNING id`,
      [
        account.username,
        phone.sealed,
        phone.index,
        account.citizenId,
        account.passwordHash,
        this.clock.now(),
      ],
    );
    if (created === undefined) throw usernameTaken();
    return created.id;
  }

  private async change(
    accountId: string,
    work: (tx: ScopedTransaction, account: PresentAccount) => Promise<void>,
  ): Promise<void> {
    await this.database.write(serviceScope(SERVICE_SCOPES.publicAccounts), async (tx) => {
      await lockAccount(tx, accountId);
      const [account] = await tx.query<PresentAccount>(
        `SELECT status, phone_index AS "phoneIndex", citizen_id AS "citizenId" FROM account WHERE id = $1 AND kind = 'CITIZEN' FOR UPDATE`,
        [accountId],
      );
      if (account === undefined) throw refuse.notFound('accountId');
      await work(tx, account);
    });
  }

  private audit(
    tx: ScopedTransaction,
    action: AuditAction,
    targetId: string | null,
    actor: AuditActor,
    after: object,
  ): Promise<void> {
    const at = this.clock.now();
    return recordAudit(tx, { action, targetType: 'account', targetId, after, outcome: 'OK', actor, at });
  }
}

async function openingOf(tx: ScopedTransaction, key: string): Promise<Opening | undefined> {
  const [opening] = await tx.query<Opening>(
    `SELECT account_id AS "accountId", content_index AS "contentIndex", password_hash AS "passwordHash"
     FROM public_account_opening WHERE idempotency_key = $1`,
    [key],
  );
  return opening;
}

/** Checks what a person typed, all of it; returns the mobile number as it is kept. */
function checkAll(wish: NewPublicAccount, policy: Parameters<typeof checkPassword>[1]): string {
  const faults: Refusal[] = [];
  const collect = <T>(check: () => T): T | undefined => {
    try {
      return check();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.faults.length === 0) faults.push(error);
      for (const { code, text, field } of error.faults) faults.push(new Refusal(code, text, { field }));
      return undefined;
    }
  };
  collect(() => checkUsername(wish.username));
  collect(() => checkPassword(wish.password, policy, 'password'));
  const mobile = collect(() => checkMobile(wish.mobile));
  if (faults.length > 0) throw Refusal.many(faults);
  return mobile!;
}
