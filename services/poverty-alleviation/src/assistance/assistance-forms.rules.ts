import { Refusal } from '@junxian/errors';
import type { IdDocumentType, Sex } from '../code-lists';
import type { FormFaults } from '../households/form-faults.rules';
import { checkIdentityDocument, type IdentityKey } from '../households/identity-documents.rules';

/** What every form asks of a person who helps: a helper 帮扶责任人 or a member of a work team 驻村队员. */
export interface PersonForm {
  name?: string | null | undefined;
  sex?: Sex | null | undefined;
  idType?: IdDocumentType | null | undefined;
  idNumber?: string | null | undefined;
  phone?: string | null | undefined;
  position?: string | null | undefined;
}

const TEXT_LENGTH = 100;

/**
 * Checks a person's form (PA-AH-01): name, sex, a valid document that agrees with the sex, a phone. Adds what is wrong
 * to `faults` under `path` (`members[2].` or nothing) and returns the key of the document, or null when it is at fault.
 */
export function checkPerson(
  form: PersonForm,
  path: string,
  today: string,
  faults: FormFaults,
): IdentityKey | null {
  requireField(form.name, `${path}name`, faults);
  if (form.name?.trim()) {
    faults.expect(/^[\p{L}·•. ]{1,50}$/u.test(form.name.trim()), `${path}name`, {
      zh: '请照证件填写姓名：1 至 50 个汉字或字母，可含间隔号',
      en: 'Enter the name as on the document: 1 to 50 letters, an interpunct allowed',
    });
  }
  requireField(form.phone, `${path}phone`, faults);
  if (form.phone?.trim()) faults.expectPhone(form.phone.trim(), `${path}phone`);
  faults.expectText(form.position, TEXT_LENGTH, `${path}position`);
  requireField(form.sex, `${path}sex`, faults);
  requireField(form.idType, `${path}idType`, faults);
  if (form.idType === 'NONE') {
    faults.expect(false, `${path}idType`, {
      zh: '帮扶人员须有证件，请选择证件类型并填写号码',
      en: 'A person who helps needs an identity document; choose its type and enter its number',
    });
    return null;
  }
  const number = requireField(form.idNumber, `${path}idNumber`, faults);
  if (number === null || !form.idType || !form.sex) return null;
  // The number alone says when the person was born; the form does not ask.
  const birthDate = number.replace(/^.{6}(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3');
  const document = checkIdentityDocument(
    { idType: form.idType, idNumber: number, birthDate, sex: form.sex },
    path.replace(/\.$/, ''),
    today,
  );
  // At the top of a form there is no path that a field could follow.
  faults.add(...document.faults.map((fault) => (path === '' ? withoutLeadingDot(fault) : fault)));
  return document.key;
}

/** What the form of a unit says beside its code lists. */
export interface UnitForm {
  name: string;
  creditCode?: string | null | undefined;
  address?: string | null | undefined;
  leader?: string | null | undefined;
  contact: string;
  phone?: string | null | undefined;
}

/** Checks the form of a unit 帮扶单位 (2.3); adds what is wrong to `faults`. */
export function checkUnit(form: UnitForm, faults: FormFaults): void {
  requireField(form.name, 'name', faults);
  requireField(form.contact, 'contact', faults);
  for (const field of ['name', 'contact', 'leader'] as const) {
    if (form[field]?.trim()) faults.expectText(form[field], TEXT_LENGTH, field);
  }
  faults.expectText(form.address, 200, 'address');
  requireField(form.phone, 'phone', faults);
  if (form.phone?.trim()) faults.expectPhone(form.phone.trim(), 'phone');
  if (form.creditCode) {
    faults.expect(isCreditCode(form.creditCode.trim().toUpperCase()), 'creditCode', {
      zh: '统一社会信用代码应为 18 位，请照登记证书填写；没有的不填',
      en: 'A unified social credit code has 18 characters; copy it from the certificate, or leave it out',
    });
  }
}

const CREDIT_CODE = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Whether a text is a unified social credit code, its check character (GB 32100-2015) included. */
export function isCreditCode(text: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) return false;
  let sum = 0;
  let weight = 1;
  for (const character of text.slice(0, 17)) {
    sum += CREDIT_CODE.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return CREDIT_CODE[(31 - (sum % 31)) % 31] === text[17];
}

/** The trimmed value of a field that must be filled in, or null with FIELD_REQUIRED added. */
function requireField(value: string | null | undefined, field: string, faults: FormFaults): string | null {
  const given = value?.trim() ?? '';
  if (given !== '') return given;
  faults.add(
    new Refusal('FIELD_REQUIRED', { zh: '此项必填，请填写', en: 'This field must be filled in' }, { field }),
  );
  return null;
}

function withoutLeadingDot({ code, text, field }: Refusal): Refusal {
  return new Refusal(code, text, { field: field?.replace(/^\./, '') });
}

/** What a check makes of a form, or the refusal it throws: for whoever checks many. */
export function refusalOr<Result>(check: () => Result): Result | Refusal {
  try {
    return check();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
