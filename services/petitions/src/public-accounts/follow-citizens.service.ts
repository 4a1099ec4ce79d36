import type { CitizenDeceased, CitizenRenumbered, EventOf } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { SYSTEM } from '../actor';
import { caseForChange, noteOnCase } from '../cases/case-changes.service';

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

/**
 * A petitioner has died. The petition stays, and what becomes of it a person decides (architecture §5): each open item gets
 * a note in its journal, which says neither who nor when.
 */
export async function noteDeath(
  tx: ScopedTransaction,
  { data: { citizenId } }: EventOf<typeof CitizenDeceased>,
  at: Date,
): Promise<void> {
  const items = await tx.query<{ id: string }>(
    `SELECT c.id FROM case_item c
     WHERE c.outcome IS NULL AND EXISTS (SELECT FROM petitioner p WHERE p.case_item_id = c.id AND p.citizen_id = $1) ORDER BY c.id`,
    [citizenId],
  );
  for (const { id } of items) {
    const item = await caseForChange(tx, id, null);
    // Completed while this waited for it.
    if (item.outcome === null)
      await noteOnCase(tx, item, { action: 'PETITIONER_DECEASED', actor: SYSTEM, at });
  }
}
