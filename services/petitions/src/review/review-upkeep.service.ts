import type { Clock } from '@junxian/calendar';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { SYSTEM } from '../actor';
import { caseForChange } from '../cases/case-changes.service';
import { scopes } from '../service-scopes';
import { terminated } from './interruption.service';
import { lapseItem } from './matter-end.service';
import { reviewById } from './review.store';

const BATCH = 100;

/**
 * Lets items lapse whose time to ask for a (re-)review has passed (3.2), batch by batch; for the scheduler, every day.
 * Several at once do each item once: a row that one of them holds is left out by the others. Returns how many lapsed.
 */
export async function lapseAppeals(database: Database, clock: Clock): Promise<number> {
  let lapsed = 0;
  for (;;) {
    const done = await database.write(scopes.superviseDeadlines(), (tx) => lapseBatch(tx, clock));
    lapsed += done;
    if (done < BATCH) return lapsed;
  }
}

async function lapseBatch(tx: ScopedTransaction, clock: Clock): Promise<number> {
  const today = clock.today();
  // By matter, so that two at once lock the matters in one order.
  const due = await tx.query<{ id: string }>(
    `SELECT d.id FROM (SELECT c.id, c.matter_id FROM case_item c
     WHERE c.appeal_due_on < $1 AND c.state IN ('COMPLETED', 'REVIEWED') AND c.outcome = 'REPLIED'
     ORDER BY c.appeal_due_on, c.id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED) d ORDER BY d.matter_id, d.id`,
    [today],
  );
  for (const { id } of due) {
    const item = await caseForChange(tx, id, null);
    await lapseItem(tx, item, {
      action: 'LAPSE',
      actor: SYSTEM,
      at: clock.now(),
      details: { appealDueOn: item.appealDueOn },
    });
  }
  return due.length;
}

/**
 * Terminates reviews whose missing materials did not come in time (7.5); for the scheduler, every day. Each in a
 * transaction of its own, decided under the item's lock, so that several at once do it once. Returns how many ended.
 */
export async function terminateUnsupplemented(database: Database, clock: Clock): Promise<number> {
  const today = clock.today();
  let ended = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const overdue = await database.read(scopes.superviseDeadlines(), (tx) =>
      tx.query<Overdue>(
        `SELECT s.id, s.review_case_id AS "reviewCaseId", s.case_item_id AS "caseItemId" FROM review_step s
         WHERE s.state = 'OPEN' AND s.kind = 'SUPPLEMENT' AND s.due_on < $1 AND s.id > $2 ORDER BY s.id LIMIT ${BATCH}`,
        [today, after],
      ),
    );
    for (const step of overdue) {
      after = step.id;
      if (await database.write(scopes.superviseDeadlines(), (tx) => terminateOne(tx, step, clock)))
        ended += 1;
    }
    if (overdue.length < BATCH) return ended;
  }
}

interface Overdue {
  id: string;
  reviewCaseId: string;
  caseItemId: string;
}

async function terminateOne(
  tx: ScopedTransaction,
  { id, reviewCaseId, caseItemId }: Overdue,
  clock: Clock,
): Promise<boolean> {
  const item = await caseForChange(tx, caseItemId, null);
  const review = await reviewById(tx, reviewCaseId, 'FOR UPDATE');
  // Somebody else ended it, or the materials came, since it was found.
  if (review?.state !== 'SUPPLEMENTING') return false;
  const acting = { officer: SYSTEM, at: clock.now(), today: clock.today() };
  await terminated(tx, { item, review }, 'SUPPLEMENT_EXPIRED', id, acting);
  return true;
}
