import { Refusal, refuse } from '@junxian/errors';
import { FormFaults } from '../households/form-faults.rules';
import {
  checkBasic,
  checkIncome,
  checkProductionAndLiving,
  checkRelocation,
} from '../households/household-tabs.rules';
import type {
  BasicInput,
  IncomeAndHealthInput,
  ProductionAndLivingInput,
  RelocationInput,
} from '../households/identification.input';
import { checkHead } from '../households/member-form.rules';
import { checkChangeDate } from './dates.rules';
import type { PersonFacts } from './population.rules';
import type { ChangeDates, MemberRelation } from './population-form.rules';

/** The form of a split 分户: who leaves, and the new household's tabs; attribute and standard are the old household's. */
export interface SplitHouseholdInput {
  householdId: string;
  expectedVersion: number;
  members: readonly MemberRelation[];
  villageCode?: string | null | undefined;
  changeDate: string;
  basic: Omit<BasicInput, 'householdAttribute' | 'identificationStandard' | 'isKeyTarget'>;
  productionAndLiving: ProductionAndLivingInput;
  incomeAndHealth: IncomeAndHealthInput;
  relocation: RelocationInput;
}

/** What the decision on the form needs beside it. */
export interface SplitFacts extends ChangeDates {
  /** Whether a code names an administrative village today. */
  isVillage(code: string): boolean;
}

/**
 * Checks the form of a split by itself (PA-SP-01, PA-SP-02): somebody leaves, one of them as the new head; the village
 * is chosen; the tabs are in order. Returns the village; throws one Refusal with all faults: NOTHING_SELECTED,
 * HEAD_REQUIRED, FIELD_REQUIRED, INVALID_REGION_CODE, INVALID_INPUT.
 */
export function checkSplitForm(input: SplitHouseholdInput, { today, cycle, isVillage }: SplitFacts): string {
  const faults = new FormFaults();
  const { villageCode } = input;
  if (!villageCode) faults.add(villageRequired());
  else if (!isVillage(villageCode)) faults.add(notAVillage());
  else checkBasic(input.basic, villageCode, 'basic.', faults);
  const head = checkHead(input.members);
  if (head) faults.add(head);
  faults.expectDistinct(
    input.members.map(({ memberId }) => memberId),
    'members',
  );
  const late = checkChangeDate(input.changeDate, today, cycle, 'changeDate');
  if (late) faults.add(late);
  checkProductionAndLiving(input.productionAndLiving, 'productionAndLiving.', faults);
  checkIncome(input.incomeAndHealth, 'incomeAndHealth.', faults);
  checkRelocation(input.relocation, today, 'relocation.', faults);
  if (!villageCode || faults.list.length > 0) throw Refusal.many(faults.list);
  return villageCode;
}

/**
 * Checks who leaves against the household's active members (PA-SP-01): each is one of them and none is the head.
 * Throws NOT_FOUND or HEAD_NOT_ALLOWED, naming the place in the form.
 */
export function checkWhoLeaves(
  leaving: readonly MemberRelation[],
  members: readonly Pick<PersonFacts, 'id' | 'relationToHead'>[],
): void {
  const faults = leaving.flatMap(({ memberId }, index) => {
    const field = `members[${index}].memberId`;
    const member = members.find(({ id }) => id === memberId);
    if (member === undefined) return [refuse.notFound(field)];
    return member.relationToHead === 'HEAD' ? [headStays(field)] : [];
  });
  if (faults.length > 0) throw Refusal.many(faults);
}

function villageRequired(): Refusal {
  return new Refusal(
    'FIELD_REQUIRED',
    { zh: '请为分出的新户选择行政村', en: 'Choose the village of the new household' },
    { field: 'villageCode' },
  );
}

function notAVillage(): Refusal {
  return new Refusal(
    'INVALID_REGION_CODE',
    {
      zh: '请选择新户所在的行政村；该代码不是现行的行政村代码',
      en: 'Choose the administrative village of the new household; this code is not of a present village',
    },
    { field: 'villageCode' },
  );
}

function headStays(field: string): Refusal {
  return new Refusal(
    'HEAD_NOT_ALLOWED',
    {
      zh: '原户户主不能分出，请选择其他成员',
      en: 'The head stays in the old household; choose other members',
    },
    { field },
  );
}
