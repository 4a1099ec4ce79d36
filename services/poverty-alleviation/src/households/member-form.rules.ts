import { isCalendarDate } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { FormFaults } from './form-faults.rules';
import type { MemberInput } from './identification.input';
import { checkIdentityDocument, type IdentityKey } from './identity-documents.rules';

const SCHOOL_AGES = { from: 6, to: 23 };
const WORKING_AGES = { from: 16, to: 65 };

/** Full years of age on a day; both dates are YYYY-MM-DD. */
export function ageOn(day: string, birthDate: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** The days a form is judged by: today, and the end of the year whose data set it joins. */
export interface FormDates {
  today: string;
  /** Ages count at this day (2017年底), however late the form comes. */
  yearEnd: string;
  /** Supplementary entries take persons without a document 无证件 too (PA-BO-12). */
  withoutDocument?: boolean;
}

/**
 * Checks one member of a form (catalogue 2.3, PA-HH-07). Adds what is wrong to `faults` under `path`
 * (`members[2]`) and returns the key of the identity document, or null when that is at fault.
 */
export function checkMember(
  member: MemberInput,
  path: string,
  { today, yearEnd, withoutDocument = false }: FormDates,
  faults: FormFaults,
): IdentityKey | null {
  checkName(member.name, `${path}.name`, faults);
  checkMemberDetails(member, `${path}.`, { today, yearEnd }, faults);
  if (withoutDocument && member.idType === 'NONE') {
    faults.expect((member.idNumber ?? '').trim() === '', `${path}.idNumber`, {
      zh: '证件类型为“无证件”时不填写证件号码；有号码的请选择相应的证件类型',
      en: 'A person without a document has no number; choose the type of the document if there is one',
    });
    return null;
  }
  const document = checkIdentityDocument(member, path, today);
  faults.add(...document.faults);
  return document.key;
}

/** Expects a person's name as documents have it. */
export function checkName(name: string, field: string, faults: FormFaults): void {
  faults.expect(/^[\p{L}·•. ]{1,50}$/u.test(name.trim()), field, {
    zh: '请照证件填写姓名：1 至 50 个汉字或字母，可含间隔号',
    en: 'Enter the name as on the document: 1 to 50 letters, an interpunct allowed',
  });
}

/** What a member's form has beside name and identity document. */
export type MemberDetails = Omit<MemberInput, 'name' | 'idType' | 'idNumber'>;

/**
 * Checks what a member's form has beside name and identity document (catalogue 2.3); ages count at the year's end.
 * Faults are named by `path` (`members[2].` or nothing) and the field.
 */
export function checkMemberDetails(
  member: MemberDetails,
  path: string,
  { today, yearEnd }: FormDates,
  faults: FormFaults,
): void {
  const born = isCalendarDate(member.birthDate) && member.birthDate <= today;
  faults.expect(born, `${path}birthDate`, {
    zh: '出生日期应为今天或以前的日期，格式为 YYYY-MM-DD',
    en: 'The birth date is today or earlier, written YYYY-MM-DD',
  });
  if (born) checkAgeBound(member, ageOn(yearEnd, member.birthDate), path, faults);
  checkHealth(member, path, faults);
  faults.expect(
    member.workMonths == null ||
      (Number.isInteger(member.workMonths) && member.workMonths >= 0 && member.workMonths <= 12),
    `${path}workMonths`,
    { zh: '务工时间为 0 至 12 个月', en: 'Months of work lie between 0 and 12' },
  );
  faults.expectText(member.workEmployer, 100, `${path}workEmployer`);
  faults.expectPhone(member.phone, `${path}phone`);
}

function checkAgeBound(member: MemberDetails, age: number, path: string, faults: FormFaults): void {
  const isPupil = member.schoolStatus != null && member.schoolStatus !== 'NOT_A_PUPIL';
  faults.expect(isPupil || member.education != null, `${path}education`, {
    zh: '非在校生须填写文化程度',
    en: 'Give the education of a person who is not a pupil',
  });
  faults.expect(member.schoolStatus == null || within(age, SCHOOL_AGES), `${path}schoolStatus`, {
    zh: '在校生状况只适用于 6 至 23 岁，请留空',
    en: 'The school status applies to ages 6 to 23 only; leave it out',
  });
  faults.expect(member.labourAbility == null || within(age, WORKING_AGES), `${path}labourAbility`, {
    zh: '劳动技能只适用于 16 至 65 岁，请留空',
    en: 'The labour ability applies to ages 16 to 65 only; leave it out',
  });
}

function checkHealth(member: MemberDetails, path: string, faults: FormFaults): void {
  faults.expect(member.health.length > 0, `${path}health`, {
    zh: '请至少选择一项健康状况',
    en: 'Choose at least one state of health',
  });
  faults.expect(!member.health.includes('HEALTHY') || member.health.length === 1, `${path}health`, {
    zh: '选择“健康”时不能再选其他健康状况',
    en: 'A healthy person has no other state of health; choose one or the other',
  });
  faults.expectDistinct(member.health, `${path}health`);
  faults.expectText(member.diseaseName, 100, `${path}diseaseName`);
}

/**
 * Checks that a household has members, and exactly one head among them (PA-NI-01, PA-NI-02, PA-HH-06).
 * Returns the refusal HEAD_REQUIRED or NOTHING_SELECTED, or null.
 */
export function checkHead(members: readonly Pick<MemberInput, 'relationToHead'>[]): Refusal | null {
  if (members.length === 0) {
    return new Refusal(
      'NOTHING_SELECTED',
      { zh: '请至少添加一名家庭成员', en: 'Add at least one member of the household' },
      { field: 'members' },
    );
  }
  const heads = members.flatMap(({ relationToHead }, index) => (relationToHead === 'HEAD' ? [index] : []));
  if (heads.length === 1) return null;
  return new Refusal(
    'HEAD_REQUIRED',
    heads.length === 0
      ? { zh: '请将一名家庭成员设为户主', en: 'Make one member the head of the household' }
      : {
          zh: '一户只能有一名户主，请修改其他成员与户主的关系',
          en: 'A household has one head only; change the relation of the others',
        },
    { field: heads.length === 0 ? 'members' : `members[${heads[1]}].relationToHead` },
  );
}

/** Refusals (DUPLICATE_ID) for members who carry the number of another member of the same form. */
export function duplicatesWithin(keys: readonly (IdentityKey | null)[]): Refusal[] {
  const seen = new Set<string>();
  return keys.flatMap((key, index) => {
    if (key === null) return [];
    const text = `${key.kind}:${key.value}`;
    if (seen.has(text)) return [duplicateId(index)];
    seen.add(text);
    return [];
  });
}

/** The refusal of a member whose ID number is already active (PA-NI-03); it says neither where nor with whom. */
export function duplicateId(memberIndex: number): Refusal {
  return new Refusal(
    'DUPLICATE_ID',
    {
      zh: '该证件号码本年度已登记在贫困户中，不能重复识别；如有疑问请联系省级管理员核查',
      en: 'This ID number is already registered in a poor household of the cycle; ask the province administrator if you doubt it',
    },
    { field: `members[${memberIndex}].idNumber` },
  );
}

function within(age: number, ages: { from: number; to: number }): boolean {
  return age >= ages.from && age <= ages.to;
}
