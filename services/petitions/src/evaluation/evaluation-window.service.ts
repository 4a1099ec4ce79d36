import { dateInShanghai } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';
import type { CaseItem } from '../cases/case.types';
import { dueOn } from '../deadlines/periods.service';
import { canBeEvaluated } from './evaluation.rules';

/**
 * Fixes until when the first evaluation of an item that was just completed may be given, by the period as configured
 * now; called with every completion. An item completed again after a revocation gets a new day. Does nothing for an
 * item out of scope or archived. Rules: PT-SAT-05, PT-SAT-10.
 */
export async function openEvaluationWindow(tx: ScopedTransaction, item: CaseItem, at: Date): Promise<void> {
  if (!canBeEvaluated(item)) return;
  tx.send(
    `INSERT INTO evaluation_window (case_item_id, first_due_on, opened_at) VALUES ($1, $2, $3)
     ON CONFLICT (case_item_id) DO UPDATE SET first_due_on = EXCLUDED.first_due_on, opened_at = EXCLUDED.opened_at`,
    [item.id, await dueOn(tx, 'EVALUATION_FIRST', dateInShanghai(at)), at],
  );
}
