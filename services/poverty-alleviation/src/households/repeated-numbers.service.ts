import type { ScopedTransaction } from '@junxian/persistence';

/** The blind indexes of the numbers that these members carry in a year; who has none is left out. */
export async function numbersOf(
  tx: ScopedTransaction,
  memberIds: readonly string[],
  year: number,
): Promise<string[]> {
  const rows = await tx.query<{ index: string }>(
    `SELECT id_number_index AS index FROM member_year_record
     WHERE member_id = ANY($1::uuid[]) AND year = $2 AND id_number_index IS NOT NULL`,
    [memberIds, year],
  );
  return rows.map(({ index }) => index);
}

/** Whether one of these members carries a number that somebody else carries as an active member of the year, anywhere (PA-NI-03). */
export async function isHeldByOthers(
  tx: ScopedTransaction,
  memberIds: readonly string[],
  year: number,
): Promise<boolean> {
  const [row] = await tx.query<{ held: boolean | null }>(
    `SELECT bool_or(pa_bo_06_duplicate(id_number_index, year, member_id)) AS held FROM member_year_record
     WHERE member_id = ANY($1::uuid[]) AND year = $2 AND id_number_index IS NOT NULL`,
    [memberIds, year],
  );
  return row?.held === true;
}

/**
 * Lets numbers that nobody but these members carries obey the uniqueness of numbers again, as new ones do: of those who share one,
 * one loses the mark of old data. Called before members become active, or once the others have gone.
 */
export async function takeIntoIndex(
  tx: ScopedTransaction,
  memberIds: readonly string[],
  year: number,
): Promise<void> {
  await tx.query(
    `UPDATE member_year_record m SET repeats_number = false FROM (
       SELECT DISTINCT ON (id_number_index) member_id FROM member_year_record
       WHERE member_id = ANY($1::uuid[]) AND year = $2 AND id_number_index IS NOT NULL
       ORDER BY id_number_index, repeats_number, member_id) AS one
     WHERE m.member_id = one.member_id AND m.year = $2 AND m.repeats_number
       AND NOT pa_bo_06_duplicate(m.id_number_index, m.year, m.member_id)`,
    [memberIds, year],
  );
}
