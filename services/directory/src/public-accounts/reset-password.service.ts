import type { Clock } from '@junxian/calendar';
import type { Refusal } from '@junxian/errors';
import { serviceScope } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { ACCOUNT_COLUMNS, type CitizenAccount, lockAccounts } from '../accounts/accounts.service';
import type { CredentialsService } from '../accounts/credentials.service';
import type { RandomInt } from '../accounts/password.rules';
import type { PersonalData } from '../accounts/personal-data';
import { recordAudit } from '../audit/audit.service';
import { SERVICE_SCOPES } from '../service-scopes';
import type { CaptchaAnswer, CaptchaService } from '../sign-in/captcha.service';
import { NO_FAILURES } from '../sign-in/lockout.rules';
import { saveLoginState } from '../sign-in/login-state.service';
import type { RateLimiter } from '../sign-in/rate-limit.service';
import {
  type CodeSender,
  newResetCode,
  sendResetCode,
  setPasswordByCode,
} from '../sign-in/reset-codes.service';
import type { SignInSettings } from '../sign-in/settings';
import { checkMobile } from './public-account.rules';
import { chooseAccount, codeExpired, codeWrong, decideCode } from './reset-code.rules';

export interface ResetPasswordDependencies extends CodeSender {
  database: Database;
  clock: Clock;
  randomInt: RandomInt;
  personalData: PersonalData;
  credentials: CredentialsService;
  captchas: CaptchaService;
  rateLimiter: RateLimiter;
  settings: SignInSettings;
}

export interface ResetPasswordInput {
  mobile: string;
  code: string;
  newPassword: string;
  loginName?: string | null | undefined;
}

/**
 * Forgotten passwords of citizens (PT-PUB-08): a code to the mobile number of the account. A number without an account
 * gets the same answers by the same statements; only no message goes out.
 */
export class ResetPasswordService {
  constructor(private readonly deps: ResetPasswordDependencies) {}

  /**
   * Sends a code to a mobile number, if it has an account; the one sent before is no longer good. Throws INVALID_PHONE,
   * CAPTCHA_REQUIRED, CAPTCHA_WRONG, RATE_LIMITED, alike for any number.
   */
  async requestCode(typed: string, captcha: CaptchaAnswer, ip: string): Promise<void> {
    const { clock, captchas, rateLimiter, settings, personalData } = this.deps;
    const mobile = checkMobile(typed);
    await rateLimiter.admit(
      [{ key: `reset-code-address:${ip}`, limit: settings.resetAddressRate }],
      clock.now(),
    );
    const refused = await captchas.take(captcha, clock.now());
    if (refused !== null) throw refused;
    // Only now: who cannot read the picture must not use up what a number may ask for.
    await rateLimiter.admit([{ key: `reset-code:${mobile}`, limit: settings.resetCodeRate }], clock.now());
    const code = newResetCode(this.deps.randomInt);
    await this.inSignIn(async (tx) => {
      const now = clock.now();
      const phoneIndex = personalData.index('phone', mobile);
      const accounts = await accountsOf(tx, phoneIndex);
      await tx.query(
        `INSERT INTO public_reset_code (phone_index, code_index, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (phone_index) DO UPDATE
         SET code_index = EXCLUDED.code_index, expires_at = EXCLUDED.expires_at, wrong_tries = 0`,
        [
          phoneIndex,
          this.codeIndex(phoneIndex, code),
          new Date(now.getTime() + settings.publicResetCodeMinutes * 60_000),
        ],
      );
      await recordAudit(tx, {
        action: 'PASSWORD_FORGOTTEN',
        targetType: 'account',
        targetId: accounts[0]?.id ?? null,
        after: { realm: 'PUBLIC' },
        outcome: accounts.length > 0 ? 'OK' : 'REFUSED',
        actor: { accountId: null, operatorName: null, organisationId: null, regionCode: null, ip },
        at: now,
      });
      // After the commit and not waited for: how long sending takes must not tell that there is an account.
      if (accounts.length > 0) tx.afterCommit(() => void this.send(mobile, code));
    });
  }

