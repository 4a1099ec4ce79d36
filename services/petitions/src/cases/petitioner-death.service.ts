import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { type Officer, SYSTEM } from '../actor';
import { reviewUnderWay } from '../review/review-lists.service';
import { checkInHand } from '../work-lists/task.rules';
import type { OrgTask } from './case.types';
import { caseForChange, noteOnCase } from './case-changes.service';
import { changeTask, custodyTask, openTask, taskForChange } from './custody.service';

/**
 * A citizen is said to have died (§7, architecture §5): each open item this person petitions in is put before whoever holds it, and each item under
 * (re-)review before the authority's handler, to look into. Nothing else changes: a review whose applicant is gone is terminated by the usual step (7.39). The to-do and the note in the journal say neither who nor when; told again, it is one to-do.
 */
export async function proposeDeath(tx: ScopedTransaction, citizenId: string, at: Date): Promise<void> {
  const petitioners = await tx.query<{ id: string; caseItemId: string }>(
    `SELECT p.id, c.id AS "caseItemId" FROM petitioner p JOIN case_item c ON c.id = p.case_item_id
     WHERE p.citizen_id = $1 AND (c.outcome IS NULL OR c.state IN ('UNDER_REVIEW', 'UNDER_RE_REVIEW')) ORDER BY c.id, p.id`,
    [citizenId],
  );
  for (const { id, caseItemId } of petitioners) {
    const item = await caseForChange(tx, caseItemId, null);
    const concerned = (await custodyTask(tx, caseItemId)) ?? (await reviewUnderWay(tx, caseItemId));
    // Completed, or the review ended, while this waited for it.
    if (concerned === undefined || (await isBeingLookedInto(tx, id))) continue;
    const { organisationId, regionCode, holderId } = concerned;
    const task = await openTask(tx, {
      caseItemId,
      kind: 'PETITIONER_DECEASED',
      state: holderId === null ? 'UNIT_INBOX' : 'TODO',
      organisationId,
      regionCode,
      holderId,
      subjectId: id,
      receivedAt: at,
    });
    await noteOnCase(tx, item, { action: 'PETITIONER_DECEASED', actor: SYSTEM, at, subjectId: task.id });
  }
}

/**
 * Says whether the petitioner has really died, and ends the to-do; what becomes of the item its holder decides by the usual actions. Returns the task.
 * Throws NOT_FOUND, STALE_VERSION, NOT_TAKEN, NOT_HOLDER, TASK_CANCELLED, WRONG_TASK_STATE.
 */
export async function confirmPetitionerDeath(
  tx: ScopedTransaction,
  { taskId, expectedVersion, confirmed }: { taskId: string; expectedVersion: number; confirmed: boolean },
  officer: Officer,
  at: Date,
): Promise<OrgTask> {
  const { item, task } = await taskForChange(tx, taskId, expectedVersion, officer);
  if (task.kind !== 'PETITIONER_DECEASED') throw refuse.notFound('taskId');
  checkInHand(task, officer);
  const done = await changeTask(tx, task, { state: 'DONE', doneAt: at, doneBy: officer.accountId });
  await noteOnCase(tx, item, {
    action: confirmed ? 'PETITIONER_DEATH_CONFIRMED' : 'PETITIONER_DEATH_REFUTED',
    actor: officer,
    at,
    subjectId: task.id,
  });
  return done;
}

async function isBeingLookedInto(tx: ScopedTransaction, petitionerId: string): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM org_task WHERE subject_id = $1 AND kind = 'PETITIONER_DECEASED' AND state IN ('UNIT_INBOX', 'TODO')`,
    [petitionerId],
  );
  return rows.length > 0;
}
