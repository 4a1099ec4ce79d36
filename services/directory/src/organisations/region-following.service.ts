import { levelDigits, type RegionMove, scopeRange } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import { lockRegions, type OrganisationRow, organisationColumns } from './organisation.store';
import { announceMany } from './organisation-events';

export { lockRegions };

/**
 * Re-codes the organisations that re-codings of regions concern, with one statement: the narrowest move
 * whose range holds a code wins, as in `applyMoves` (DI-REG-08, DI-REG-10). Removed organisations follow
 * too, so that they can be restored. Each existing one gets a new version and one organisation.changed.
 *
 * Takes a transaction in service scope, the moves (none for a split, whose rows wait for assignment) and the
 * instant for the events. Returns how many organisations were re-coded.
 */
export async function followRegionMoves(
  tx: ScopedTransaction,
  moves: readonly RegionMove[],
  at: Date,
): Promise<number> {
  await lockRegions(tx);
  // Moves of natural villages (14 digits) concern no organisation.
  const regions = moves.filter((move) => move.from.length === 12);
  if (regions.length === 0) return 0;
  const ranges = regions.map((move) => scopeRange(move.from, move.level));
  const changed = await tx.query<OrganisationRow>(
    `WITH move AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[]) AS m (low, high, target, digits)),
     best AS (
       SELECT DISTINCT ON (o.id) o.id, left(m.target, m.digits) || substr(o.region_code, m.digits + 1) AS code
       FROM move m JOIN organisation o ON o.region_code >= m.low AND o.region_code < m.high
       ORDER BY o.id, m.digits DESC)
     UPDATE organisation o SET region_code = best.code, version = o.version + 1
     FROM best WHERE o.id = best.id AND o.region_code <> best.code
     RETURNING ${organisationColumns()}`,
    [
      ranges.map((range) => range.low),
      ranges.map((range) => range.high),
      regions.map((move) => move.to),
      regions.map((move) => levelDigits(move.level)),
    ],
  );
  await announceChanges(tx, changed, at);
  return changed.length;
}

/**
 * Gives single organisations the region they were assigned to after a split. Takes organisation ids with
 * their new codes; the caller has checked who may assign and that the codes succeed the split one. Only
 * rows in the transaction's scope change. Returns how many did.
 */
export async function assignOrganisationRegions(
  tx: ScopedTransaction,
  assignments: readonly { organisationId: string; regionCode: string }[],
  at: Date,
): Promise<number> {
  await lockRegions(tx);
  const changed = await tx.query<OrganisationRow>(
    `UPDATE organisation o SET region_code = given.code, version = o.version + 1
     FROM unnest($1::uuid[], $2::text[]) AS given (id, code)
     WHERE o.id = given.id AND o.region_code <> given.code
     RETURNING ${organisationColumns()}`,
    [assignments.map((one) => one.organisationId), assignments.map((one) => one.regionCode)],
  );
  await announceChanges(tx, changed, at);
  return changed.length;
}

async function announceChanges(
  tx: ScopedTransaction,
  changed: readonly OrganisationRow[],
  at: Date,
): Promise<void> {
  const existing = changed.filter((organisation) => organisation.validTo === null);
  await announceMany(tx, 'ORGANISATION_CHANGED', existing, at);
}
