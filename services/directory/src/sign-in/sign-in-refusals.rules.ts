import { dateTimeInShanghai } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { Realm } from './modules.rules';

/** One text for an unknown account, a wrong password, and an account that does not belong where it was tried (DI-LOG-08). */
export const loginFailed = () =>
  new Refusal(
    'LOGIN_FAILED',
    {
      zh: '账号或密码不正确，请核对账号、密码和所选系统（区分大小写）',
      en: 'Account or password is wrong; check both and the realm chosen (upper and lower case matter)',
    },
    { httpStatus: 401 },
  );

/** The account is barred; says until when, and what else helps: citizens have no administrator, but their phone. */
export const accountLocked = (lockedUntil: Date, realm: Realm) =>
  new Refusal(
    'ACCOUNT_LOCKED',
    realm === 'PUBLIC'
      ? {
          zh: `账号已锁定，请于 ${dateTimeInShanghai(lockedUntil)} 后再试，或用注册的手机号重置密码`,
          en: `The account is locked until ${dateTimeInShanghai(lockedUntil)} (China time); try again then, or reset the password by your mobile number`,
        }
      : {
          zh: `账号已锁定，请于 ${dateTimeInShanghai(lockedUntil)} 后再试，或联系有权限的管理员解除冻结`,
          en: `The account is locked until ${dateTimeInShanghai(lockedUntil)} (China time); try again then, or ask the administrator who may unlock it`,
        },
    { details: { lockedUntil: lockedUntil.toISOString() }, httpStatus: 423 },
  );

export const accountDisabled = () =>
  new Refusal(
    'ACCOUNT_DISABLED',
    { zh: '账号已停用，请联系上级管理员', en: 'The account is disabled; ask your superior administrator' },
    { httpStatus: 403 },
  );

export const noAppointment = () =>
  new Refusal(
    'NO_APPOINTMENT',
    {
      zh: '账号没有有效的岗位，请联系上级管理员任命',
      en: 'The account has no valid appointment; ask your superior administrator for one',
    },
    { httpStatus: 403 },
  );
