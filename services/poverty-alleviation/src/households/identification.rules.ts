import { Refusal } from '@junxian/errors';
import { FormFaults } from './form-faults.rules';
import { checkBasic, checkIncome, checkProductionAndLiving, checkRelocation } from './household-tabs.rules';
import type { IdentificationInput } from './identification.input';
import type { IdentityKey } from './identity-documents.rules';
import { checkHead, checkMember, duplicatesWithin, type FormDates } from './member-form.rules';

/** What the decision on a form needs beside it. */
export interface IdentificationFacts extends FormDates {
  /** Whether the village exists today as an administrative village. */
  isVillage: boolean;
}

const MAX_MEMBERS = 50;

/**
 * Checks an identification form as a whole (PA-NI-01, PA-NI-02, PA-HH-06, PA-HH-07): the village, the
 * four tabs, the members. Returns the key of each member's identity document, in order; throws one
 * Refusal with every fault and its field.
 */
export function checkIdentification(
  input: IdentificationInput,
  facts: Omit<IdentificationFacts, 'withoutDocument'>,
): IdentityKey[] {
  return checkHouseholdForm(input, facts).filter((key) => key !== null);
}

/** {@link checkIdentification} that may take persons without a document: the key of each is null (PA-BO-13). */
export function checkHouseholdForm(
  input: IdentificationInput,
  facts: IdentificationFacts,
): (IdentityKey | null)[] {
  const faults = new FormFaults();
  if (!facts.isVillage) faults.add(notAVillage());
  checkBasic(input.basic, input.villageCode, 'basic.', faults);
  checkProductionAndLiving(input.productionAndLiving, 'productionAndLiving.', faults);
  checkIncome(input.incomeAndHealth, 'incomeAndHealth.', faults);
  checkRelocation(input.relocation, facts.today, 'relocation.', faults);
  faults.expectText(input.idempotencyKey, 100, 'idempotencyKey');
  faults.expect(input.members.length <= MAX_MEMBERS, 'members', {
    zh: `一户最多登记 ${MAX_MEMBERS} 名家庭成员`,
    en: `A household has at most ${MAX_MEMBERS} members`,
  });
  const head = checkHead(input.members);
  if (head !== null) faults.add(head);
  const keys = input.members.map((member, index) => checkMember(member, `members[${index}]`, facts, faults));
  faults.add(...duplicatesWithin(keys));
  if (faults.list.length > 0) throw Refusal.many(faults.list);
  return keys;
}

function notAVillage(): Refusal {
  return new Refusal(
    'INVALID_REGION_CODE',
    {
      zh: '请选择贫困户所在的行政村；该代码不是现行的行政村代码',
      en: 'Choose the administrative village of the household; this code is not of a present village',
    },
    { field: 'villageCode' },
  );
}
