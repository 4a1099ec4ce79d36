import { Refusal } from '@junxian/errors';
import { type FileStatus, RESETTLEMENT, type Resettlement } from '../code-lists';
import { PROJECT_SUBTYPE, type ProjectSubtype, type ProjectType } from '../project-code-lists';
import { fieldRequired, ProjectFaults } from './project-faults.rules';

/** Entries that one request may add, or remove. */
export const MAX_BENEFICIARIES = 2000;

type Optional<Value> = Value | null | undefined;

/** A beneficiary as it is entered. */
export interface BeneficiaryInput {
  householdId: string;
  memberId?: Optional<string>;
  amount?: Optional<string>;
  content?: Optional<string>;
  startDate?: Optional<string>;
  area?: Optional<string>;
  moveDate?: Optional<string>;
  resettlement?: Optional<Resettlement>;
  loan?: Optional<string>;
  dividend?: Optional<string>;
}

/** Fields of an entry that only one type of project has. */
const OWN_FIELDS: Partial<Record<ProjectType, readonly (keyof BeneficiaryInput)[]>> = {
  RELOCATION: ['area', 'moveDate', 'resettlement'],
  FINANCE: ['loan', 'dividend'],
};

/** What is known of a household that is to benefit, in the project's year. */
export interface CandidateHousehold {
  regionCode: string;
  fileStatus: FileStatus;
  /** Whether its status is, in any year, that it no longer enjoys policies (PA-SX-04). */
  isStableExit: boolean;
}

/** What the entries are checked against. */
export interface BeneficiaryFacts {
  type: ProjectType;
  villageCodes: readonly string[];
  /** Households of the caller's region with a record of the project's year, by id. */
  households: ReadonlyMap<string, CandidateHousehold>;
  /** Active members in the project's year, with their households. */
  householdOfMember: ReadonlyMap<string, string>;
  /** Who benefits from the project already, by {@link beneficiaryKey}. */
  existing: ReadonlySet<string>;
  today: string;
}

/** What may stand once per project: a household, or one of its members (PA-PJ-07). */
export function beneficiaryKey({
  householdId,
  memberId,
}: Pick<BeneficiaryInput, 'householdId' | 'memberId'>): string {
  return `${householdId}:${memberId ?? ''}`;
}

/**
 * Checks entries that are to be added to a project (PA-PJ-06, PA-PJ-07, PA-SX-04). Throws one Refusal with all
 * faults, each with the entry's place: NOT_FOUND, STATE_CONFLICT for households that may not benefit or do already,
 * FIELD_REQUIRED for the trainee of an EDUCATION_TRAINING project, INVALID_INPUT for the rest of the form.
 */
export function checkBeneficiaries(entries: readonly BeneficiaryInput[], facts: BeneficiaryFacts): void {
  const faults = new ProjectFaults();
  const seen = new Set(facts.existing);
  for (const [index, entry] of entries.entries()) {
    const path = `input.add[${index}]`;
    const household = facts.households.get(entry.householdId);
    if (household === undefined) faults.add(noHousehold(path));
    else checkHousehold(household, facts, path, faults);
    checkMember(entry, facts, path, faults);
    const key = beneficiaryKey(entry);
    if (seen.has(key)) faults.add(benefitsAlready(path));
    seen.add(key);
    checkForm(entry, facts, path, faults);
  }
  faults.refuse();
}

function checkHousehold(
  { fileStatus, isStableExit, regionCode }: CandidateHousehold,
  { villageCodes }: BeneficiaryFacts,
  path: string,
  faults: ProjectFaults,
): void {
  if (fileStatus !== 'ACTIVE')
    faults.add(
      conflict(
        path,
        '该户档案已销户或清退，不能作为受益户',
        'The file of this household is closed or cleared; it cannot benefit',
      ),
    );
  else if (isStableExit)
    faults.add(
      conflict(
        path,
        '该户已脱贫且不再享受政策，不能作为受益户',
        'This household has left poverty for good and enjoys no further policies; it cannot benefit',
      ),
    );
  if (!villageCodes.includes(regionCode))
    faults.add(
      conflict(
        path,
        '该户不在项目所在行政村，请先调整项目的行政村或重新选择',
        'This household does not live in a village of the project; adjust the villages or choose another',
      ),
    );
}

function checkMember(
  { householdId, memberId }: BeneficiaryInput,
  { type, householdOfMember }: BeneficiaryFacts,
  path: string,
  faults: ProjectFaults,
): void {
  if (memberId == null) {
    if (type === 'EDUCATION_TRAINING') faults.add(fieldRequired(`${path}.memberId`));
    return;
  }
  faults.expect(householdOfMember.get(memberId) === householdId, `${path}.memberId`, {
    zh: '该人员不是该户的正常成员，请重新选择',
    en: 'This person is no active member of the household; choose again',
  });
}

function checkForm(
  entry: BeneficiaryInput,
  { type, today }: BeneficiaryFacts,
  path: string,
  faults: ProjectFaults,
): void {
  for (const name of ['amount', 'area', 'loan', 'dividend'] as const)
    faults.expectAmount(entry[name], `${path}.${name}`);
  faults.expectText(entry.content, 200, `${path}.content`);
  faults.expect(entry.moveDate == null || entry.moveDate <= today, `${path}.moveDate`, {
    zh: '搬迁入住日期不能晚于今天',
    en: 'The date of moving cannot lie in the future',
  });
  for (const [owner, names] of Object.entries(OWN_FIELDS)) {
    if (owner === type) continue;
    for (const name of names)
      faults.expect(entry[name] == null, `${path}.${name}`, {
        zh: '此项不属于该类型项目，请留空',
        en: 'Projects of this type do not have this field; leave it out',
      });
  }
}

/** The resettlement (C20) that a relocation project's subtype stands for. */
export function resettlementOf(subtype: ProjectSubtype): Resettlement {
  return RESETTLEMENT.name(PROJECT_SUBTYPE.code(subtype).slice(1));
}

function noHousehold(path: string): Refusal {
  return new Refusal(
    'NOT_FOUND',
    {
      zh: '没有找到该户在项目年度的建档立卡数据，请核对后重新选择',
      en: 'No record of this household in the year of the project; check it and choose again',
    },
    { field: `${path}.householdId` },
  );
}

function benefitsAlready(path: string): Refusal {
  return conflict(
    path,
    '该受益户（人）已登记，不能重复登记',
    'This household or person is registered already',
  );
}

function conflict(path: string, zh: string, en: string): Refusal {
  return new Refusal('STATE_CONFLICT', { zh, en }, { field: `${path}.householdId` });
}
