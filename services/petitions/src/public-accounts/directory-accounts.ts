import { randomUUID } from 'node:crypto';
import type { serviceClient } from '@junxian/subgraph';
import type { CaptchaAnswer } from './registration.rules';

/** An account to be opened for a profile. */
export interface NewDirectoryAccount {
  username: string;
  password: string;
  mobile: string;
  citizenId: string | null;
  profileId: string;
}

/** What the directory does for citizens' accounts while a person waits (architecture §2). */
export interface DirectoryAccounts {
  /** Uses a captcha up. Throws CAPTCHA_REQUIRED, CAPTCHA_WRONG. */
  redeemCaptcha(captcha: CaptchaAnswer): Promise<void>;
  /**
   * Opens an account that cannot sign in yet; the same key with the same content gives the same account. Returns its
   * id. Throws INVALID_USERNAME, USERNAME_TAKEN, PASSWORD_…, INVALID_PHONE, IDEMPOTENCY_KEY_REUSED.
   */
  createAccount(account: NewDirectoryAccount, idempotencyKey: string): Promise<string>;
  /** Lets it sign in. Repeating changes nothing. Throws NOT_FOUND when it was given up meanwhile. */
  activate(accountId: string): Promise<void>;
  /** Codes for forgotten passwords go to this number from now on. */
  changeMobile(accountId: string, mobile: string): Promise<void>;
  /** Tokens of the account name this citizen from now on; null: none, for a document that is no resident's. */
  changeCitizen(accountId: string, citizenId: string | null): Promise<void>;
}

/** The directory over HTTP. Every method throws SERVICE_UNAVAILABLE when it does not answer; repeating is safe. */
export function directoryAccounts(client: ReturnType<typeof serviceClient>): DirectoryAccounts {
  return {
    redeemCaptcha: async ({ id, text }) => {
      await client.post('/internal/captcha/redeem', { id, text }, randomUUID());
    },
    createAccount: async (account, idempotencyKey) => {
      const { accountId } = await client.post<{ accountId: string }>(
        '/internal/public-accounts',
        account,
        idempotencyKey,
      );
      return accountId;
    },
    activate: async (accountId) => {
      await client.post('/internal/public-accounts/activate', { accountId }, accountId);
    },
    changeMobile: async (accountId, mobile) => {
      await client.post('/internal/public-accounts/mobile', { accountId, mobile }, randomUUID());
    },
    changeCitizen: async (accountId, citizenId) => {
      await client.post('/internal/public-accounts/citizen', { accountId, citizenId }, randomUUID());
    },
  };
}
