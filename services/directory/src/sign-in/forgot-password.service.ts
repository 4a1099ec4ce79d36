import { randomUUID } from 'node:crypto';
import type { Clock } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import { serviceScope } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { ACCOUNT_COLUMNS, type Account, lockAccount } from '../accounts/accounts.service';
import type { CredentialsService } from '../accounts/credentials.service';
import { formOfLoginName } from '../accounts/login-name.rules';
import type { RandomInt } from '../accounts/password.rules';
import type { PersonalData } from '../accounts/personal-data';
import { recordAudit } from '../audit/audit.service';
import { SERVICE_SCOPES } from '../service-scopes';
import { actorAs } from './login.service';
import type { RateLimiter } from './rate-limit.service';
import { type CodeSender, newResetCode, sendResetCode, setPasswordByCode } from './reset-codes.service';
import type { SignInSettings } from './settings';

/** What somebody who forgot a password does next; told from the login name's form, so the same for everyone. */
export type ForgotPasswordNext = 'ENTER_CODE' | 'ASK_BRANCH_ADMINISTRATOR' | 'ASK_SUPERIOR_ADMINISTRATOR';

const MAX_TRIES = 5;

export interface ForgotPasswordDependencies extends CodeSender {
  database: Database;
  clock: Clock;
  randomInt: RandomInt;
  personalData: PersonalData;
  credentials: CredentialsService;
  rateLimiter: RateLimiter;
  settings: SignInSettings;
}

/** Forgotten passwords of members (DI-ACC-15). */
export class ForgotPasswordService {
  constructor(private readonly deps: ForgotPasswordDependencies) {}

  /**
   * Sends a code to the mobile number that is the login name, if it has an account; the answer does not tell
   * whether it has. Without a mobile number (an ID-derived name, a landline) the branch administrator resets
   * the password (DI-ACC-16), an administrator's the superior. Throws RATE_LIMITED.
   */
  async request(loginName: string, ip: string): Promise<ForgotPasswordNext> {
    await this.admit(loginName, ip);
    const form = formOfLoginName(loginName);
    if (form === 'ADMIN') return 'ASK_SUPERIOR_ADMINISTRATOR';
    if (form !== 'MOBILE') return 'ASK_BRANCH_ADMINISTRATOR';
    await this.inSignIn(async (tx) => {
      const account = await this.find(tx, loginName);
      if (account === undefined) return this.auditStranger(tx, ip);
      const code = newResetCode(this.deps.randomInt);
      const now = this.deps.clock.now();
      await tx.query(
        `INSERT INTO password_reset_code (account_id, code_index, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO UPDATE SET code_index = EXCLUDED.code_index, expires_at = EXCLUDED.expires_at, tries = 0`,
        [
          account.id,
          this.codeIndex(account.id, code),
          new Date(now.getTime() + this.deps.settings.resetCodeMinutes * 60_000),
        ],
      );
      await recordAudit(tx, {
        action: 'PASSWORD_FORGOTTEN',
        targetType: 'account',
        targetId: account.id,
        outcome: 'OK',
        actor: actorAs(account, null, ip),
        at: now,
      });
      // After the commit and not waited for: how long sending takes must not tell that there is an account.
      tx.afterCommit(() => void this.send(loginName, code));
    });
    return 'ENTER_CODE';
  }

  /**
   * Sets a new password with the code that was sent; all sessions of the account end. Five wrong codes use it
   * up. Throws CODE_WRONG for a wrong, used or expired code and for an unknown account alike, PASSWORD_…, RATE_LIMITED.
   */
  async redeem(input: { loginName: string; code: string; newPassword: string }, ip: string): Promise<void> {
    await this.admit(input.loginName, ip);
    const refused = await this.inSignIn((tx) => this.redeemIn(tx, input, ip));
    if (refused !== null) throw refused;
  }

  private async redeemIn(
    tx: ScopedTransaction,
    { loginName, code, newPassword }: { loginName: string; code: string; newPassword: string },
    ip: string,
  ): Promise<Refusal | null> {
    const account = await this.find(tx, loginName);
    // Without an account the same statements run, so that the time taken tells nothing.
    const id = account?.id ?? randomUUID();
    await lockAccount(tx, id);
    const now = this.deps.clock.now();
    const [kept] = await tx.query<{ index: string }>(
      `UPDATE password_reset_code SET tries = tries + 1 WHERE account_id = $1 AND expires_at > $2 AND tries < ${MAX_TRIES}
       RETURNING code_index AS index`,
      [id, now],
    );
    if (account === undefined || kept?.index !== this.codeIndex(id, code.trim())) return codeWrong();
    // The code was right: a password that the policy refuses costs a try, not the code.
    return setPasswordByCode(tx, this.deps.credentials, account, newPassword, {
      ip,
      now,
      useUpCode: () => tx.query('DELETE FROM password_reset_code WHERE account_id = $1', [account.id]),
    });
  }

  /** Somebody tries numbers: written down like a number that has an account, which also takes the same time. */
  private auditStranger(tx: ScopedTransaction, ip: string): Promise<void> {
    return recordAudit(tx, {
      action: 'PASSWORD_FORGOTTEN',
      targetType: 'account',
      targetId: null,
      outcome: 'REFUSED',
      actor: { accountId: null, operatorName: null, organisationId: null, regionCode: null, ip },
      at: this.deps.clock.now(),
    });
  }

  /** An account that may help itself: a member who has activated it. */
  private async find(tx: ScopedTransaction, loginName: string): Promise<Account | undefined> {
    const [account] = await tx.query<Account>(
      `SELECT ${ACCOUNT_COLUMNS} FROM account a WHERE a.personal_name_index = $1 AND a.status = 'ACTIVE'`,
      [this.deps.personalData.index('loginName', loginName)],
    );
    return account;
  }

  private async send(mobile: string, code: string): Promise<void> {
    const minutes = this.deps.settings.resetCodeMinutes;
    await sendResetCode(this.deps, {
      mobile,
      text: `【郡县】您的验证码是 ${code}，${minutes} 分钟内有效，请勿告知他人。`,
      purpose: 'directory.reset-code',
    });
  }

  private async admit(loginName: string, ip: string): Promise<void> {
    const { rateLimiter, settings, clock } = this.deps;
    await rateLimiter.admit(
      [
        { key: `forgot:${loginName}`, limit: { attempts: MAX_TRIES * 2, windowSeconds: 600 } },
        { key: `forgot-address:${ip}`, limit: settings.addressRate },
      ],
      clock.now(),
    );
  }

  private codeIndex(accountId: string, code: string): string {
    return this.deps.personalData.digest('password-reset-code', `${accountId}:${code}`);
  }

  private inSignIn<T>(work: (tx: ScopedTransaction) => Promise<T>): Promise<T> {
    return this.deps.database.write(serviceScope(SERVICE_SCOPES.signIn), work);
  }
}

const codeWrong = () =>
  new Refusal(
    'CODE_WRONG',
    {
      zh: '验证码不正确或已失效，请核对或重新获取',
      en: 'The code is wrong or no longer valid; check it or ask for a new one',
    },
    { field: 'code' },
  );
