import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseById } from '../cases/case-changes.service';
import type { PersonalData } from '../cases/personal-data.service';
import { type IdentityView, identityView } from '../cases/petitioner-view.rules';
import { normalisedIdNumber } from '../registration/petitioner-form.rules';
import { mainPetitioner, openedPetitioner } from '../registration/petitioner-records.service';
import type { PetitionerFacts } from '../registration/registration.types';
import { duplicatesUndecided, effectiveSearch } from './duplicates.rules';
import type {
  DuplicateCandidate,
  DuplicateDecision,
  DuplicateSearch,
  StoredDecision,
} from './duplicates.types';

/**
 * The duplicate check 判重: up to 50 items that may be about the same person, in the whole system, ID numbers first, then account,
 * mobile, name with address (PT-DUP-01, PT-DUP-05, PT-DUP-06). For registrars and interviewers. What accuses the caller's
 * organisation is not among them, at the same cost as if it did not exist; nor who stands behind a protected item.
 */
export async function findDuplicates(
  tx: ScopedTransaction,
  personal: PersonalData,
  search: DuplicateSearch,
): Promise<DuplicateCandidate[]> {
  const effective = effectiveSearch(search);
  if (effective === null) return [];
  const { name, address, idNumber, mobile, accountId } = effective;
  return tx.query<DuplicateCandidate>(
    `SELECT id, item_no AS "itemNo", petition_date::text AS "petitionDate", organisation_id AS "organisationId",
       state, match, likeness::float8 AS likeness
     FROM pt_dup_06_candidates($1, $2, $3, $4, $5)`,
    [
      name,
      address,
      personal.index('idNumber', normalisedIdNumber(idNumber)),
      personal.index('mobile', mobile?.replace(/\D/g, '')),
      accountId,
    ],
  );
}

/** The search for a petitioner as registered: every address there is. */
export function searchFor(
  facts: Pick<
    PetitionerFacts,
    'name' | 'idNumber' | 'mobile' | 'householdAddress' | 'usualAddress' | 'mailingAddress'
  >,
  accountId: string | null = null,
): DuplicateSearch {
  const { name, idNumber, mobile, householdAddress, usualAddress, mailingAddress } = facts;
  return { name, idNumber, mobile, accountId, address: householdAddress ?? usualAddress ?? mailingAddress };
}

/**
 * Runs the duplicate check before a registration and throws DUPLICATES_UNDECIDED when it finds something that nobody has
 * decided about (catalogue 3.2: "duplicate check run"; PT-DUP-04: a person selects).
 */
export async function requireDecision(
  tx: ScopedTransaction,
  personal: PersonalData,
  search: DuplicateSearch,
  decision: DuplicateDecision | null | undefined,
): Promise<void> {
  if (decision != null) return;
  const found = await findDuplicates(tx, personal, search);
  if (found.length > 0) throw duplicatesUndecided(found.length);
}

/** An item to take data over from, as far as the officer may know it. */
export interface LinkedItem {
  item: CaseItem;
  petitioner: PetitionerFacts | Record<string, never>;
  view: IdentityView;
}

/** The item a decision names, or null when it is out of the officer's sight: then only the link is carried. */
export async function linkedItem(
  tx: ScopedTransaction,
  personal: PersonalData,
  itemId: string | null | undefined,
  officer: Officer,
): Promise<LinkedItem | null> {
  const item = itemId == null ? undefined : await caseById(tx, itemId);
  if (item === undefined) return null;
  const view = identityView(item, { kind: 'OFFICER', ...officer });
  const row = view === 'FULL' ? await mainPetitioner(tx, item.id) : null;
  return { item, view, petitioner: row === null ? {} : openedPetitioner(row, personal) };
}

/**
 * Adds one more item to the matter of another one, in sight or not. Returns the matter's id. Throws NOT_FOUND for an item that the
 * duplicate check would never show. Rule: PT-DUP-02.
 */
export async function joinMatterOf(tx: ScopedTransaction, itemId: string, at: Date): Promise<string> {
  const [joined] = isUuid(itemId)
    ? await tx.query<{ matterId: string | null }>('SELECT pt_dup_02_join_matter($1, $2) AS "matterId"', [
        itemId,
        at,
      ])
    : [];
  if (!joined?.matterId) throw refuse.notFound('duplicates.linkedItemId');
  return joined.matterId;
}

/** Checks that a record may be linked to an item. Throws NOT_FOUND like {@link joinMatterOf}. */
export async function checkLinkable(
  tx: ScopedTransaction,
  itemId: string,
  field = 'duplicates.linkedItemId',
): Promise<void> {
  const [row] = isUuid(itemId)
    ? await tx.query<{ linkable: boolean }>('SELECT pt_dup_06_linkable($1) AS linkable', [itemId])
    : [];
  if (!row?.linkable) throw refuse.notFound(field);
}

/** Keeps what a person decided about an item's duplicates (PT-DUP-04). */
export async function storeDecision(
  tx: ScopedTransaction,
  itemId: string,
  { kind, linkedItemId }: DuplicateDecision,
  officer: Officer,
  at: Date,
): Promise<void> {
  await tx.query(
    'INSERT INTO duplicate_decision (case_item_id, kind, linked_item_id, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5)',
    [itemId, kind, linkedItemId ?? null, officer.accountId, at],
  );
}

/** Decisions about items in sight. */
export function decisionsOf(tx: ScopedTransaction, itemIds: readonly string[]): Promise<StoredDecision[]> {
  return tx.query<StoredDecision>(
    `SELECT d.case_item_id AS "caseItemId", d.kind, d.linked_item_id AS "linkedItemId"
     FROM duplicate_decision d WHERE d.case_item_id = ANY($1::uuid[])`,
    [itemIds],
  );
}
