import { levelAtDepth } from '@junxian/administrative-region';
import { AccountRegionChanged, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';

interface Moved {
  id: string;
  organisationId: string;
  regionCode: string;
  previousRegionCode: string;
  depth: number;
  version: number;
}

/**
 * Gives accounts, and requests for extra administrators, the region their organisation has now (DI-REG-10): to
 * be called after organisations were re-coded, or assigned after a split. Announces each account that moved.
 * Only rows in the transaction's scope move. Takes the day on which the organisations' codes are valid and the
 * instant for the events; returns how many accounts moved.
 */
export async function accountsFollowOrganisations(
  tx: ScopedTransaction,
  day: string,
  at: Date,
): Promise<number> {
  const moved = await tx.query<Moved>(
    `WITH behind AS (
       SELECT a.id, a.region_code AS previous, o.region_code AS code, r.level AS depth
       FROM account a JOIN organisation o ON o.id = a.organisation_id AND o.region_code <> a.region_code
       JOIN region r ON r.code = o.region_code AND r.valid_from <= $1 AND (r.valid_to IS NULL OR r.valid_to > $1)
       ORDER BY a.id)
     UPDATE account a SET region_code = behind.code, version = a.version + 1
     FROM behind WHERE a.id = behind.id
     RETURNING a.id, a.organisation_id AS "organisationId", a.region_code AS "regionCode",
       behind.previous AS "previousRegionCode", behind.depth, a.version`,
    [day],
  );
  await tx.query(
    `UPDATE extra_account_request e SET region_code = o.region_code FROM organisation o
     WHERE o.id = e.organisation_id AND o.region_code <> e.region_code`,
  );
  await recordEvents(
    tx,
    AccountRegionChanged,
    moved.map(({ id, version, organisationId, regionCode, previousRegionCode, depth }) => ({
      aggregateId: id,
      aggregateVersion: version,
      regionCode,
      data: {
        accountId: id,
        organisationId,
        regionCode,
        regionLevel: levelAtDepth(depth),
        previousRegionCode,
      },
      occurredAt: at,
    })),
  );
  return moved.length;
}
