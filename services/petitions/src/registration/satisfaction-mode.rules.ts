import { Refusal } from '@junxian/errors';
import type { Purpose, SatisfactionMode } from '../cases/case.types';

export interface SatisfactionFacts {
  firstInSystem: boolean;
  anonymous: boolean;
  litigationRelated: boolean;
  purpose: Purpose;
}

/** The satisfaction mode 满意度评价方式 that follows from an item's data (PT-SAT-01, 02, 03). */
export function satisfactionMode({
  firstInSystem,
  anonymous,
  litigationRelated,
  purpose,
}: SatisfactionFacts): SatisfactionMode {
  if (anonymous || !firstInSystem || litigationRelated) return 'EXCLUDED';
  return purpose === 'SEEK_SOLUTION' ? 'REQUIRED' : 'MANUAL';
}

/**
 * The mode, and whether the item is in scope, for what an officer ticked (null: nothing said). Throws
 * SATISFACTION_LOCKED for a tick against the mode (PT-SAT-04, scenarios 12–14).
 */
export function satisfactionScope(
  facts: SatisfactionFacts,
  ticked: boolean | null,
): { satisfactionMode: SatisfactionMode; satisfactionInScope: boolean } {
  const mode = satisfactionMode(facts);
  if (mode === 'MANUAL') return { satisfactionMode: mode, satisfactionInScope: ticked ?? false };
  const inScope = mode === 'REQUIRED';
  if (ticked !== null && ticked !== inScope) {
    throw new Refusal(
      'SATISFACTION_LOCKED',
      inScope
        ? {
            zh: '系统初次、实名、非涉法涉诉的求决件必须纳入满意度评价，不能取消',
            en: 'A first, named, non-litigation item that seeks a solution is always evaluated; it cannot be unticked',
          }
        : {
            zh: '匿名、重复或涉法涉诉的信访件不纳入满意度评价，请取消勾选',
            en: 'Anonymous, repeated or litigation-related items are not evaluated; untick it',
          },
      { field: 'satisfactionInScope' },
    );
  }
  return { satisfactionMode: mode, satisfactionInScope: inScope };
}
