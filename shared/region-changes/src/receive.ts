import type { CloudEvent, RegionChanged } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { REGION_CODES_LOCK } from './present-regions';

/** What the directory says of a region change. */
export type RegionChange = (typeof RegionChanged)['data']['static'];

/**
 * Notes a region change of the directory, to be followed by `followRegionChanges`; a change that is known
 * already is left as it is. Waits for transactions that are writing region codes (`PresentRegions.hold`), so
 * that every row they leave is there when the rows begin to move. For the consumer of region.changed.
 */
export async function receiveRegionChange(
  tx: ScopedTransaction,
  { data, time }: Pick<CloudEvent<string, RegionChange>, 'data' | 'time'>,
): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtext($1))', [REGION_CODES_LOCK]);
  await tx.query(
    `INSERT INTO region_change (change_id, kind, from_codes, to_codes, moves, effective_date, received_at)
     SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT FROM region_change WHERE change_id = $1)`,
    [data.changeId, data.kind, data.from, data.to, JSON.stringify(data.moves), data.effectiveDate, time],
  );
}
