import { Refusal } from '@junxian/errors';
import { checkCitizenNumber, citizenNumberCheckCharacter } from '@junxian/identity';
import type { IdDocumentType, Sex } from '../code-lists';

/** What a person enters about one identity document. */
export interface IdentityDocument {
  idType: IdDocumentType;
  idNumber?: string | null;
  birthDate: string;
  sex: Sex;
}

/** Which number identifies a person, in the one spelling that is compared and indexed. */
export interface IdentityKey {
  /** A disability card begins with its holder's citizen number, so both documents give the same key. */
  kind: 'citizen' | 'officer-card';
  value: string;
}

const DISABILITY_CARD_SUFFIX = /^\d[1-4](B\d)?$/;
const OFFICER_CARD = /^[\p{L}\p{N}][\p{L}\p{N}\- ]{3,29}$/u;

/**
 * Checks an identity document (PA-HH-07): a resident ID has 18 characters with the check character of
 * GB 11643 and its birth date and sex match; 15-digit numbers are refused; a disability card has 20 or 22
 * characters and begins with such a number. Takes the document, the path of the input it stands in
 * (`members[2]`) and today's date. Returns the key that identifies the person, or the refusals
 * (INVALID_ID), each with its field. Messages never repeat a number.
 */
export function checkIdentityDocument(
  document: IdentityDocument,
  path: string,
  today: string,
): { key: IdentityKey; faults: [] } | { key: null; faults: Refusal[] } {
  const field = `${path}.idNumber`;
  const number = document.idNumber?.trim() ?? '';
  switch (document.idType) {
    case 'NONE':
      return refused(field, {
        zh: '每名成员都须填写证件；无证件人员由省级管理员办理补录（8.12、8.13）',
        en: 'Every member needs a document; persons without one are entered by a province administrator (8.12, 8.13)',
      });
    case 'OFFICER_CARD':
      if (!OFFICER_CARD.test(number)) {
        return refused(field, {
          zh: '军官证号应为 4 至 30 个字符，请照证件填写',
          en: 'An officer card number has 4 to 30 characters; copy it from the card',
        });
      }
      return { key: identityKey('OFFICER_CARD', number), faults: [] };
    case 'DISABILITY_CARD':
      if (![20, 22].includes(number.length) || !DISABILITY_CARD_SUFFIX.test(number.slice(18).toUpperCase())) {
        return refused(field, {
          zh: '残疾人证号应为 20 或 22 位：18 位公民身份号码、残疾类别、残疾等级（补办证再加 B 和次数），请照证件填写',
          en: 'A disability card number has 20 or 22 characters: the citizen number, kind and grade of disability (and B with a count on a reissued card); copy it from the card',
        });
      }
      return checkCitizen(document, number.slice(0, 18), path, today);
    case 'RESIDENT_ID':
      return checkCitizen(document, number, path, today);
  }
}

/** Sequence numbers that first-generation numbers kept for persons over a hundred years of age. */
const CENTENARIANS = 996;

/**
 * The 18 digits of a citizen number of the first generation (GB 11643-1989: 15 digits, two of the year), with its
 * century and check character (PA-DU-01). Any other text is returned as it is.
 */
export function expandCitizenNumber(number: string): string {
  if (!/^\d{15}$/.test(number)) return number;
  const century = Number(number.slice(12)) >= CENTENARIANS ? '18' : '19';
  const first17 = number.slice(0, 6) + century + number.slice(6);
  return first17 + citizenNumberCheckCharacter(first17);
}

/**
 * The key under which a number of a document type is indexed: upper-case, no spaces around, 15 digits expanded to 18
 * (old data and searches have such numbers; forms refuse them).
 */
export function identityKey(idType: Exclude<IdDocumentType, 'NONE'>, number: string): IdentityKey {
  const normalised = number.trim().toUpperCase();
  return idType === 'OFFICER_CARD'
    ? { kind: 'officer-card', value: normalised }
    : { kind: 'citizen', value: expandCitizenNumber(normalised.slice(0, 18)) };
}

/** Every key that a number typed into a search may stand for; the search does not ask for the document type. */
export function searchKeys(number: string): IdentityKey[] {
  return [identityKey('RESIDENT_ID', number), identityKey('OFFICER_CARD', number)];
}

function checkCitizen(document: IdentityDocument, number: string, path: string, today: string) {
  try {
    const facts = checkCitizenNumber(number, `${path}.idNumber`, today);
    const faults: Refusal[] = [];
    if (facts.birthDate !== document.birthDate) {
      faults.push(
        mismatch(`${path}.birthDate`, {
          zh: '出生日期与证件号码不一致，请核对证件后修改其中一项',
          en: 'The birth date does not match the document number; check the document and correct one of them',
        }),
      );
    }
    if (facts.sex !== document.sex) {
      faults.push(
        mismatch(`${path}.sex`, {
          zh: '性别与证件号码不一致，请核对证件后修改其中一项',
          en: 'The sex does not match the document number; check the document and correct one of them',
        }),
      );
    }
    return faults.length > 0
      ? { key: null, faults }
      : { key: { kind: 'citizen', value: facts.normalised } as const, faults: [] as [] };
  } catch (error) {
    if (error instanceof Refusal) return { key: null, faults: [error] };
    throw error;
  }
}

function refused(field: string, text: { zh: string; en: string }): { key: null; faults: Refusal[] } {
  return { key: null, faults: [mismatch(field, text)] };
}

function mismatch(field: string, text: { zh: string; en: string }): Refusal {
  return new Refusal('INVALID_ID', text, { field });
}
