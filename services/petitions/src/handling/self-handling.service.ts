import { dateInShanghai } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import { CaseExtended, SelfHandlingStarted } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseEvent, caseForChange, changeCase } from '../cases/case-changes.service';
import { custodyForAction, recordHandling } from '../cases/custody.service';
import { periodOf } from '../deadlines/periods.service';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { checkExtension } from './extension.rules';
import { checkMayHandle, checkRole } from './may-handle.rules';
import type { Handled } from './passing-on.service';

/** An extension 延长办理期限 as told to the petitioner. */
export interface HandlingExtension {
  id: string;
  caseItemId: string;
  days: number;
  oldDueOn: string;
  newDueOn: string;
  reason: string;
  decidedAt: Date;
}

/**
 * Begins to handle an item oneself 自办. Throws ACCEPTANCE_REQUIRED without a filed acceptance notice of the own
 * organisation (PT-HND-07; a draft does not count; that of whom an accepted item was taken over from does), ALREADY_SELF_HANDLING, what {@link custodyForAction} throws.
 */
export async function handleSelf(
  tx: ScopedTransaction,
  input: { caseItemId: string; expectedVersion: number; opinion?: string | null },
  officer: Officer,
  at: Date,
): Promise<Handled> {
  const faults = new Faults();
  const opinion = faults.optionalText('opinion', input.opinion, TEXT_LIMITS.OPINION);
  faults.throwIfAny();
  const { item } = await custodyForAction(tx, input.caseItemId, input.expectedVersion, officer);
  checkMayHandle(item, officer);
  if (!(await hasAccepted(tx, item, officer.organisationId))) throw acceptanceRequired();
  if (item.selfHandling) throw alreadySelfHandling();
  const record = await recordHandling(tx, {
    item,
    mode: 'HANDLE_SELF',
    fromOrganisationId: officer.organisationId,
    officerId: officer.accountId,
    destinationOrganisationId: officer.organisationId,
    opinion,
    at,
  });
  const changed = await changeCase(tx, item, {
    action: 'HANDLE_SELF',
    set: { selfHandling: true },
    actor: officer,
    at,
    events: [caseEvent(SelfHandlingStarted, { handleDueOn: item.handleDueOn! })],
    subjectId: record.id,
  });
  return { item: changed, record };
}

/**
 * Extends the handling period 延长办理期限, by a leader of the organisation that holds the item: once, before it
 * expires, by at most the configured days; the petitioner reads the reason. Throws NOT_FOUND, STALE_VERSION,
 * NOT_CUSTODIAN, WRONG_STATE, EXTENSION_USED, EXTENSION_TOO_LATE, EXTENSION_TOO_LONG, FIELD_REQUIRED. Rule: 3.2, scenario 26.
 */
export async function extendHandling(
  tx: ScopedTransaction,
  input: { caseItemId: string; expectedVersion: number; days: number; reason: string },
  officer: Officer,
  at: Date,
): Promise<CaseItem> {
  checkRole(officer, 'LEADER');
  const item = await caseForChange(tx, input.caseItemId, input.expectedVersion);
  if (item.custodianOrganisationId !== officer.organisationId) throw notCustodian();
  const { reason, newDueOn } = checkExtension(
    item,
    input,
    await periodOf(tx, 'EXTENSION'),
    dateInShanghai(at),
  );
  const oldDueOn = item.handleDueOn!;
  const [extension] = await tx.query<{ id: string }>(
    `INSERT INTO handling_extension (case_item_id, organisation_id, days, old_due_on, new_due_on, reason, decided_at, decided_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
    [item.id, officer.organisationId, input.days, oldDueOn, newDueOn, reason, at, officer.accountId],
  );
  return changeCase(tx, item, {
    action: 'EXTEND',
    set: { extendedDays: input.days, handleDueOn: newDueOn },
    actor: officer,
    at,
    events: [caseEvent(CaseExtended, { oldDueOn, newDueOn })],
    subjectId: extension!.id,
    details: { days: input.days, oldDueOn, newDueOn },
  });
}

/** The extensions in sight of several items. */
export function extensionsOfItems(
  tx: ScopedTransaction,
  caseItemIds: readonly string[],
): Promise<HandlingExtension[]> {
  return tx.query<HandlingExtension>(
    `SELECT id, case_item_id AS "caseItemId", days, old_due_on::text AS "oldDueOn", new_due_on::text AS "newDueOn", reason,
       decided_at AS "decidedAt"
     FROM handling_extension WHERE case_item_id = ANY($1::uuid[]) ORDER BY case_item_id, id`,
    [caseItemIds],
  );
}

/** Whether the organisation, or the one from which it took the accepted item over, filed an acceptance notice of it. */
async function hasAccepted(
  tx: ScopedTransaction,
  { id, state, responsibleOrganisationId }: CaseItem,
  organisationId: string,
): Promise<boolean> {
  const answers = state === 'ACCEPTED' && responsibleOrganisationId === organisationId;
  const rows = await tx.query(
    `SELECT FROM notice WHERE case_item_id = $1 AND (organisation_id = $2 OR $3) AND kind = 'ACCEPTANCE' AND state = 'FILED' LIMIT 1`,
    [id, organisationId, answers],
  );
  return rows.length > 0;
}

const acceptanceRequired = () =>
  new Refusal(
    'ACCEPTANCE_REQUIRED',
    {
      zh: '自办前须由本单位出具受理告知书并入库，请先完成受理告知',
      en: 'Handling an item yourselves takes a filed acceptance notice of your own organisation; file it first',
    },
    { httpStatus: 409 },
  );
const alreadySelfHandling = () =>
  new Refusal(
    'ALREADY_SELF_HANDLING',
    { zh: '该信访件已由本单位自办，请继续办理', en: 'Your organisation handles this item already' },
    { httpStatus: 409 },
  );
const notCustodian = () =>
  new Refusal(
    'NOT_CUSTODIAN',
    {
      zh: '该信访件目前不由本单位办理，只有办理单位的领导可以延长期限',
      en: 'Your organisation does not hold the item; only a leader of the organisation that holds it may extend the period',
    },
    { httpStatus: 409 },
  );
