import { Refusal, refuse } from '@junxian/errors';
import type { DisclosureKind } from '../project-code-lists';
import { fieldRequired, ProjectFaults } from '../projects/project-faults.rules';

/** What is disclosed, as it is entered. */
export interface PublishDisclosureInput {
  kind: DisclosureKind;
  refId: string;
  title: string;
  content: string;
  endAt: string;
  listBeneficiaries?: boolean | null | undefined;
}

/** Who may disclose what, besides the managers. */
const DISCLOSER: Readonly<Record<DisclosureKind, string>> = {
  PROJECT: 'poverty-alleviation:PROJECT',
  FUND: 'poverty-alleviation:FUND',
};
const MANAGER = 'poverty-alleviation:MANAGER';

/** Throws FORBIDDEN for somebody who may not disclose this kind. */
export function requireDiscloser(kind: DisclosureKind, roles: readonly string[]): void {
  if (!roles.includes(MANAGER) && !roles.includes(DISCLOSER[kind])) throw refuse.forbidden('input.kind');
}

/** A notice is shown for this many days at least. */
export const SHORTEST_DAYS = 10;
/** And for this many at most. */
const LONGEST_DAYS = 366;

/**
 * Checks a notice: filled in, shown for 10 to 366 days, and without numbers of persons; `projectNo` is the number of the
 * project it is about. Throws one Refusal with all faults: FIELD_REQUIRED, INVALID_INPUT, PERSONAL_DATA_IN_TEXT.
 */
export function checkDisclosure(input: PublishDisclosureInput, today: string, projectNo?: string): void {
  const faults = new ProjectFaults();
  faults.expectFilled(input.title, 100, 'input.title');
  faults.expectFilled(input.content, 5000, 'input.content');
  for (const name of ['title', 'content'] as const)
    if (hasPersonalNumber(input[name], projectNo)) faults.add(personalNumber(`input.${name}`));
  faults.expect(
    daysBetween(today, input.endAt) >= SHORTEST_DAYS && daysBetween(today, input.endAt) <= LONGEST_DAYS,
    'input.endAt',
    {
      zh: `公示期至少 ${SHORTEST_DAYS} 天、最多 ${LONGEST_DAYS} 天，请重新选择截止日期`,
      en: `A notice is shown for ${SHORTEST_DAYS} to ${LONGEST_DAYS} days; choose another last day`,
    },
  );
  faults.expect(input.kind === 'PROJECT' || input.listBeneficiaries !== true, 'input.listBeneficiaries', {
    zh: '只有项目公示可以列出受益户',
    en: 'Only notices of projects list beneficiaries',
  });
  faults.refuse();
}

/** Throws FIELD_REQUIRED or INVALID_INPUT for the reason of a withdrawal. */
export function checkWithdrawal(reason: string): void {
  if (reason.trim() === '') throw fieldRequired('reason');
  const faults = new ProjectFaults();
  faults.expectText(reason, 500, 'reason');
  faults.refuse();
}

/** Blanks and dashes between digits, and full-width digits, do not hide a number. */
const NUMBERS = [
  /(?<!\d)\d{17}[\dX]/i,
  /(?<!\d)\d{15}(?!\d)/,
  /(?<!\d)1\d{10}(?!\d)/,
  /(?<!\d)\d{16,19}(?!\d)/,
];

/**
 * Whether a text holds what looks like an ID number, a mobile number or a bank account. The number of a project has 18 digits
 * too: `projectNo`, standing alone, is none of them.
 */
export function hasPersonalNumber(text: string, projectNo?: string): boolean {
  const given = text.normalize('NFKC');
  const others =
    projectNo === undefined ? given : given.replace(new RegExp(`(?<!\\d)${projectNo}(?![\\dX])`, 'gi'), '#');
  const plain = others.replace(/(?<=\d)[\s\-–—·.]+(?=[\dX])/gi, '');
  return NUMBERS.some((pattern) => pattern.test(plain));
}

/** Allocations are disclosed by issuer and receivers (ruling 5.9); throws OUT_OF_REGION for who only sees one from above. */
export function requireParty(regionCode: string, parties: readonly string[]): void {
  if (parties.includes(regionCode)) return;
  throw new Refusal(
    'OUT_OF_REGION',
    {
      zh: '资金由下拨区划或接收区划公示，请由该区划的资金管理人员发布',
      en: 'An allocation is disclosed by its issuer or a receiver; have an officer of that region publish it',
    },
    { field: 'input.refId' },
  );
}

/** PERSONAL_DATA_IN_TEXT of a field. */
export function personalNumber(field: string): Refusal {
  return new Refusal(
    'PERSONAL_DATA_IN_TEXT',
    {
      zh: '公示内容中不能有身份证号码、手机号码或银行账号，请删去后再发布',
      en: 'A public notice cannot hold ID numbers, mobile numbers or bank accounts; take them out',
    },
    { field },
  );
}

/** Days from one calendar date to another. */
function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}
