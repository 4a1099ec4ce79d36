import { Refusal, refuse } from '@junxian/errors';
import type { RelationToHead } from '../code-lists';
import { FormFaults } from '../households/form-faults.rules';
import type { MemberInput } from '../households/identification.input';
import type { IdentityKey } from '../households/identity-documents.rules';
import { checkMember } from '../households/member-form.rules';
import type { MemberAddReason, MemberReduceReason, MemberTransferReason } from '../population-code-lists';
import { checkChangeDate } from './dates.rules';

type Optional<T> = T | null | undefined;

export interface MemberRelation {
  memberId: string;
  relationToHead: RelationToHead;
}

/** A staged change 暂存的人口变更 as typed in: exactly one of the three is filled. */
export interface PopulationChangeInput {
  transfer?: Optional<{
    memberId: string;
    toHouseholdId: string;
    relationToHead: RelationToHead;
    reason?: Optional<MemberTransferReason>;
    changeDate: string;
  }>;
  add?: Optional<{
    householdId: string;
    member: MemberInput;
    reason?: Optional<MemberAddReason>;
    changeDate: string;
  }>;
  reduce?: Optional<{
    memberId: string;
    reason?: Optional<MemberReduceReason>;
    changeDate: string;
    newHeadId?: Optional<string>;
    relations?: Optional<readonly MemberRelation[]>;
  }>;
}

/** Days by which a list of changes is judged. */
export interface ChangeDates {
  today: string;
  cycle: number;
}

const MAX_CHANGES = 100;

/**
 * Checks a staged list by itself: one change in each place, a reason (PA-PC-01) and a day for each, new members' forms
 * in order. Returns the key of each new member's identity document by place; throws one Refusal with all faults:
 * NOTHING_SELECTED, REASON_REQUIRED, INVALID_INPUT, INVALID_ID and what else a member's form is refused for.
 */
export function checkChanges(
  changes: readonly PopulationChangeInput[],
  { today, cycle }: ChangeDates,
): ReadonlyMap<number, IdentityKey> {
  const faults = new FormFaults();
  const keys = new Map<number, IdentityKey>();
  if (changes.length === 0) throw nothingStaged();
  faults.expect(changes.length <= MAX_CHANGES, 'changes', {
    zh: `一次最多保存 ${MAX_CHANGES} 项变更，请分次保存`,
    en: `Save at most ${MAX_CHANGES} changes at a time`,
  });
  changes.forEach((staged, index) => {
    const given = (['transfer', 'add', 'reduce'] as const).filter((kind) => staged[kind] != null);
    const [kind] = given;
    if (kind === undefined || given.length > 1) {
      faults.add(oneOfThree(`changes[${index}]`));
      return;
    }
    const path = `changes[${index}].${kind}`;
    const { reason, changeDate } = staged[kind]!;
    if (reason == null) faults.add(reasonRequired(`${path}.reason`));
    const late = checkChangeDate(changeDate, today, cycle, `${path}.changeDate`);
    if (late) faults.add(late);
    if (staged.add) {
      const dates = { today, yearEnd: `${cycle}-12-31` };
      const key = checkMember(staged.add.member, `${path}.member`, dates, faults);
      if (key) keys.set(index, key);
    }
  });
  if (faults.list.length > 0) throw Refusal.many(faults.list);
  return keys;
}

/** The refusal of a change without a reason (PA-PC-01, PA-RT-02). */
export function reasonRequired(field: string): Refusal {
  return new Refusal(
    'REASON_REQUIRED',
    { zh: '请选择变更原因', en: 'Choose the reason of the change' },
    { field },
  );
}

function nothingStaged(): Refusal {
  return new Refusal(
    'NOTHING_SELECTED',
    { zh: '没有可保存的人口变更，请先添加', en: 'There is no change to save; add one first' },
    { field: 'changes' },
  );
}

function oneOfThree(field: string): Refusal {
  return refuse.invalid(field, {
    zh: '每项变更填写转移、新增、减少三者之一',
    en: 'Each change is one of transfer, add and reduce',
  });
}
