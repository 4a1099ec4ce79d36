import type { ScopedTransaction } from '@junxian/persistence';
import { SYSTEM } from '../actor';
import { caseById, noteOnCase } from '../cases/case-changes.service';

/** Takes back the published case of an item that a review reopened: only completed items are public (PT-PBL-01). Consent is asked for anew. */
export async function unpublishReopened(tx: ScopedTransaction, caseItemId: string, at: Date): Promise<void> {
  const [withdrawn] = await tx.query<{ id: string }>(
    `UPDATE published_case SET status = 'UNPUBLISHED', consent_confirmed = false, updated_at = $2, updated_by = $3, version = version + 1
     WHERE case_item_id = $1 AND status = 'PUBLISHED' RETURNING id`,
    [caseItemId, at, SYSTEM.accountId],
  );
  const item = withdrawn === undefined ? undefined : await caseById(tx, caseItemId);
  if (item !== undefined)
    await noteOnCase(tx, item, { action: 'UNPUBLISH', actor: SYSTEM, at, subjectId: withdrawn!.id });
}
