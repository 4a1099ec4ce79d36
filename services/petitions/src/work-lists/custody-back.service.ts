import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, OrgTask } from '../cases/case.types';
import { type CaseEvent, changeCase } from '../cases/case-changes.service';
import { changeTask } from '../cases/custody.service';
import { forbiddenDestination } from '../handling/routing.rules';
import { organisationsOfAccused } from '../handling/routing.service';

/** How an item comes back to its sender: taken back unopened 收回, or returned 退回. */
export type WayBack = 'TAKE_BACK' | 'RETURN';

export interface ComingBack {
  item: CaseItem;
  /** The receiver's task, which has the custody. */
  received: OrgTask;
  /** The sender's task, from which it came. */
  sent: OrgTask;
  way: WayBack;
  /** Who holds it at the sender; null: it goes to the unit inbox. */
  holderId: string | null;
  officer: Officer;
  at: Date;
  events: readonly CaseEvent[];
}

/**
 * Gives the custody of an item back to the sender, as if it had not been handed on: the receiver's task ends, the record is marked, the sender's task is open
 * again, and the item stands where it stood. The clock for routing never restarts: it runs again from where it began when nothing else has
 * routed the item. Takes item and tasks locked; returns the sender's task and the item. Throws FORBIDDEN_DESTINATION when the accused have come to reach
 * the sender (PT-HND-08). Rule: PT-TSK-03 (3.4).
 */
export async function giveBack(
  tx: ScopedTransaction,
  { item, received, sent, way, holderId, officer, at, events }: ComingBack,
): Promise<{ item: CaseItem; task: OrgTask }> {
  if ((await organisationsOfAccused(tx, item, [sent.organisationId], at)).size > 0)
    throw forbiddenDestination('taskId');
  await changeTask(tx, received, {
    state: way === 'TAKE_BACK' ? 'CANCELLED' : 'RETURNED',
    custody: false,
    doneAt: at,
    doneBy: officer.accountId,
  });
  await tx.query('UPDATE handling_record SET state = $2, version = version + 1 WHERE id = $1', [
    received.handlingRecordId,
    way === 'TAKE_BACK' ? 'TAKEN_BACK' : 'RETURNED',
  ]);
  const before = await standBefore(tx, item, sent);
  const task = await changeTask(tx, sent, {
    state: holderId === null ? 'UNIT_INBOX' : 'TODO',
    custody: true,
    holderId,
    doneAt: null,
    doneBy: null,
    resultDueOn: before.resultDueOn,
  });
  const changed = await changeCase(tx, item, {
    action: way,
    set: {
      state: before.routed ? 'IN_HANDLING' : 'REGISTERED',
      custodianOrganisationId: sent.organisationId,
      petitionDeptOrganisationId: before.petitionDeptId ?? item.organisationId,
      routedAt: before.routed ? item.routedAt : null,
      // The sender's own clock for acceptance, where the item had come to it from above, with the day it was given then.
      acceptReceivedAt: sent.fromTaskId === null ? null : sent.receivedAt,
      acceptDueOn: sent.acceptDueOn,
    },
    actor: officer,
    at,
    events,
    subjectId: received.id,
    details: { from: received.organisationId, to: sent.organisationId },
  });
  return { item: changed, task };
}

/** How an item stood before it was handed on: what other routings there were, the bureau of the last, and the result the sender itself owes. */
async function standBefore(
  tx: ScopedTransaction,
  item: CaseItem,
  sent: OrgTask,
): Promise<{ routed: boolean; petitionDeptId: string | null; resultDueOn: string | null }> {
  const [row] = await tx.query<{
    routed: boolean;
    petitionDeptId: string | null;
    resultDueOn: string | null;
  }>(
    `SELECT EXISTS (SELECT FROM handling_record r WHERE r.case_item_id = $1 AND r.state = 'DONE' AND r.mode IN ('FORWARD', 'ASSIGN')) AS routed,
       (SELECT o.id FROM handling_record r JOIN organisation o ON o.id = r.from_organisation_id AND o.is_bureau
        WHERE r.case_item_id = $1 AND r.state = 'DONE' AND r.mode IN ('FORWARD', 'ASSIGN') ORDER BY r.seq DESC LIMIT 1) AS "petitionDeptId",
       (SELECT r.result_due_on::text FROM handling_record r WHERE r.id = $2) AS "resultDueOn"`,
    [item.id, sent.handlingRecordId],
  );
  return row!;
}
