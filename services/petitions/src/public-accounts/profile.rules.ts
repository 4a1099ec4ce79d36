import { isCalendarDate } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { checkCitizenNumber } from '@junxian/identity';
import { Faults } from '../texts.rules';
import { cleanText, fieldRequired } from './faults.rules';
import type { ProfileFacts, ProfileInput } from './public-account.types';

/** What a profile is checked against. */
export interface ProfileCheck {
  anonymous: boolean;
  /** `YYYY-MM-DD`, in China. */
  today: string;
  isRegion(code: string): boolean;
}

const ADDRESSES = [
  ['householdAddress', 'householdRegionCode'],
  ['usualAddress', 'usualRegionCode'],
  ['mailingAddress', 'mailingRegionCode'],
] as const;
const LONGEST_ADDRESS = 200;
const LONGEST_WORD = 100;
const MOBILE = /^1[3-9]\d{9}$/;
const PHONE = /^[0-9+()（） -]{5,30}$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/;
const POSTCODE = /^\d{6}$/;
const OTHER_ID_NUMBER = /^[\p{L}\p{N}()（）号字第-]{4,40}$/u;

const NOBODY = {
  name: null,
  sex: null,
  idType: null,
  idNumber: null,
  phone: null,
  email: null,
  birthDate: null,
  ethnicity: null,
  politicalStatus: null,
  occupation: null,
  employer: null,
  residencyStatus: null,
} as const;

/**
 * Cleans and checks a profile. Adds every fault to `faults`: ADDRESS_REQUIRED without any address (PT-PUB-02),
 * FIELD_REQUIRED, INVALID_ID, INVALID_PHONE, INVALID_REGION_CODE, INVALID_INPUT, TEXT_TOO_LONG. Of an anonymous account only
 * the mobile number and the addresses are kept (PT-PUB-06). The result counts only when no fault was added.
 */
export function checkProfile(typed: ProfileInput, check: ProfileCheck, faults: Faults): ProfileFacts {
  const reachable = {
    ...addressesOf(typed, check, faults),
    mobile: faults.of(() => checkMobile(typed.mobile)) ?? '',
    postcode: matching(typed.postcode, 'postcode', POSTCODE, faults, {
      zh: '邮政编码应为 6 位数字，请核对后重填',
      en: 'A postcode has six digits; check it and enter it again',
    }),
  };
  if (check.anonymous) return { ...NOBODY, ...reachable };
  const word = (field: 'ethnicity' | 'politicalStatus' | 'occupation' | 'employer' | 'residencyStatus') =>
    cleanText(typed[field], field, LONGEST_WORD, faults);
  return {
    ...reachable,
    ...identityOf(typed, check.today, faults),
    phone: matching(typed.phone, 'phone', PHONE, faults, {
      zh: '固定电话格式不正确，请填写区号和号码，例如 0531-12345678',
      en: 'The phone number is not valid; enter it with its area code',
    }),
    email: matching(typed.email, 'email', EMAIL, faults, {
      zh: '电子邮箱格式不正确，请核对后重填',
      en: 'The e-mail address is not valid; check it and enter it again',
    }),
    ethnicity: word('ethnicity'),
    politicalStatus: word('politicalStatus'),
    occupation: word('occupation'),
    employer: word('employer'),
    residencyStatus: word('residencyStatus'),
  };
}

/** A mobile number 手机号码 as 11 digits, without spaces, dashes or +86. Throws FIELD_REQUIRED, INVALID_PHONE. */
export function checkMobile(typed: string | null | undefined): string {
  const digits = (typed ?? '').replace(/[\s-]/g, '').replace(/^(?:\+|00)?86(?=1[3-9]\d{9}$)/, '');
  if (digits === '') throw fieldRequired('mobile', '手机号码', 'a mobile number');
  if (MOBILE.test(digits)) return digits;
  throw new Refusal(
    'INVALID_PHONE',
    {
      zh: '手机号应为 11 位数字，请核对后重填',
      en: 'A mobile number has 11 digits; check it and enter it again',
    },
    { field: 'mobile' },
  );
}

/**
 * Whether the public-security interface must confirm somebody: named, with a resident ID whose number begins with
 * one of the prefixes (PT-PUB-03). Nobody else is ever sent there (PT-PUB-04).
 */
export function needsIdentityCheck(
  { idType, idNumber }: Pick<ProfileFacts, 'idType' | 'idNumber'>,
  anonymous: boolean,
  prefixes: readonly string[],
): boolean {
  return (
    !anonymous &&
    idType === 'RESIDENT_ID' &&
    idNumber !== null &&
    prefixes.some((prefix) => idNumber.startsWith(prefix))
  );
}

/** What can never be changed once the account exists (PT-PUB-15). */
export interface FixedFacts {
  username: string;
  name: string | null;
  sex: string | null;
  idType: string | null;
}

