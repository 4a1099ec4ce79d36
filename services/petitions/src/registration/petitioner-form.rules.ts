import { isCalendarDate } from '@junxian/calendar';
import { type Bilingual, Refusal, refuse } from '@junxian/errors';
import { checkCitizenNumber } from '@junxian/identity';
import type { IdType } from '../cases/case.types';
import { cleanText, fieldRequired } from '../public-accounts/faults.rules';
import { type Faults } from '../texts.rules';
import type { PetitionerFacts, PetitionerInput, VisitorSource } from './registration.types';

/** What a petitioner is checked against. */
export interface PetitionerCheck {
  /** Path of the input, for the fields of refusals: `petitioner`, `coVisitors[0]`. */
  path: string;
  /** Nobody has to be named. */
  anonymous: boolean;
  today: string;
  isRegion(code: string): boolean;
  source?: VisitorSource | null;
}

const MOBILE = /^1[3-9]\d{9}$/;
const PHONE = /^[0-9+()（） -]{5,30}$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/;
const POSTCODE = /^\d{6}$/;
const OTHER_ID_NUMBER = /^[\p{L}\p{N}()（）-]{4,40}$/u;
const LONGEST_WORD = 100;
const LONGEST_ADDRESS = 200;

/**
 * Cleans and checks a petitioner 信访人. Adds every fault: FIELD_REQUIRED (the name of somebody who is not anonymous; what an ID
 * reader always gives, PT-VIS-01), INVALID_ID, INVALID_PHONE, INVALID_REGION_CODE, INVALID_INPUT, TEXT_TOO_LONG. The result
 * counts only when no fault was added. A resident number says birth date and sex itself.
 */
export function checkPetitioner(
  typed: PetitionerInput,
  check: PetitionerCheck,
  faults: Faults,
): PetitionerFacts {
  const { path, anonymous, isRegion } = check;
  const at = (field: string) => `${path}.${field}`;
  const text = (field: keyof PetitionerInput, longest: number) =>
    cleanText(typed[field] as string | null | undefined, at(field), longest, faults);
  const region = (field: keyof PetitionerInput) => {
    const code = text(field, 12);
    if (code !== null && !isRegion(code)) faults.add(unknownRegion(at(field)));
    return code;
  };
  const name = text('name', LONGEST_WORD);
  if (name === null && !anonymous)
    faults.add(
      fieldRequired(
        at('name'),
        '信访人姓名（匿名信访请勾选匿名）',
        "the petitioner's name, or tick anonymous",
      ),
    );
  return {
    name,
    ...identityOf(typed, check, faults),
    householdAddress: text('householdAddress', LONGEST_ADDRESS),
    householdRegionCode: region('householdRegionCode'),
    usualAddress: text('usualAddress', LONGEST_ADDRESS),
    usualRegionCode: region('usualRegionCode'),
    mailingAddress: text('mailingAddress', LONGEST_ADDRESS),
    mailingRegionCode: region('mailingRegionCode'),
    mobile: checkedMobile(typed.mobile, at('mobile'), faults),
    phone: matching(typed.phone, at('phone'), PHONE, faults, {
      zh: '固定电话格式不正确，请填写区号和号码，例如 0531-12345678',
      en: 'The phone number is not valid; enter it with its area code',
    }),
    email: matching(typed.email, at('email'), EMAIL, faults, {
      zh: '电子邮箱格式不正确，请核对后重填',
      en: 'The e-mail address is not valid; check it and enter it again',
    }),
    postcode: matching(typed.postcode, at('postcode'), POSTCODE, faults, {
      zh: '邮政编码应为 6 位数字，请核对后重填',
      en: 'A postcode has six digits; check it and enter it again',
    }),
    ethnicity: text('ethnicity', LONGEST_WORD),
    politicalStatus: text('politicalStatus', LONGEST_WORD),
    occupation: text('occupation', LONGEST_WORD),
    employer: text('employer', LONGEST_WORD),
    residencyStatus: text('residencyStatus', LONGEST_WORD),
  };
}

