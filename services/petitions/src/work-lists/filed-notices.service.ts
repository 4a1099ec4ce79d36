import type { ScopedTransaction } from '@junxian/persistence';

/** Whether any notice 告知书 of an item in sight is filed: then it is neither returned nor taken back (3.4). */
export async function hasFiledNotice(tx: ScopedTransaction, caseItemId: string): Promise<boolean> {
  const filed = await tx.query(`SELECT FROM notice WHERE case_item_id = $1 AND state = 'FILED' LIMIT 1`, [
    caseItemId,
  ]);
  return filed.length > 0;
}
