import { applyMoves, type RegionMove, scopeRange } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';

/**
 * Follows a re-coding of regions (DI-REG-10) without touching the log: an entry keeps the code it was
 * written with, and a table beside it says which region stands in that place now, so that the auditor of
 * the new code goes on reading the old entries. Runs in the transaction that applies the change.
 */
export async function followRegionMovesInAudit(
  tx: ScopedTransaction,
  moves: readonly RegionMove[],
): Promise<void> {
  const ranges = moves.map((move) => scopeRange(move.from, move.level));
  const found = await tx.query<{ written: string; current: string }>(
    `SELECT DISTINCT e.region_code AS written, e.region_code AS current
       FROM unnest($1::text[], $2::text[]) AS moved(low, high)
       JOIN audit_entry e ON e.region_code >= moved.low COLLATE "C" AND e.region_code < moved.high COLLATE "C"
      WHERE NOT EXISTS (SELECT 1 FROM audit_region_successor s WHERE s.region_code = e.region_code)
     UNION
     SELECT s.region_code, s.current_code
       FROM unnest($1::text[], $2::text[]) AS moved(low, high)
       JOIN audit_region_successor s ON s.current_code >= moved.low COLLATE "C" AND s.current_code < moved.high COLLATE "C"`,
    [ranges.map(({ low }) => low), ranges.map(({ high }) => high)],
  );
  const followed = found
    .map(({ written, current }) => ({ written, from: current, to: applyMoves(current, moves) }))
    .filter(({ from, to }) => from !== to);
  await tx.query(
    `INSERT INTO audit_region_successor (region_code, current_code)
     SELECT * FROM unnest($1::text[], $2::text[])
     ON CONFLICT (region_code) DO UPDATE SET current_code = EXCLUDED.current_code`,
    [followed.map(({ written }) => written), followed.map(({ to }) => to)],
  );
}