  /**
   * Sets a new password with the code that was sent: all sessions of the account end, and a lock is lifted. With
   * several accounts at the number, or one of another name, CHOOSE_ACCOUNT names them, and the code stays good; so it
   * does when the password is refused (PASSWORD_…). Throws CODE_WRONG, CODE_EXPIRED, INVALID_PHONE, RATE_LIMITED.
   */
  async reset(input: ResetPasswordInput, ip: string): Promise<void> {
    const { clock, rateLimiter, settings } = this.deps;
    const mobile = checkMobile(input.mobile);
    await rateLimiter.admit(
      [
        { key: `reset-password:${mobile}`, limit: settings.resetTryRate },
        { key: `reset-password-address:${ip}`, limit: settings.resetAddressRate },
      ],
      clock.now(),
    );
    const refused = await this.inSignIn((tx) => this.resetIn(tx, { ...input, mobile }, ip));
    if (refused !== null) throw refused;
  }

  private async resetIn(
    tx: ScopedTransaction,
    { mobile, code, newPassword, loginName }: ResetPasswordInput,
    ip: string,
  ): Promise<Refusal | null> {
    const { personalData, credentials, clock } = this.deps;
    const phoneIndex = personalData.index('phone', mobile);
    const [sent] = await tx.query<{ codeIndex: string; expiresAt: Date; wrongTries: number }>(
      `SELECT code_index AS "codeIndex", expires_at AS "expiresAt", wrong_tries AS "wrongTries"
       FROM public_reset_code WHERE phone_index = $1 FOR UPDATE`,
      [phoneIndex],
    );
    await lockAccounts(
      tx,
      (await accountsOf(tx, phoneIndex)).map(({ id }) => id),
    );
    // Read again: the number may have been changed while we waited.
    const accounts = await accountsOf(tx, phoneIndex);
    const now = clock.now();
    const equals = sent?.codeIndex === this.codeIndex(phoneIndex, code.trim());
    const decision = decideCode(sent, equals, accounts.length > 0, now);
    if (decision === 'EXPIRED') return codeExpired();
    if (decision === 'WRONG') {
      await tx.query('UPDATE public_reset_code SET wrong_tries = wrong_tries + 1 WHERE phone_index = $1', [
        phoneIndex,
      ]);
      return codeWrong();
    }
    const meant = loginName ? accounts.filter((account) => account.loginName === loginName) : accounts;
    const [account] = meant;
    if (account === undefined || meant.length > 1)
      return chooseAccount(accounts.map((one) => one.loginName!));
    return setPasswordByCode(tx, credentials, account, newPassword, {
      ip,
      now,
      useUpCode: async () => {
        await tx.query('DELETE FROM public_reset_code WHERE phone_index = $1', [phoneIndex]);
        await saveLoginState(tx, account.id, 'PUBLIC', NO_FAILURES);
      },
    });
  }

  private async send(mobile: string, code: string): Promise<void> {
    const minutes = this.deps.settings.publicResetCodeMinutes;
    await sendResetCode(this.deps, {
      mobile,
      text: `【郡县】您正在重置密码，验证码是 ${code}，${minutes} 分钟内有效，请勿告知他人。`,
      purpose: 'directory.public-reset-code',
    });
  }

  private codeIndex(phoneIndex: string, code: string): string {
    return this.deps.personalData.digest('public-reset-code', `${phoneIndex}:${code}`);
  }

  private inSignIn<T>(work: (tx: ScopedTransaction) => Promise<T>): Promise<T> {
    return this.deps.database.write(serviceScope(SERVICE_SCOPES.signIn), work);
  }
}

/** Citizens' accounts of a mobile number that may sign in. */
function accountsOf(tx: ScopedTransaction, phoneIndex: string): Promise<CitizenAccount[]> {
  return tx.query<CitizenAccount>(
    `SELECT ${ACCOUNT_COLUMNS} FROM account a
     WHERE a.phone_index = $1 AND a.kind = 'CITIZEN' AND a.status = 'ACTIVE' ORDER BY a.id`,
    [phoneIndex],
  );
}
