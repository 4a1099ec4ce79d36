import { isRegionCode } from '@junxian/administrative-region';
import { dateInShanghai } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, Organisation } from '../cases/case.types';
import { caseById } from '../cases/case-changes.service';
import {
  bureausOf,
  currentOrganisation,
  organisationsByIds,
  organisationsOfRegion,
} from '../organisations/organisations.service';
import { isOnPath, regionsBelow } from './routing.rules';

/** Whom an item accuses. */
export type AccusedItem = Pick<CaseItem, 'id' | 'accusedOrganisationId' | 'accusedAccountId'>;

/**
 * Which of some organisations an item must never be routed to: the accused unit, the units in which the accused
 * person has a post, and every unit below one of these. Rule: PT-HND-08.
 */
export async function organisationsOfAccused(
  tx: ScopedTransaction,
  item: AccusedItem,
  among: readonly string[],
  at: Date,
): Promise<ReadonlySet<string>> {
  if ((item.accusedOrganisationId === null && item.accusedAccountId === null) || among.length === 0)
    return new Set();
  const rows = await tx.query<{ id: string }>(
    `WITH RECURSIVE chain AS (
       SELECT o.id AS destination, o.id, o.superior_id FROM organisation o WHERE o.id = ANY($1::uuid[])
       UNION SELECT chain.destination, o.id, o.superior_id FROM chain JOIN organisation o ON o.id = chain.superior_id)
     SELECT DISTINCT destination AS id FROM chain
     WHERE id = $2 OR id IN (SELECT pt_hnd_08_posts_of_accused($3, (SELECT array_agg(id) FROM chain), $4))`,
    [among, item.accusedOrganisationId, item.id, dateInShanghai(at)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** The officer's organisation. Throws FORBIDDEN when it was removed. */
export async function ownOrganisation(tx: ScopedTransaction, officer: Officer): Promise<Organisation> {
  const own = await currentOrganisation(tx, officer.organisationId);
  if (own === undefined) throw refuse.forbidden();
  return own;
}

/** Current organisations by ids, in the order given. Throws NOT_FOUND naming `field` when one is unknown or removed. */
export async function organisationsOf(
  tx: ScopedTransaction,
  ids: readonly string[],
  field: string,
): Promise<Organisation[]> {
  if (ids.length === 0) return [];
  const found = new Map((await organisationsByIds(tx, ids)).map((found) => [found.id, found]));
  return ids.map((id) => {
    const organisation = found.get(id.toLowerCase());
    if (organisation === undefined || organisation.removed) throw refuse.notFound(field);
    return organisation;
  });
}

/**
 * The destination proposed for an item: the petition bureau of the nearest region below the officer's own on the way to
 * the problem region. Null when there is none, when it is the accused's, or the item is not in sight. Rule: PT-HND-02.
 */
export async function defaultDestination(
  tx: ScopedTransaction,
  caseItemId: string,
  officer: Officer,
  at: Date,
): Promise<Organisation | null> {
  const item = await caseById(tx, caseItemId);
  if (item === undefined) return null;
  const regions = regionsBelow(officer.regionCode, item.problemRegionCode);
  const bureaus = await bureausOf(tx, regions);
  const nearest = regions
    .map((region) => bureaus.find(({ regionCode }) => regionCode === region))
    .find((bureau) => bureau !== undefined);
  if (nearest === undefined) return null;
  const forbidden = await organisationsOfAccused(tx, item, [nearest.id], at);
  return forbidden.has(nearest.id) ? null : nearest;
}

/**
 * The organisations of a region that an item may go to, bureaus first: the officer picks the region, then the bureau
 * or unit (PT-HND-03). Empty for a region off the path, and for an item out of sight.
 */
export async function destinations(
  tx: ScopedTransaction,
  { caseItemId, regionCode }: { caseItemId: string; regionCode: string },
  officer: Officer,
  at: Date,
): Promise<Organisation[]> {
  const item = await caseById(tx, caseItemId);
  if (item === undefined || !isRegionCode(regionCode)) return [];
  const sender = await ownOrganisation(tx, officer);
  const onPath = (await organisationsOfRegion(tx, regionCode)).filter((organisation) =>
    isOnPath(sender, organisation, item.problemRegionCode),
  );
  const forbidden = await organisationsOfAccused(
    tx,
    item,
    onPath.map(({ id }) => id),
    at,
  );
  return onPath.filter(({ id }) => !forbidden.has(id));
}
