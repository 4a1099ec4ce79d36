import { Refusal } from '@junxian/errors';

/** What a person account's login name is made from (DI-ACC-12). */
export type PersonalNameForm = 'MOBILE' | 'LANDLINE' | 'ID_TAIL';

const MOBILE = /^1[3-9]\d{9}$/;
const LANDLINE = /^0[1-9]\d{1,2}\d{7,8}$/;
/** Last 11 characters of an ID number: three digits of the year, month, day, three of the serial, the check character. */
const ID_TAIL = /^(?:[89]\d{2}|00\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]$/;
const ADMIN_NAME = /^[A-Za-z][A-Za-z0-9._-]{2,31}$/;
const MOBILE_INSIDE = /(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)/;
const PREFIX = /^[a-z]{1,20}$/;
const MIN_AGE_WITHOUT_PHONE = 50;

const digitsOf = (typed: string) => typed.replace(/[\s()（）-]/g, '').replace(/^\+?86(?=1[3-9]\d{9}$)/, '');

/**
 * Checks the login name of an administrator account: 3–32 letters, digits and `. _ -`, beginning with a
 * letter, kept exactly as typed (DI-ACC-11) and never a personal mobile number, not even inside
 * (DI-ACC-06). Throws LOGIN_NAME_IS_MOBILE or INVALID_LOGIN_NAME.
 */
export function checkAdminLoginName(name: string, field = 'loginName'): string {
  if (MOBILE.test(digitsOf(name)) || MOBILE_INSIDE.test(name)) {
    throw new Refusal(
      'LOGIN_NAME_IS_MOBILE',
      {
        zh: '管理员账号不得使用个人手机号，请改用单位简称加序号',
        en: 'An administrator account is never a personal mobile number; use the unit’s abbreviation and a serial',
      },
      { field },
    );
  }
  if (!ADMIN_NAME.test(name)) {
    throw new Refusal(
      'INVALID_LOGIN_NAME',
      {
        zh: '登录名须以英文字母开头，由 3 至 32 位字母、数字或 . _ - 组成',
        en: 'A login name begins with a letter and has 3 to 32 letters, digits or . _ -',
      },
      { field },
    );
  }
  return name;
}

/** Checks the prefix of generated administrators (DI-ACC-05): 1–20 lower-case letters. Throws INVALID_PREFIX. */
export function checkPrefix(prefix: string, expected: string | null, field = 'prefix'): string {
  if (!PREFIX.test(prefix)) {
    throw new Refusal(
      'INVALID_PREFIX',
      {
        zh: '前缀须为 1 至 20 位小写字母，即市或工委的拼音简称，例如太原市为 tys',
        en: 'A prefix is 1 to 20 lower-case letters, the abbreviation of the city or working committee, such as tys for Taiyuan',
      },
      { field },
    );
  }
  if (expected !== null && prefix !== expected) {
    throw new Refusal(
      'INVALID_PREFIX',
      {
        zh: `该组织登记的前缀为 ${expected}，请使用该前缀`,
        en: `The prefix registered for this organisation is ${expected}; use it`,
      },
      { field, details: { expected } },
    );
  }
  return prefix;
}

/** The names of generated administrators: prefix and serial, `tys001`. Takes the last serial in use and how many are wanted. */
export function generatedNames(prefix: string, lastSerial: number, count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => prefix + String(lastSerial + index + 1).padStart(3, '0'),
  );
}

/** Whole years of age on a day; both dates `YYYY-MM-DD`. */
export function ageOn(birthDate: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

export interface PersonalNameFacts {
  mobile?: string | null | undefined;
  landline?: string | null | undefined;
  /** Already normalised. */
  idNumber: string;
  birthDate: string;
  today: string;
}

/**
 * Chooses the login name of a Party-realm person account (DI-ACC-12): the mobile number; else area code
 * and landline; else, for those aged 50 or more, the last 11 characters of the ID number. Throws
 * INVALID_PHONE on a malformed number, PHONE_REQUIRED when a younger person has none.
 */
export function personalLoginName(facts: PersonalNameFacts): { name: string; form: PersonalNameForm } {
  if (facts.mobile) {
    const name = digitsOf(facts.mobile);
    if (!MOBILE.test(name)) {
      throw invalidPhone(
        'mobile',
        '手机号应为 11 位，请核对后重填',
        'A mobile number has 11 digits; check it and enter it again',
      );
    }
    return { name, form: 'MOBILE' };
  }
  if (facts.landline) {
    const name = digitsOf(facts.landline);
    if (!LANDLINE.test(name)) {
      throw invalidPhone(
        'landline',
        '固定电话须带区号，例如 0352-2345678',
        'A landline number needs its area code, such as 0352-2345678',
      );
    }
    return { name, form: 'LANDLINE' };
  }
  if (ageOn(facts.birthDate, facts.today) < MIN_AGE_WITHOUT_PHONE) {
    throw new Refusal(
      'PHONE_REQUIRED',
      {
        zh: '未满 50 周岁的人员须填写手机号或带区号的固定电话',
        en: 'A person under 50 needs a mobile number or a landline number with area code',
      },
      { field: 'mobile' },
    );
  }
  return { name: facts.idNumber.slice(-11), form: 'ID_TAIL' };
}

const invalidPhone = (field: string, zh: string, en: string) =>
  new Refusal('INVALID_PHONE', { zh, en }, { field });

/** How somebody can get a new password, told from the form of the login name alone, so that it gives away no account. */
export function formOfLoginName(name: string): PersonalNameForm | 'ADMIN' {
  if (MOBILE.test(name)) return 'MOBILE';
  if (ID_TAIL.test(name)) return 'ID_TAIL';
  return LANDLINE.test(name) ? 'LANDLINE' : 'ADMIN';
}

/** A personal login name as others may see it: `139****5678`, `0352*****78`, `*********34`. */
export function maskedPersonalName(name: string): string {
  const form = formOfLoginName(name);
  const shown = form === 'MOBILE' ? [3, 4] : form === 'LANDLINE' ? [4, 2] : [0, 2];
  const [head, tail] = shown as [number, number];
  return name.slice(0, head) + '*'.repeat(name.length - head - tail) + name.slice(name.length - tail);
}
