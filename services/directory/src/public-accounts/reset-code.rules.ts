import { Refusal } from '@junxian/errors';

/** So many wrong codes use a code up (PT-PUB-08). */
export const MAX_TRIES = 5;

export interface SentCode {
  expiresAt: Date;
  wrongTries: number;
}

/**
 * RIGHT: possession of the phone is proven. EXPIRED: it would have been right. WRONG: anything else, and it counts
 * as a try.
 */
export type CodeDecision = 'RIGHT' | 'EXPIRED' | 'WRONG';

/**
 * Decides about a code that was typed for a mobile number (PT-PUB-08). Takes what was sent there last, whether the
 * code equals it, and whether the number has an account: without one the answer is the same as for a wrong code.
 * The code is good until, and no longer at, the instant it expires; after five wrong ones not even the right one is.
 */
export function decideCode(
  sent: SentCode | undefined,
  equals: boolean,
  hasAccount: boolean,
  now: Date,
): CodeDecision {
  if (sent === undefined || !equals || !hasAccount || sent.wrongTries >= MAX_TRIES) return 'WRONG';
  return now < sent.expiresAt ? 'RIGHT' : 'EXPIRED';
}

/** One text whatever is wrong: the code, the number, or that there is no account. */
export const codeWrong = (): Refusal =>
  new Refusal(
    'CODE_WRONG',
    {
      zh: '手机号或验证码不正确，请核对；多次输错后请重新获取验证码',
      en: 'The mobile number or the code is wrong; check them, and after several tries ask for a new code',
    },
    { field: 'code' },
  );

export const codeExpired = (): Refusal =>
  new Refusal(
    'CODE_EXPIRED',
    { zh: '验证码已过期，请重新获取后再试', en: 'The code has expired; ask for a new one' },
    { field: 'code' },
  );

/** Told only to who has the phone in hand. */
export const chooseAccount = (loginNames: readonly string[]): Refusal =>
  new Refusal(
    'CHOOSE_ACCOUNT',
    {
      zh: '该手机号登记了多个账号或与所填用户名不符，请选择要重置密码的用户名',
      en: 'The number belongs to several accounts or not to this username; choose the one whose password to reset',
    },
    { field: 'loginName', details: { loginNames: [...loginNames].sort() } },
  );
