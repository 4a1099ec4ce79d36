import type { ScopedTransaction } from '@junxian/persistence';
import { pausesOf } from './review.store';
import type { ReviewCase, ReviewPause } from './review.types';
import { clockAfterPauses } from './review-clock.rules';

/** Stops the clock of a locked review from a day on. */
export async function openPause(
  tx: ScopedTransaction,
  review: ReviewCase,
  kind: Exclude<ReviewPause['kind'], 'HEARING'>,
  fromOn: string,
): Promise<void> {
  await tx.query('INSERT INTO review_pause (review_case_id, kind, from_on) VALUES ($1, $2, $3)', [
    review.id,
    kind,
    fromOn,
  ]);
}

/** Lets the clock of a locked review run again from a day on. Returns the clock to store (scenario 30). */
export async function closePause(
  tx: ScopedTransaction,
  review: ReviewCase,
  untilOn: string,
): Promise<Pick<ReviewCase, 'dueOn' | 'pausedDays'>> {
  await tx.query(
    'UPDATE review_pause SET until_on = $2 WHERE review_case_id = $1 AND until_on IS NULL RETURNING id',
    [review.id, untilOn],
  );
  return clockAfterPauses(review, await pausesOf(tx, review.id));
}

/** Leaves days out of the clock of a locked review that are over (a hearing). Returns the clock to store. */
export async function leaveOut(
  tx: ScopedTransaction,
  review: ReviewCase,
  { fromOn, untilOn }: { fromOn: string; untilOn: string },
): Promise<Pick<ReviewCase, 'dueOn' | 'pausedDays'>> {
  await tx.query(
    `INSERT INTO review_pause (review_case_id, kind, from_on, until_on) VALUES ($1, 'HEARING', $2, $3)`,
    [review.id, fromOn, untilOn],
  );
  return clockAfterPauses(review, await pausesOf(tx, review.id));
}
