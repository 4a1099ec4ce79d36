import type { TestStore } from '../testing/store.support.test';

/** Closes all years before one, as long ago: years close in order. They have no money. */
export async function closedBefore(store: Pick<TestStore, 'adminQuery'>, year: number): Promise<void> {
  await store.adminQuery(
    `UPDATE survey_year SET editable = false, closed_by = 'test', closed_at = now() WHERE year < $1`,
    [year],
  );
}
