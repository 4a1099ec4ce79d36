import { Refusal, refuse } from '@junxian/errors';
import { isCreditCode, normaliseCreditCode } from './credit-code.rules';

export const ORGANISATION_KINDS = ['UNIT', 'DEPARTMENT', 'PARTY', 'BUREAU'] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

/** What a person may state about an organisation; a sheet row and a mutation bring the same facts. */
export interface BasicData {
  sealName: string;
  unifiedSocialCreditCode: string | null;
  headcount: number | null;
  hasExtranet: boolean;
  contactName: string | null;
  contactPhone: string | null;
}

const MAX_NAME = 100;
const MAX_HEADCOUNT = 10_000_000;
// White space of every width, and the invisible characters that copying brings along.
const BLANKS = /[\s\u00AD\u180E\u200B-\u200F\u2028-\u202F\u2060\u3000\uFEFF]/g;
// ○ stands for zero in names of old works (二○一厂); all other symbols have no place on a seal.
const NAME = /^[\p{L}\p{M}\p{N}\p{P}○]+$/u;
// A telephone or ID number written into the name's column would be shown and logged as a name.
const NUMBER_OF_A_PERSON = /\d{6}/;
const PHONE = /^(?:1[3-9]\d{9}|0\d{2,3}-?[2-9]\d{6,7}(?:-\d{1,6})?)$/;

/** The seal name as it is stored and compared: without any blank, full-width ones included (DI-ORG-01). */
export function normaliseSealName(text: string): string {
  return text.normalize('NFC').replace(BLANKS, '');
}

/** The normalised seal name 公章名称. Throws INVALID_SEAL_NAME naming `field`. */
export function checkSealName(text: string, field = 'sealName'): string {
  const name = normaliseSealName(text);
  if ([...name].length < 2 || [...name].length > MAX_NAME || !NAME.test(name)) {
    throw new Refusal(
      'INVALID_SEAL_NAME',
      {
        zh: `单位名称须与公章一致，2 到 ${MAX_NAME} 个字，不含特殊符号`,
        en: `The name must be that of the official seal, 2 to ${MAX_NAME} characters without symbols`,
      },
      { field },
    );
  }
  return name;
}

/** The normalised credit code, null for blank. Throws INVALID_CREDIT_CODE. */
export function checkCreditCode(text: string | null, field = 'unifiedSocialCreditCode'): string | null {
  const code = normaliseCreditCode(text ?? '');
  if (code === '') return null;
  if (isCreditCode(code)) return code;
  throw new Refusal(
    'INVALID_CREDIT_CODE',
    {
      zh: '统一社会信用代码应为 18 位且校验位正确，请对照登记证书核对',
      en: 'A unified social credit code has 18 characters with a right check character; compare the certificate',
    },
    { field },
  );
}

/** The number of people, null for blank. Throws INVALID_INPUT for anything but a whole number from 0. */
export function checkHeadcount(value: number | null, field = 'headcount'): number | null {
  if (value === null || (Number.isInteger(value) && value >= 0 && value <= MAX_HEADCOUNT)) return value;
  throw refuse.invalid(field, {
    zh: `人数应为 0 到 ${MAX_HEADCOUNT} 的整数`,
    en: `The headcount is a whole number from 0 to ${MAX_HEADCOUNT}`,
  });
}

/** The contact's name, null for blank. Throws INVALID_INPUT when it is too long or holds a number of a person. */
export function checkContactName(text: string | null, field = 'contactName'): string | null {
  const name = (text ?? '').trim();
  if (name === '') return null;
  if ([...name].length <= 30 && !NUMBER_OF_A_PERSON.test(name)) return name;
  throw refuse.invalid(field, {
    zh: '联系人只填写姓名，不超过 30 个字',
    en: "Give only the contact's name, at most 30 characters",
  });
}

/** The contact's telephone, null for blank. Throws INVALID_PHONE. */
export function checkContactPhone(text: string | null, field = 'contactPhone'): string | null {
  const phone = (text ?? '')
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/[‐-―－]/g, '-');
  if (phone === '') return null;
  if (PHONE.test(phone)) return phone;
  throw new Refusal(
    'INVALID_PHONE',
    {
      zh: '电话应为 11 位手机号，或“区号-固定电话”',
      en: 'The telephone is an 11-digit mobile number, or area code and landline',
    },
    { field },
  );
}

/** The prefix of administrators' names (DI-ACC-05), null for blank. Throws INVALID_ADMIN_PREFIX. */
export function checkAdminPrefix(text: string | null, field = 'adminPrefix'): string | null {
  if (text === null || text === '') return null;
  if (/^[a-z]{1,20}$/.test(text)) return text;
  throw new Refusal(
    'INVALID_ADMIN_PREFIX',
    {
      zh: '管理员前缀只能由 1 到 20 个小写字母组成',
      en: 'The prefix consists of 1 to 20 lower-case letters',
    },
    { field },
  );
}

/** Whether a unit counted as an enterprise on a day: from the conversion date on (DI-ORG-03). */
export function isConverted(convertedToEnterpriseOn: string | null, asOf: string): boolean {
  return convertedToEnterpriseOn !== null && convertedToEnterpriseOn <= asOf;
}

/**
 * Whether a unit may be marked as converted on a date. Only units, only once, and only when the conversion
 * has happened: "definitely" converted (DI-ORG-03). Throws NOT_A_UNIT, ALREADY_CONVERTED, CONVERSION_IN_FUTURE.
 */
export function checkConversion(
  organisation: { kind: OrganisationKind; convertedToEnterpriseOn: string | null },
  convertedOn: string,
  today: string,
): void {
  if (organisation.kind !== 'UNIT') {
    throw new Refusal(
      'NOT_A_UNIT',
      { zh: '只有单位可以登记转企', en: 'Only a unit can be converted to an enterprise' },
      { field: 'id' },
    );
  }
  if (organisation.convertedToEnterpriseOn !== null) {
    throw new Refusal(
      'ALREADY_CONVERTED',
      { zh: '该单位已登记转企，不能重复登记', en: 'The unit is already marked as converted' },
      { field: 'id' },
    );
  }
  if (convertedOn > today) {
    throw new Refusal(
      'CONVERSION_IN_FUTURE',
      {
        zh: '转企日期不能晚于今天，请在确定转企后登记',
        en: 'The date lies ahead; record it once it has happened',
      },
      { field: 'convertedOn' },
    );
  }
}
