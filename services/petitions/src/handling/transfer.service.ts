import { dateInShanghai } from '@junxian/calendar';
import { CaseTransferred } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { holdRegionCodes } from '@junxian/region-changes';
import type { Officer } from '../actor';
import type { CaseItem, HandlingRecord, Organisation, OrgTask } from '../cases/case.types';
import { caseEvent, caseForChange, changeCase } from '../cases/case-changes.service';
import { checkTransition } from '../cases/case-state.rules';
import { changeTask, custodyTask, passCustody, recordHandling } from '../cases/custody.service';
import { letSee } from '../cases/sight.service';
import { organisationsByIds } from '../organisations/organisations.service';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { checkRole } from './may-handle.rules';
import type { Handled } from './passing-on.service';
import { organisationsOf, organisationsOfAccused, ownOrganisation } from './routing.service';
import { checkRelieves, checkSuccessor } from './transfer.rules';

interface Transfer {
  caseItemId: string;
  expectedVersion: number;
  /** Who goes on with it; left out, the officer's bureau. */
  destinationOrgId?: string | null | undefined;
  reason: string;
}

/**
 * Takes over 移交 an item whose custodian was removed, as the bureau above: it lies in the bureau's unit inbox, or in that of the organisation which the
 * bureau chooses, with every clock as it was; of an accepted item that organisation is the responsible unit. Throws FORBIDDEN, FIELD_REQUIRED,
 * NOT_FOUND, STALE_VERSION, WRONG_STATE, CUSTODIAN_EXISTS, NOT_RELIEVING, FORBIDDEN_DESTINATION, OUT_OF_REGION. Rules: PT-TSK-02, PT-HND-08.
 */
export async function transferCase(
  tx: ScopedTransaction,
  { caseItemId, expectedVersion, destinationOrgId, ...input }: Transfer,
  officer: Officer,
  at: Date,
): Promise<Handled> {
  checkRole(officer, 'HANDLER', 'LEADER');
  const faults = new Faults();
  const reason = faults.text('reason', input.reason, TEXT_LIMITS.REASON);
  faults.throwIfAny();
  const item = await caseForChange(tx, caseItemId, expectedVersion);
  checkTransition('TRANSFER', item.state);
  const bureau = await ownOrganisation(tx, officer);
  const [custodian] = await organisationsByIds(tx, [item.custodianOrganisationId]);
  checkRelieves(bureau.id, {
    custodian: custodian!,
    bureauId: await bureauAbove(tx, item.id, item.custodianOrganisationId, at),
  });
  const [successor] = await organisationsOf(tx, [destinationOrgId ?? bureau.id], 'destinationOrgId');
  checkSuccessor(bureau, successor!, await organisationsOfAccused(tx, item, [successor!.id], at));
  const task = await takeOver(tx, item, at);
  const record = await recordTransfer(tx, { item, to: successor!, reason, officer, at });
  if (successor!.id === bureau.id) await letSee(tx, item, bureau, 'HELD', at);
  else {
    // In the officer's hands, who may take it back while the successor has not opened it.
    const inHand = await changeTask(tx, task, { state: 'TODO', holderId: officer.accountId, openedAt: at });
    await passCustody(
      tx,
      { item, task: inHand },
      {
        organisation: successor!,
        record: { id: record.id, resultDueOn: task.resultDueOn },
        acceptDueOn: task.acceptDueOn,
        senderState: 'DONE',
        officer,
        at,
      },
    );
  }
  return { item: await transferred(tx, { item, to: successor!, record, officer, at }), record };
}

/**
 * Takes a locked item out of the reach of the accused once its data say that they reach the officer's organisation, which holds it: that stands below the
 * accused unit, or the accused person has a post in it. The bureau above receives it, with every clock as it was. Returns the item, as it was where
 * they do not, or no bureau stands above. Rule: PT-HND-08.
 */
export async function leaveReachOfAccused(
  tx: ScopedTransaction,
  item: CaseItem,
  officer: Officer,
  at: Date,
): Promise<CaseItem> {
  const own = officer.organisationId;
  if (!(await organisationsOfAccused(tx, item, [own], at)).has(own)) return item;
  const bureauId = await bureauAbove(tx, item.id, item.custodianOrganisationId, at);
  if (bureauId === null) return item;
  const [bureau] = await organisationsByIds(tx, [bureauId]);
  await takeOver(tx, item, at);
  await letSee(tx, item, bureau!, 'HELD', at);
  const record = await recordTransfer(tx, { item, to: bureau!, reason: null, officer, at });
  return transferred(tx, { item, to: bureau!, record, officer, at });
}

/**
 * The bureau that takes over what an organisation holds or waits for of an item in sight: the nearest of its region and those above that the accused do
 * not reach, by its id, or null.
 */
export async function bureauAbove(
  tx: ScopedTransaction,
  caseItemId: string,
  organisationId: string,
  at: Date,
): Promise<string | null> {
  const [row] = await tx.query<{ id: string | null }>('SELECT pt_tsk_02_bureau_above($1, $2, $3) AS id', [
    caseItemId,
    organisationId,
    dateInShanghai(at),
  ]);
  return row!.id;
}

/** Puts a locked item into the unit inbox of the bureau above. Returns the bureau's task. */
async function takeOver(tx: ScopedTransaction, { id }: CaseItem, at: Date): Promise<OrgTask> {
  holdRegionCodes(tx);
  const [row] = await tx.query<{ id: string | null }>('SELECT pt_tsk_02_take_over($1, $2) AS id', [id, at]);
  const task = await custodyTask(tx, id);
  if (task === undefined || task.id !== row!.id)
    throw new Error('an item was not taken over although it may be');
  return task;
}

interface Moved {
  item: CaseItem;
  to: Organisation;
  officer: Officer;
  at: Date;
}

const recordTransfer = (
  tx: ScopedTransaction,
  { item, to, reason, officer, at }: Moved & { reason: string | null },
): Promise<HandlingRecord> =>
  recordHandling(tx, {
    item,
    mode: 'TRANSFER',
    fromOrganisationId: officer.organisationId,
    officerId: officer.accountId,
    destinationOrganisationId: to.id,
    opinion: reason,
    at,
  });

function transferred(
  tx: ScopedTransaction,
  { item, to, record, officer, at }: Moved & { record: HandlingRecord },
): Promise<CaseItem> {
  const ends = { fromOrganisationId: item.custodianOrganisationId, toOrganisationId: to.id };
  return changeCase(tx, item, {
    action: 'TRANSFER',
    set: {
      custodianOrganisationId: to.id,
      ...(item.state === 'ACCEPTED' ? { responsibleOrganisationId: to.id } : {}),
    },
    actor: officer,
    at,
    events: [caseEvent(CaseTransferred, { recordId: record.id, ...ends })],
    subjectId: record.id,
    details: { from: ends.fromOrganisationId, to: ends.toOrganisationId },
  });
}
