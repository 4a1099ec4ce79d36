import type { MemberStatus } from '../code-lists';
import { MEMBER_ADD_REASON, MEMBER_REDUCE_REASON, MEMBER_TRANSFER_REASON } from '../population-code-lists';
import type { AppliedChange, StagedChange } from './population.rules';
import type { PopulationChangeInput } from './population-form.rules';

/** A staged change with what its record says beside who goes where. */
export interface Step {
  kind: 'TRANSFER' | 'ADD' | 'REDUCE';
  path: string;
  change: StagedChange;
  reason: string;
  changeDate: string;
  /** The status the person has afterwards. */
  status: MemberStatus;
}

/** A step with what came of it. */
export type Played = Step & { applied: AppliedChange };
/** A step that adds a person; the id in its change is the place in the list. */
export type Addition = Played & { change: Extract<StagedChange, { kind: 'ADD' }> };

/** The changes as the plan plays them; their forms are checked. */
export function stepsOf(changes: readonly PopulationChangeInput[]): Step[] {
  return changes.map(({ transfer, add, reduce }, index): Step => {
    if (transfer) {
      return {
        kind: 'TRANSFER',
        path: `changes[${index}].transfer`,
        change: { kind: 'TRANSFER', ...transfer },
        reason: MEMBER_TRANSFER_REASON.code(transfer.reason!),
        changeDate: transfer.changeDate,
        status: 'TRANSFERRED_IN',
      };
    }
    if (add) {
      const { sex, relationToHead } = add.member;
      return {
        kind: 'ADD',
        path: `changes[${index}].add`,
        change: {
          kind: 'ADD',
          person: { id: String(index), householdId: add.householdId, relationToHead, sex },
        },
        reason: MEMBER_ADD_REASON.code(add.reason!),
        changeDate: add.changeDate,
        status: 'NORMAL',
      };
    }
    const { memberId, newHeadId, relations, reason, changeDate } = reduce!;
    return {
      kind: 'REDUCE',
      path: `changes[${index}].reduce`,
      change: { kind: 'REDUCE', memberId, newHeadId: newHeadId ?? null, relations: relations ?? [] },
      reason: MEMBER_REDUCE_REASON.code(reason!),
      changeDate,
      status: reason === 'DECEASED' ? 'DECEASED' : 'REDUCED',
    };
  });
}