/** The identity document of somebody: type, number, and what a resident number says of sex and birth date. Adds INVALID_ID, FIELD_REQUIRED. */
export function identityOf(
  typed: Pick<PetitionerInput, 'idType' | 'idNumber' | 'sex' | 'birthDate'>,
  { path, today, source }: Pick<PetitionerCheck, 'path' | 'today' | 'source'>,
  faults: Faults,
): Pick<PetitionerFacts, 'sex' | 'idType' | 'idNumber' | 'birthDate'> {
  const number = normalisedIdNumber(typed.idNumber);
  const stated = { sex: typed.sex ?? null, birthDate: typed.birthDate ?? null };
  const idType = typed.idType ?? null;
  if (source === 'ID_READER' && (idType !== 'RESIDENT_ID' || number === null))
    faults.add(
      fieldRequired(
        `${path}.idNumber`,
        '身份证读卡信息（请重新读卡或改为手工录入）',
        'what the ID reader read, or choose entry by hand',
      ),
    );
  if (stated.birthDate !== null && (!isCalendarDate(stated.birthDate) || stated.birthDate > today))
    faults.add(
      refuse.invalid(`${path}.birthDate`, {
        zh: '出生日期不存在或晚于今天，请核对后重填',
        en: 'The birth date does not exist or lies in the future; check it and enter it again',
      }),
    );
  if (number === null) return { ...stated, idType, idNumber: null };
  if (idType === null) faults.add(fieldRequired(`${path}.idType`, '证件类型', 'the type of the ID document'));
  if (idType === 'RESIDENT_ID') {
    const read = faults.of(() => checkCitizenNumber(number, `${path}.idNumber`, today));
    if (read === undefined) return { ...stated, idType, idNumber: null };
    for (const field of ['sex', 'birthDate'] as const)
      if (stated[field] !== null && stated[field] !== read[field]) faults.add(differs(`${path}.${field}`));
    return { idType, idNumber: read.normalised, sex: read.sex, birthDate: read.birthDate };
  }
  if (!OTHER_ID_NUMBER.test(number)) faults.add(invalidIdNumber(`${path}.idNumber`));
  return { ...stated, idType, idNumber: number };
}

/** An ID number in the form it is compared in: upper case, without blanks; null for none. */
export function normalisedIdNumber(typed: string | null | undefined): string | null {
  const number = (typed ?? '').replace(/\s/g, '').toUpperCase();
  return number === '' ? null : number;
}

/** A mobile number as 11 digits, null for none. Adds INVALID_PHONE. */
export function checkedMobile(
  typed: string | null | undefined,
  field: string,
  faults: Faults,
): string | null {
  const digits = (typed ?? '').replace(/[\s-]/g, '').replace(/^(?:\+|00)?86(?=1[3-9]\d{9}$)/, '');
  if (digits === '') return null;
  if (!MOBILE.test(digits))
    faults.add(
      new Refusal(
        'INVALID_PHONE',
        {
          zh: '手机号应为 11 位数字，请核对后重填',
          en: 'A mobile number has 11 digits; check it and enter it again',
        },
        { field },
      ),
    );
  return digits;
}

/** Whether a document's number identifies a citizen. */
export function isResidentNumber(idType: IdType | null, idNumber: string | null): idNumber is string {
  return idType === 'RESIDENT_ID' && idNumber !== null;
}

function matching(
  typed: string | null | undefined,
  field: string,
  pattern: RegExp,
  faults: Faults,
  text: Bilingual,
): string | null {
  const value = (typed ?? '').trim();
  if (value !== '' && !pattern.test(value)) faults.add(refuse.invalid(field, text));
  return value === '' ? null : value;
}

/** The refusal of a region code that does not exist. */
export const unknownRegion = (field: string): Refusal =>
  new Refusal(
    'INVALID_REGION_CODE',
    { zh: '行政区划代码不存在，请从列表中选择', en: 'There is no such region; choose one from the list' },
    { field },
  );

const differs = (field: string) =>
  new Refusal(
    'INVALID_ID',
    {
      zh: '与公民身份号码不一致，请核对证件后修改其中一项',
      en: 'It does not match the citizen number; check the document and correct one of them',
    },
    { field },
  );

const invalidIdNumber = (field: string) =>
  new Refusal(
    'INVALID_ID',
    {
      zh: '证件号码应为 4 至 40 位字母或数字，请核对证件后重填',
      en: 'An ID number has 4 to 40 letters or digits; check the document and enter it again',
    },
    { field },
  );
