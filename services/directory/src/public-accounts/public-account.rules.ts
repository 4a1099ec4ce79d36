import { Refusal } from '@junxian/errors';

const USERNAME = /^[A-Za-z][A-Za-z0-9_]{3,31}$/;
/** As many digits as a mobile number has, the shortest of the personal numbers. */
const LOOKS_LIKE_A_NUMBER = /\d{11}/;
const MOBILE = /^1[3-9]\d{9}$/;

/**
 * Checks the name a citizen chose to sign in by: 4–32 letters, digits and `_`, beginning with a letter, kept exactly
 * as typed. No number of a phone or an ID card inside, however it is cut up: the name is shown. Throws INVALID_USERNAME.
 */
export function checkUsername(typed: string, field = 'username'): string {
  if (USERNAME.test(typed) && !LOOKS_LIKE_A_NUMBER.test(typed.replaceAll('_', ''))) return typed;
  throw new Refusal(
    'INVALID_USERNAME',
    {
      zh: '用户名须以英文字母开头，由 4 至 32 位字母、数字或下划线组成，且不得包含手机号或证件号码，请另取一个',
      en: 'A username begins with a letter and has 4 to 32 letters, digits or underscores, without a phone or ID number; choose another',
    },
    { field },
  );
}

/** Takes a mobile number as typed; returns its 11 digits without spaces, dashes or +86. Throws INVALID_PHONE. */
export function checkMobile(typed: string, field = 'mobile'): string {
  const digits = typed.replace(/[\s-]/g, '').replace(/^(?:\+|00)?86(?=1[3-9]\d{9}$)/, '');
  if (MOBILE.test(digits)) return digits;
  throw new Refusal(
    'INVALID_PHONE',
    {
      zh: '手机号应为 11 位数字，请核对后重填',
      en: 'A mobile number has 11 digits; check it and enter it again',
    },
    { field },
  );
}

/** The name is somebody else's, another citizen's or an administrator's. */
export const usernameTaken = (): Refusal =>
  new Refusal(
    'USERNAME_TAKEN',
    { zh: '该用户名已被使用，请另取一个', en: 'The username is in use; choose another' },
    { field: 'username', httpStatus: 409 },
  );

/** A key stands for one content: with another it is a defect of the caller, not a retry. */
export const keyUsedOtherwise = (): Refusal =>
  new Refusal(
    'IDEMPOTENCY_KEY_REUSED',
    {
      zh: '该次提交已用于不同的注册内容，请重新提交注册',
      en: 'This submission was used for other content; submit the registration anew',
    },
    { httpStatus: 409 },
  );
