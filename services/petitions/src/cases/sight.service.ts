import { ancestorsByCode } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import type { CaseItem } from './case.types';

export type SightReason = 'REGISTERED' | 'HELD' | 'SUBTREE' | 'REVIEW' | 'CONSULTED';

/**
 * Lets an organisation see an item from now on, and with it the bureaus of its region and of every region above:
 * they see what is sent into their subtree (PT-SEC-01). An organisation that sees it already keeps its reason.
 * Row-level security still hides it from the accused.
 */
export async function letSee(
  tx: ScopedTransaction,
  item: Pick<CaseItem, 'id'>,
  organisation: { id: string; regionCode: string },
  reason: SightReason,
  at: Date,
): Promise<void> {
  tx.send('SELECT pt_sec_01_let_see($1, $2, $3, $4, $5)', [
    item.id,
    organisation.id,
    ancestorsByCode(organisation.regionCode),
    reason,
    at,
  ]);
}
