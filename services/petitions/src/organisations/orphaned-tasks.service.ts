import type { ScopedTransaction } from '@junxian/persistence';
import { SYSTEM } from '../actor';
import { caseForChange, noteOnCase } from '../cases/case-changes.service';
import { custodyTask } from '../cases/custody.service';

const BATCH = 200;

/** Roles by which somebody may hold a to-do. */
const HOLDING_ROLES = [
  'HANDLER',
  'RECEIVER',
  'ONLINE_REGISTRAR',
  'LETTER_REGISTRAR',
  'VISIT_REGISTRAR',
  'INTERVIEWER',
  'LEADER',
  'REVIEW_HANDLER',
  'REVIEW_LEADER',
  'LAWYER',
  'EXPERT',
].map((role) => `petitions:${role}`);

/**
 * Puts to-dos whose holder can no longer act for the organisation (appointment ended or expired, roles gone, account
 * disabled) back into the unit inbox (§7). Clocks go on as they were. Takes one account, or null for all; up to 200 at once.
 * Returns how many; call again until 0.
 */
export async function returnOrphanedTasks(
  tx: ScopedTransaction,
  { accountId }: { accountId: string | null },
  today: string,
  at: Date,
): Promise<number> {
  const orphans = await tx.query<{ id: string; caseItemId: string }>(
    `SELECT t.id, t.case_item_id AS "caseItemId" FROM org_task t
     WHERE t.state = 'TODO' AND t.holder_id IS NOT NULL AND ($1::uuid IS NULL OR t.holder_id = $1)
       AND (EXISTS (SELECT FROM disabled_account d WHERE d.account_id = t.holder_id) OR NOT EXISTS (
         SELECT FROM officer_appointment a WHERE a.account_id = t.holder_id AND a.organisation_id = t.organisation_id
           AND a.roles && $2::text[] AND a.ended_on IS NULL AND a.valid_from <= $3 AND (a.valid_to IS NULL OR a.valid_to >= $3)))
     ORDER BY t.case_item_id LIMIT ${BATCH}`,
    [accountId, HOLDING_ROLES, today],
  );
  for (const { id, caseItemId } of orphans) {
    const item = await caseForChange(tx, caseItemId, null);
    await custodyTask(tx, caseItemId);
    const [returned] = await tx.query<{ id: string }>(
      `UPDATE org_task SET state = 'UNIT_INBOX', holder_id = NULL, version = version + 1 WHERE id = $1 AND state = 'TODO' RETURNING id`,
      [id],
    );
    if (returned !== undefined)
      await noteOnCase(tx, item, { action: 'ORPHANED', actor: SYSTEM, at, subjectId: id });
  }
  return orphans.length;
}
