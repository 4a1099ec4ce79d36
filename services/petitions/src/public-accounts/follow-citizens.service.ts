import type { CitizenRenumbered, EventOf } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';

/**
 * A corrected ID number gave a citizen another id (architecture §4): profiles, items and petitioners are re-pointed, by their indexes.
 * Nobody's decision changes, so neither do versions nor the journal.
 */
export async function followRenumbering(
  tx: ScopedTransaction,
  { data: { from, to } }: EventOf<typeof CitizenRenumbered>,
): Promise<void> {
  for (const table of ['public_account', 'case_item', 'petitioner'])
    await tx.query(`UPDATE ${table} SET citizen_id = $2 WHERE citizen_id = $1`, [from, to]);
}
