import { Refusal } from '@junxian/errors';

export interface CitizenNumberFacts {
  /** Upper-case 18 characters. */
  normalised: string;
  /** `YYYY-MM-DD`. */
  birthDate: string;
  sex: 'MALE' | 'FEMALE';
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

/** The 18th character of a resident number, by GB 11643 (ISO 7064 MOD 11-2). Takes the first 17 digits. */
export function citizenNumberCheckCharacter(first17: string): string {
  let sum = 0;
  for (let index = 0; index < 17; index += 1) sum += Number(first17[index]) * WEIGHTS[index]!;
  return CHECK_CHARACTERS[sum % 11]!;
}

/**
 * Checks a resident ID number 公民身份号码 and reads birth date and sex from it (DI-CIT-01, PA-HH-07).
 * Takes what a person typed (spaces around and a lower-case x are forgiven) and today's date;
 * throws INVALID_ID when it is not 18 characters, its date does not exist or lies in the future or
 * before 1850, or its check character is wrong. The message never repeats the number.
 */
export function checkCitizenNumber(text: string, field = 'idNumber', today?: string): CitizenNumberFacts {
  const normalised = text.trim().toUpperCase();
  if (/^\d{15}$/.test(normalised)) {
    throw invalid(field, {
      zh: '15 位旧证号不再受理，请填写 18 位公民身份号码',
      en: 'Old 15-digit numbers are not accepted; enter the 18-character citizen number',
    });
  }
  if (!/^\d{17}[\dX]$/.test(normalised)) {
    throw invalid(field, {
      zh: '公民身份号码应为 18 位（末位可为 X），请核对证件后重填',
      en: 'A citizen number has 18 characters (the last may be X); check the document and enter it again',
    });
  }
  const birthDate = `${normalised.slice(6, 10)}-${normalised.slice(10, 12)}-${normalised.slice(12, 14)}`;
  if (!isCalendarDate(birthDate) || birthDate < '1850-01-01' || (today !== undefined && birthDate > today)) {
    throw invalid(field, {
      zh: '公民身份号码中的出生日期不存在，请核对证件后重填',
      en: 'The birth date inside the citizen number does not exist; check the document and enter it again',
    });
  }
  if (citizenNumberCheckCharacter(normalised.slice(0, 17)) !== normalised[17]) {
    throw invalid(field, {
      zh: '公民身份号码校验位不符，请逐位核对后重填',
      en: 'The check character of the citizen number does not match; compare it digit by digit',
    });
  }
  return { normalised, birthDate, sex: Number(normalised[16]) % 2 === 1 ? 'MALE' : 'FEMALE' };
}

function isCalendarDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}

function invalid(field: string, text: { zh: string; en: string }): Refusal {
  return new Refusal('INVALID_ID', text, { field });
}
