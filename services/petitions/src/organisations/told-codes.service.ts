import { applyMoves, type RegionMove } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import { holdRegionCodes } from '@junxian/region-changes';

/**
 * Where something lies now that lay under a code when the directory told it, and the number of the newest region change, which its row then
 * carries: changes that the directory made later are applied, those it made before are in the code. Until the transaction ends no further
 * change is received.
 */
export async function toldCode(
  tx: ScopedTransaction,
  code: string,
  toldAt: Date,
): Promise<{ regionCode: string; epoch: number }> {
  holdRegionCodes(tx);
  const changes = await tx.query<{ seq: number; moves: RegionMove[] | null }>(
    // Rows of split regions stay until a person assigns them, of which the directory tells.
    `SELECT seq, CASE WHEN received_at > $1 AND kind <> 'SPLIT' THEN moves END AS moves FROM region_change ORDER BY seq`,
    [toldAt],
  );
  return {
    regionCode: changes.reduce((now, { moves }) => (moves === null ? now : applyMoves(now, moves)), code),
    epoch: changes.at(-1)?.seq ?? 0,
  };
}

/** What the directory tells with a region code. */
const TOLD = ['organisation', 'officer_appointment'] as const;

/** Rows that were told with the codes of a change before the change itself arrived do not move by it once more. Follows its reception. */
export function skipTold(tx: ScopedTransaction, changeId: string): void {
  for (const table of TOLD)
    tx.send(
      `UPDATE ${table} o SET region_epoch = c.seq FROM region_change c
       WHERE c.change_id = $1 AND o.told_at >= c.received_at AND o.region_epoch < c.seq`,
      [changeId],
    );
}
