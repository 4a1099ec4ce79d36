import { dateInShanghai } from '@junxian/calendar';
import { CaseCompleted } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { type CaseChange, type CaseEvent, caseEvent, changeCase } from '../cases/case-changes.service';
import { OUTCOME_OF } from '../cases/case-state.rules';
import { type Custody, endCustody } from '../cases/custody.service';
import { isInTime, lateAfter } from './late.rules';

/** An action that completes an item. */
export type CompletingAction = keyof typeof OUTCOME_OF & CaseChange['action'];

/**
 * Completes 办结 an item by its last action: nobody holds it any more, the outcome is the action's, and whether the
 * running clock was kept is decided by today. Further events come before CaseCompleted. Returns the item.
 */
export async function complete(
  tx: ScopedTransaction,
  custody: Custody,
  completion: {
    action: CompletingAction;
    set?: CaseChange['set'];
    events?: readonly CaseEvent[];
    subjectId: string;
    officer: Officer;
    at: Date;
  },
): Promise<CaseItem> {
  const { action, set = {}, events = [], subjectId, officer, at } = completion;
  const { item } = custody;
  const today = dateInShanghai(at);
  const outcome = OUTCOME_OF[action]!;
  const ending = endCustody(tx, custody, officer, at);
  const completing = changeCase(tx, item, {
    action,
    set: { ...set, state: 'COMPLETED', outcome, completedAt: at, late: lateAfter(item, today) },
    actor: officer,
    at,
    events: [...events, caseEvent(CaseCompleted, { outcome, inTime: isInTime(item, today) })],
    subjectId,
    details: { outcome },
  });
  const [completed] = await Promise.all([completing, ending]);
  return completed;
}
