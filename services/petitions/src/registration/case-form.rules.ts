import { isCalendarDate } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { cleanText, fieldRequired } from '../public-accounts/faults.rules';
import { type Faults } from '../texts.rules';
import type { CaseFacts, CaseInput } from './registration.types';

const LONGEST = {
  title: 200,
  problemAddress: 200,
  content: 10_000,
  demand: 5_000,
  cause: 1_000,
  hotTopic: 200,
  accusedPerson: 100,
  accusedPost: 100,
  remarks: 1_000,
} as const;
const MOST_AFFECTED = 10_000_000;

/**
 * Cleans and checks the data of an item as far as they say it themselves. Adds every fault: FIELD_REQUIRED (title, content,
 * problem region, purpose, category), TEXT_TOO_LONG, INVALID_INPUT, NOT_FOUND for what is no id. The result counts only
 * when no fault was added.
 */
export function checkCase(typed: CaseInput, faults: Faults): CaseFacts {
  const text = (field: keyof typeof LONGEST) =>
    cleanText(typed[field], `data.${field}`, LONGEST[field], faults);
  const required = (field: 'title' | 'content', zh: string, en: string) => {
    const value = text(field);
    if (value === null) faults.add(fieldRequired(`data.${field}`, zh, en));
    return value ?? '';
  };
  const chosen = <T>(value: T | null | undefined, field: string, zh: string, en: string) => {
    if (value == null || value === '') faults.add(fieldRequired(`data.${field}`, zh, en));
    return value as T;
  };
  const id = (field: 'accusedOrganisationId' | 'accusedAccountId') => {
    const value = typed[field] ?? null;
    if (value !== null && !isUuid(value)) faults.add(refuse.notFound(`data.${field}`));
    return value?.toLowerCase() ?? null;
  };
  const affectedCount = typed.affectedCount ?? null;
  if (affectedCount !== null && (affectedCount < 1 || affectedCount > MOST_AFFECTED))
    faults.add(
      refuse.invalid('data.affectedCount', {
        zh: `涉及人数应在 1 到 ${MOST_AFFECTED} 之间`,
        en: `The number of people affected is between 1 and ${MOST_AFFECTED}`,
      }),
    );
  return {
    title: required('title', '标题', 'a title'),
    content: required('content', '反映内容', 'what is petitioned about'),
    problemRegionCode: chosen(
      typed.problemRegionCode,
      'problemRegionCode',
      '问题属地',
      'the region of the problem',
    ),
    purpose: chosen(typed.purpose, 'purpose', '信访目的', 'the purpose'),
    contentCategory: chosen(typed.contentCategory, 'contentCategory', '内容分类', 'the content category'),
    problemAddress: text('problemAddress'),
    demand: text('demand'),
    litigationRelated: typed.litigationRelated ?? false,
    confidential: typed.confidential ?? false,
    needToKnow: typed.needToKnow ?? false,
    cause: text('cause'),
    hotTopic: text('hotTopic'),
    jointSignature: typed.jointSignature ?? false,
    affectedCount,
    threat: typed.threat ?? false,
    urgent: typed.urgent ?? false,
    skipLevel: typed.skipLevel ?? false,
    backlog: typed.backlog ?? false,
    accusedPerson: text('accusedPerson'),
    accusedPost: text('accusedPost'),
    accusedOrganisationId: id('accusedOrganisationId'),
    accusedAccountId: id('accusedAccountId'),
    remarks: text('remarks'),
  };
}

/** Checks the day a petition is dated 信访日期: a date, not after the day it was received. Adds INVALID_INPUT. */
export function checkPetitionDate(petitionDate: string, receivedOn: string, faults: Faults): void {
  if (!isCalendarDate(petitionDate) || petitionDate > receivedOn)
    faults.add(
      refuse.invalid('petitionDate', {
        zh: '信访日期不存在或晚于收到日期，请核对后重填',
        en: 'The date does not exist or lies after the day of receipt; check it and enter it again',
      }),
    );
}

/**
 * When a letter or call came in: what was stated, else now. It starts the clock for routing, so it may lie in the past (a letter is
 * registered days after it arrived) but never in the future. Adds INVALID_INPUT.
 */
export function receivedAt(stated: Date | null | undefined, at: Date, faults: Faults): Date {
  if (stated == null) return at;
  if (Number.isNaN(stated.getTime()) || stated > at)
    faults.add(
      refuse.invalid('receivedAt', {
        zh: '收到时间不能晚于现在，请核对后重填',
        en: 'The time of receipt cannot lie in the future; check it and enter it again',
      }),
    );
  return stated;
}

/** The number of letters 来信数量: 1 to 10,000, 1 unless said. Adds INVALID_INPUT. */
export function checkedLetterCount(
  stated: number | null | undefined,
  faults: Faults,
  field = 'letterCount',
): number {
  const count = stated ?? 1;
  if (!Number.isInteger(count) || count < 1 || count > 10_000)
    faults.add(
      refuse.invalid(field, {
        zh: '来信数量应在 1 到 10000 之间',
        en: 'The number of letters is between 1 and 10,000',
      }),
    );
  return count;
}

/** Who the registering officer is, for the accused. */
interface Registrar {
  organisationId: string;
  accountId: string;
}

/** Adds ACCUSED_IS_OWN_UNIT when an officer would register an accusation against the own organisation or themselves (PT-HND-08). */
export function checkAccused(
  accused: {
    accusedOrganisationId?: string | null | undefined;
    accusedAccountId?: string | null | undefined;
  },
  officer: Registrar,
  faults: Pick<Faults, 'add'>,
): void {
  if (accused.accusedOrganisationId != null && accused.accusedOrganisationId === officer.organisationId)
    faults.add(accusedIsOwnUnit('data.accusedOrganisationId'));
  if (accused.accusedAccountId != null && accused.accusedAccountId === officer.accountId)
    faults.add(accusedIsOwnUnit('data.accusedAccountId'));
}

const accusedIsOwnUnit = (field: string) =>
  new Refusal(
    'ACCUSED_IS_OWN_UNIT',
    {
      zh: '被反映的是本单位或您本人，不能由本单位登记，请转交上级信访部门登记',
      en: 'Your own organisation, or you, are the accused; have the superior petition bureau register the item',
    },
    { field },
  );