/** Adds FIELD_IMMUTABLE for each fixed field that is given and differs (PT-PUB-15). */
export function checkUnchanged(
  stored: FixedFacts,
  given: { readonly [Field in keyof FixedFacts]?: string | null },
  faults: Faults,
): void {
  for (const field of ['username', 'name', 'sex', 'idType'] as const) {
    const value = given[field];
    if (value === undefined || (value?.trim() || null) === stored[field]) continue;
    faults.add(
      new Refusal(
        'FIELD_IMMUTABLE',
        {
          zh: '用户名、姓名、性别和证件类型注册后不能修改；如登记有误，请携带证件到信访部门办理',
          en: 'Username, name, sex and ID type cannot be changed after registration; if one is wrong, bring your document to the petition bureau',
        },
        { field },
      ),
    );
  }
}

function addressesOf(typed: ProfileInput, { isRegion }: ProfileCheck, faults: Faults) {
  const entries: [string, string | null][] = [];
  for (const [address, region] of ADDRESSES) {
    entries.push([address, cleanText(typed[address], address, LONGEST_ADDRESS, faults)]);
    const code = cleanText(typed[region], region, 12, faults);
    if (code !== null && !isRegion(code)) faults.add(unknownRegion(region));
    entries.push([region, code]);
  }
  const addresses = Object.fromEntries(entries) as Pick<
    ProfileFacts,
    (typeof ADDRESSES)[number][0] | (typeof ADDRESSES)[number][1]
  >;
  if (ADDRESSES.every(([address]) => addresses[address] === null)) faults.add(addressRequired());
  return addresses;
}

function identityOf(typed: ProfileInput, today: string, faults: Faults) {
  const name = cleanText(typed.name, 'name', LONGEST_WORD, faults);
  const idType = typed.idType ?? null;
  const birthDate = typed.birthDate ?? null;
  if (name === null) faults.add(fieldRequired('name', '姓名', 'your name'));
  if (idType === null) faults.add(fieldRequired('idType', '证件类型', 'the type of your ID document'));
  if (birthDate !== null && (!isCalendarDate(birthDate) || birthDate > today)) faults.add(invalidBirthDate());
  const number = cleanText(typed.idNumber, 'idNumber', LONGEST_WORD, faults);
  if (number === null) faults.add(fieldRequired('idNumber', '证件号码', 'the number of your ID document'));
  const sex = typed.sex ?? null;
  if (idType === 'RESIDENT_ID' && number !== null) {
    // A resident number says birth date and sex itself.
    const read = faults.of(() => checkCitizenNumber(number, 'idNumber', today));
    if (read !== undefined && sex !== null && sex !== read.sex) faults.add(sexDiffers());
    return {
      name,
      idType,
      idNumber: read?.normalised ?? null,
      sex: read?.sex ?? sex,
      birthDate: read?.birthDate ?? birthDate,
    };
  }
  if (sex === null) faults.add(fieldRequired('sex', '性别', 'your sex'));
  const idNumber = number === null ? null : number.replace(/\s/g, '').toUpperCase();
  if (idNumber !== null && idType !== null && !OTHER_ID_NUMBER.test(idNumber)) faults.add(invalidIdNumber());
  return { name, idType, idNumber, sex, birthDate };
}

function matching(
  typed: string | null | undefined,
  field: string,
  pattern: RegExp,
  faults: Faults,
  text: { zh: string; en: string },
): string | null {
  const value = (typed ?? '').trim();
  if (value !== '' && !pattern.test(value)) faults.add(refuse.invalid(field, text));
  return value === '' ? null : value;
}

const addressRequired = () =>
  new Refusal(
    'ADDRESS_REQUIRED',
    {
      zh: '户口所在地、常用地址和通讯地址至少填写一项',
      en: 'Enter at least one of household, usual and mailing address',
    },
    { field: 'householdAddress' },
  );

/** The refusal of a region code that does not exist. */
export const unknownRegion = (field: string): Refusal =>
  new Refusal(
    'INVALID_REGION_CODE',
    { zh: '行政区划代码不存在，请从列表中选择', en: 'There is no such region; choose one from the list' },
    { field },
  );

const invalidBirthDate = () =>
  refuse.invalid('birthDate', {
    zh: '出生日期不存在或晚于今天，请核对后重填',
    en: 'The birth date does not exist or lies in the future; check it and enter it again',
  });

const sexDiffers = () =>
  refuse.invalid('sex', {
    zh: '性别与公民身份号码不符，请核对后重填',
    en: 'The sex does not match the ID number; check both and enter them again',
  });

const invalidIdNumber = () =>
  new Refusal(
    'INVALID_ID',
    {
      zh: '证件号码应为 4 至 40 位字母或数字，请核对证件后重填',
      en: 'An ID number has 4 to 40 letters or digits; check the document and enter it again',
    },
    { field: 'idNumber' },
  );
