import { Refusal } from '@junxian/errors';

export type Realm = 'RETIRED_CADRE' | 'PARTY' | 'PROF_TECH' | 'POVERTY_ALLEVIATION' | 'PETITIONS' | 'PUBLIC';
export type Module =
  | 'BASIC_INFO'
  | 'FIVE_REGISTERS'
  | 'PARTY_ADMIN'
  | 'PARTY_APP'
  | 'PT'
  | 'POVERTY_ALLEVIATION'
  | 'PETITIONS'
  | 'PUBLIC_PETITIONS';
export type Channel = 'GOV_EXTRANET' | 'INTERNET' | 'VPN';
export type OfficerKind = 'ADMIN' | 'PERSON';
export type AccountKind = OfficerKind | 'CITIZEN';

const MODULES: Readonly<Record<Realm, readonly Module[]>> = {
  RETIRED_CADRE: ['BASIC_INFO', 'FIVE_REGISTERS'],
  PARTY: ['PARTY_ADMIN', 'PARTY_APP'],
  PROF_TECH: ['PT'],
  POVERTY_ALLEVIATION: ['POVERTY_ALLEVIATION'],
  PETITIONS: ['PETITIONS'],
  PUBLIC: ['PUBLIC_PETITIONS'],
};

/** Refuses a module that does not belong to the realm, so that no realm's lock or captcha is walked around. Throws MODULE_NOT_OF_REALM. */
export function checkModule(realm: Realm, module: Module): void {
  if (MODULES[realm].includes(module)) return;
  throw new Refusal(
    'MODULE_NOT_OF_REALM',
    {
      zh: '所选模块不属于该系统，请重新选择系统和模块',
      en: 'The module does not belong to this realm; choose realm and module again',
    },
    { field: 'module' },
  );
}

/**
 * Whether a login must solve a captcha: the back office of a realm whose policy asks administrators for
 * one (DI-LOG-06). Decided by the module, not by the account, so that the answer tells nothing about accounts.
 */
export function needsCaptcha(module: Module, policy: { captchaForAdmins: boolean }): boolean {
  return policy.captchaForAdmins && module === 'PARTY_ADMIN';
}

/**
 * Whether an account of a kind enters through a module: citizens through the public one and nobody else there;
 * administrators of the Party realm only through its back office, where the captcha is.
 */
export function mayEnter(kind: AccountKind, module: Module): boolean {
  if ((kind === 'CITIZEN') !== MODULES.PUBLIC.includes(module)) return false;
  return !(kind === 'ADMIN' && module === 'PARTY_APP');
}

/** Whether staying signed in without typing the password again is offered: never on the VPN (DI-SES-06). */
export function autoLoginOffered(channel: Channel): boolean {
  return channel !== 'VPN';
}

/** Refuses to stay signed in on the VPN (DI-SES-06) with AUTO_LOGIN_NOT_OFFERED. */
export function checkAutoLogin(channel: Channel, keepSignedIn: boolean): void {
  if (!keepSignedIn || autoLoginOffered(channel)) return;
  throw new Refusal(
    'AUTO_LOGIN_NOT_OFFERED',
    {
      zh: 'VPN 登录不提供自动登录，请取消“自动登录”后输入密码登录',
      en: 'Automatic login is not offered on the VPN; untick it and enter your password',
    },
    { field: 'keepSignedIn' },
  );
}
