import { ancestorsByCode } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseById, noteOnCase } from '../cases/case-changes.service';
import { letSee } from '../cases/sight.service';
import { type AccusedItem, organisationsOfAccused } from '../handling/routing.service';
import { bureausOf, organisationsByIds } from '../organisations/organisations.service';
import { nextHigherOrgan, type OrganOfHierarchy } from './authority.rules';

/**
 * The next-higher organ of an organisation for an item, or null. An organ that the item must never be routed to, by the
 * accused unit or a post of the accused person (PT-HND-08), is passed over, and the organ above it decides. The database has the same as `higher_organ`, for
 * reviews that the caller does not see yet; a test holds the two together.
 */
export async function higherOrganOf(
  tx: ScopedTransaction,
  organisationId: string,
  item: AccusedItem,
  at: Date,
): Promise<OrganOfHierarchy | null> {
  const passed = new Set<string>();
  let next: string | null = organisationId;
  while (next !== null && !passed.has(next)) {
    passed.add(next);
    const higher = await oneAbove(tx, next);
    if (higher === null || !(await organisationsOfAccused(tx, item, [higher.id], at)).has(higher.id))
      return higher;
    next = higher.id;
  }
  return null;
}

async function oneAbove(tx: ScopedTransaction, organisationId: string): Promise<OrganOfHierarchy | null> {
  const [organisation] = await organisationsByIds(tx, [organisationId]);
  if (organisation === undefined) return null;
  const [superior] =
    organisation.superiorId === null ? [] : await organisationsByIds(tx, [organisation.superiorId]);
  const nearestFirst = ancestorsByCode(organisation.regionCode).slice(0, -1).reverse();
  const bureaus = await bureausOf(tx, nearestFirst);
  return nextHigherOrgan(organisation, {
    superior: superior ?? null,
    bureausAbove: nearestFirst.flatMap((region) => bureaus.filter(({ regionCode }) => regionCode === region)),
  });
}

/**
 * Opens an item for the authority that an applicant turned to, by the number on the opinion: the registered superior of
 * the respondent, if it is no petition bureau, sees the item only from here on. Returns the item. Throws NOT_FOUND when there is none
 * that the officer's organisation may review or sees already.
 */
export async function openCaseForReview(
  tx: ScopedTransaction,
  itemNo: string,
  officer: Officer,
  at: Date,
): Promise<CaseItem> {
  await tx.query('SELECT pt_rvw_02_let_superior_see($1, $2)', [itemNo, at]);
  const [found] = await tx.query<{ id: string }>('SELECT id FROM case_item WHERE item_no = $1', [itemNo]);
  const item = found && (await caseById(tx, found.id));
  if (item === undefined) throw refuse.notFound('itemNo');
  await letSee(tx, item, { id: officer.organisationId, regionCode: officer.regionCode }, 'REVIEW', at);
  // Sight gained by a number somebody typed leaves a trace.
  await noteOnCase(tx, item, { action: 'OPENED_FOR_REVIEW', actor: officer, at });
  return item;
}
