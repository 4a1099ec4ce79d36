import { Refusal, refuse } from '@junxian/errors';
import { AccountActivated, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { recordAudit } from '../audit/audit.service';
import type { Caller } from '../caller';
import { endSessionsOfAccount } from '../sessions/revocation.service';
import {
  ACCOUNT_COLUMNS,
  type Account,
  accountById,
  lockAccount,
  type OfficerAccount,
  officerById,
  passwordHashOf,
} from './accounts.service';
import { refuseUnlessManages } from './authority.service';
import { checkPassword, oneTimePassword, type RandomInt } from './password.rules';
import type { PasswordHasher } from './password-hasher';
import { checkRealName } from './real-name.rules';
import { passwordPolicyFor } from './realm-policy.service';

/** Passwords: activation, one's own change, the reset by a superior. */
export class CredentialsService {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly randomInt: RandomInt,
  ) {}

  /**
   * Activates the caller's account with a real name and a password of one's own (DI-ACC-08, 09, 10). Throws
   * ALREADY_ACTIVE, INVALID_REAL_NAME, PASSWORD_… Other sessions of the account, opened with the one-time
   * password, end; this one gets its full token by `refreshSession`.
   */
  async activate(
    tx: ScopedTransaction,
    by: Caller,
    input: { realName: string; newPassword: string },
  ): Promise<OfficerAccount> {
    const before = await this.own(tx, by);
    // A citizen's account is activated by the service that keeps the profile, before anybody can sign in to it.
    if (before.kind === 'CITIZEN' || before.status !== 'PENDING_ACTIVATION') {
      throw new Refusal('ALREADY_ACTIVE', {
        zh: '账号已激活；如需更换密码，请使用修改密码',
        en: 'The account is active already; to change the password use the change of password',
      });
    }
    const realName = checkRealName(input.realName);
    const passwordHash = await this.accepted(tx, before, input.newPassword);
    const [account] = await tx.query<OfficerAccount>(
      `UPDATE account AS a SET status = 'ACTIVE', real_name = $2, password_hash = $3, must_change_password = false,
         activated_at = $4, version = version + 1 WHERE id = $1 RETURNING ${ACCOUNT_COLUMNS}`,
      [before.id, realName, passwordHash, by.clock.now()],
    );
    await endSessionsOfAccount(tx, before.id, 'ACTIVATED', () => by.clock.now(), by.principal.sessionId);
    await recordEvent(tx, AccountActivated, {
      aggregateId: before.id,
      aggregateVersion: account!.version,
      regionCode: before.regionCode,
      data: { accountId: before.id, organisationId: before.organisationId },
      occurredAt: by.clock.now(),
    });
    await this.audit(
      tx,
      by,
      'ACCOUNT_ACTIVATED',
      account!,
      { status: before.status },
      { status: 'ACTIVE', realName },
    );
    return account!;
  }

  /** Changes the caller's own password; the present one must be given. All other sessions end. Throws PASSWORD_WRONG, PASSWORD_…, ACTIVATE_FIRST. */
  async changeOwn(
    tx: ScopedTransaction,
    by: Caller,
    input: { currentPassword: string; newPassword: string },
  ): Promise<Account> {
    const before = await this.own(tx, by);
    if (before.status === 'PENDING_ACTIVATION') {
      throw new Refusal('ACTIVATE_FIRST', {
        zh: '账号尚未激活，请先填写真实姓名和新密码完成激活',
        en: 'The account is not active yet; activate it with your real name and a new password',
      });
    }
    if (!(await this.hasher.fits(await passwordHashOf(tx, before.id), input.currentPassword))) {
      throw new Refusal(
        'PASSWORD_WRONG',
        { zh: '原密码不正确，请重新输入', en: 'The present password is wrong; enter it again' },
        { field: 'currentPassword' },
      );
    }
    const account = await this.setOwn(tx, before, input.newPassword);
    await endSessionsOfAccount(
      tx,
      before.id,
      'PASSWORD_CHANGED',
      () => by.clock.now(),
      by.principal.sessionId,
    );
    await this.audit(
      tx,
      by,
      'PASSWORD_CHANGED',
      account,
      { mustChange: before.mustChangePassword },
      { mustChange: false },
    );
    return account;
  }

  /** Stores a password its owner chose, after checking it against the policy of the account's realms. */
  async setOwn(tx: ScopedTransaction, account: Account, newPassword: string): Promise<Account> {
    const passwordHash = await this.accepted(tx, account, newPassword);
    const [changed] = await tx.query<Account>(
      `UPDATE account AS a SET password_hash = $2, must_change_password = false, version = version + 1
       WHERE id = $1 RETURNING ${ACCOUNT_COLUMNS}`,
      [account.id, passwordHash],
    );
    return changed!;
  }

  /**
   * Resets another's password (DI-ACC-14): returns a one-time password that must be changed; all sessions of
   * the account end; one audit entry, without the password. Throws FORBIDDEN for oneself, a peer or a
   * stranger, NOT_FOUND outside the caller's region.
   */
  async reset(
    tx: ScopedTransaction,
    by: Caller,
    accountId: string,
  ): Promise<{ account: OfficerAccount; oneTimePassword: string }> {
    await lockAccount(tx, accountId);
    const before = await officerById(tx, accountId);
    await refuseUnlessManages(tx, by, before);
    const password = oneTimePassword(await passwordPolicyFor(tx, before.realms), this.randomInt);
    const [account] = await tx.query<OfficerAccount>(
      `UPDATE account AS a SET password_hash = $2, must_change_password = true, version = version + 1
       WHERE id = $1 RETURNING ${ACCOUNT_COLUMNS}`,
      [accountId, await this.hasher.hash(password)],
    );
    await endSessionsOfAccount(tx, accountId, 'PASSWORD_RESET', () => by.clock.now());
    await this.audit(
      tx,
      by,
      'PASSWORD_RESET',
      account!,
      { mustChange: before.mustChangePassword },
      { mustChange: true },
    );
    return { account: account!, oneTimePassword: password };
  }

  private async own(tx: ScopedTransaction, by: Caller): Promise<Account> {
    const { accountId } = by.principal;
    if (accountId === null) throw refuse.unauthenticated();
    await lockAccount(tx, accountId);
    return accountById(tx, accountId);
  }

  private async accepted(tx: ScopedTransaction, account: Account, newPassword: string): Promise<string> {
    checkPassword(newPassword, await passwordPolicyFor(tx, account.realms));
    if (await this.hasher.fits(await passwordHashOf(tx, account.id), newPassword)) {
      throw new Refusal(
        'PASSWORD_UNCHANGED',
        {
          zh: '新密码不能与现用密码相同，请另设密码',
          en: 'The new password equals the present one; choose another',
        },
        { field: 'newPassword' },
      );
    }
    return this.hasher.hash(newPassword);
  }

  private async audit(
    tx: ScopedTransaction,
    by: Caller,
    action: 'ACCOUNT_ACTIVATED' | 'PASSWORD_CHANGED' | 'PASSWORD_RESET',
    account: Account,
    before: object,
    after: object,
  ): Promise<void> {
    await recordAudit(tx, {
      action,
      targetType: 'account',
      targetId: account.id,
      before,
      after,
      outcome: 'OK',
      actor: by.actor,
      at: by.clock.now(),
    });
  }
}
