import { randomUUID } from 'node:crypto';
import { dateInShanghai } from '@junxian/calendar';
import { isRefusal } from '@junxian/errors';
import { CaseAssigned, CaseForwarded } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, HandlingRecord, Organisation } from '../cases/case.types';
import { caseById, caseEvent, changeCase } from '../cases/case-changes.service';
import { checkTransition } from '../cases/case-state.rules';
import { type Custody, custodyForAction, passCustody, recordHandling } from '../cases/custody.service';
import { letSee } from '../cases/sight.service';
import { dueOn } from '../deadlines/periods.service';
import { lateAfter } from './late.rules';
import { checkMayHandle } from './may-handle.rules';
import {
  type BatchFailure,
  type BatchItem,
  batchRefused,
  checkPassOn,
  inLockOrder,
  type PassOn,
  type PassOnInput,
} from './passing-on.rules';
import { checkCopies, checkDestination } from './routing.rules';
import { organisationsOf, organisationsOfAccused, ownOrganisation } from './routing.service';

/** An item after a handling action, and the record of it. */
export interface Handled {
  item: CaseItem;
  record: HandlingRecord;
}

/** All that is decided once for the items passed on together. */
interface Passage extends PassOn {
  sender: Organisation;
  destination: Organisation;
  copies: Organisation[];
  acceptDueOn: string;
  batchId: string | null;
  officer: Officer;
  at: Date;
}

/**
 * Forwards 转送 an item: the officer's task is done, no result is owed, the destination finds it in its unit inbox and must
 * accept in time. Throws what {@link custodyForAction} throws, FORBIDDEN, WRONG_STATE, NOT_FOUND, FORBIDDEN_DESTINATION,
 * DESTINATION_NOT_ON_PATH, COPY_OUT_OF_REGION. Rules: PT-HND-01, PT-HND-04, PT-HND-08, PT-REG-03.
 */
export function forward(
  tx: ScopedTransaction,
  { caseItemId, expectedVersion, ...input }: BatchItem & PassOnInput,
  officer: Officer,
  at: Date,
): Promise<Handled> {
  return passOnOne(tx, 'FORWARD', { caseItemId, expectedVersion }, input, officer, at);
}

/** Assigns 交办 an item: as {@link forward}, but the officer's task waits for a result until a report is approved. Throws RESULT_DUE_IN_PAST besides. Rule: PT-HND-05. */
export function assign(
  tx: ScopedTransaction,
  { caseItemId, expectedVersion, ...input }: BatchItem & PassOnInput,
  officer: Officer,
  at: Date,
): Promise<Handled> {
  return passOnOne(tx, 'ASSIGN', { caseItemId, expectedVersion }, input, officer, at);
}

/**
 * Forwards or assigns several of the officer's own to-dos to one destination, all or nothing, under one batch id. Throws the code of the first
 * failure with every failing item and its number in the details. Rule: PT-HND-06.
 */
export async function passOnBatch(
  tx: ScopedTransaction,
  mode: PassOn['mode'],
  { items, ...input }: PassOnInput & { items: readonly BatchItem[] },
  officer: Officer,
  at: Date,
): Promise<{ batchId: string; handled: Handled[] }> {
  const ordered = inLockOrder(items);
  const batchId = randomUUID();
  const passage = await passageOf(tx, checkPassOn(mode, input, dateInShanghai(at)), batchId, officer, at);
  const failures: BatchFailure[] = [];
  const held: Custody[] = [];
  for (const item of ordered) {
    try {
      held.push(await custodyForPassage(tx, item, passage));
    } catch (refusal) {
      if (!isRefusal(refusal)) throw refusal;
      const itemNo = (await caseById(tx, item.caseItemId))?.itemNo ?? null;
      failures.push({ caseItemId: item.caseItemId, itemNo, refusal });
    }
  }
  const [first, ...rest] = failures;
  if (first !== undefined) throw batchRefused([first, ...rest]);
  const handled: Handled[] = [];
  for (const custody of held) handled.push(await handOver(tx, custody, passage));
  return { batchId, handled };
}

async function passOnOne(
  tx: ScopedTransaction,
  mode: PassOn['mode'],
  item: BatchItem,
  input: PassOnInput,
  officer: Officer,
  at: Date,
): Promise<Handled> {
  const passage = await passageOf(tx, checkPassOn(mode, input, dateInShanghai(at)), null, officer, at);
  return handOver(tx, await custodyForPassage(tx, item, passage), passage);
}

async function passageOf(
  tx: ScopedTransaction,
  passOn: PassOn,
  batchId: string | null,
  officer: Officer,
  at: Date,
): Promise<Passage> {
  const [[destination], sender, copies, acceptDueOn] = await Promise.all([
    organisationsOf(tx, [passOn.destinationId], 'destinationOrgId'),
    ownOrganisation(tx, officer),
    organisationsOf(tx, passOn.copyIds, 'copyOrgIds'),
    dueOn(tx, 'ACCEPT', dateInShanghai(at)),
  ]);
  return {
    ...passOn,
    sender,
    destination: destination!,
    copies,
    acceptDueOn,
    batchId,
    officer,
    at,
  };
}

/** Locks an item and checks that it may take the passage. */
async function custodyForPassage(
  tx: ScopedTransaction,
  { caseItemId, expectedVersion }: BatchItem,
  { mode, sender, destination, copies, officer, at }: Passage,
): Promise<Custody> {
  const custody = await custodyForAction(tx, caseItemId, expectedVersion, officer);
  const { item } = custody;
  checkMayHandle(item, officer);
  checkTransition(mode, item.state, 'IN_HANDLING');
  const receivers = [destination, ...copies].map(({ id }) => id);
  const forbidden = await organisationsOfAccused(tx, item, receivers, at);
  checkDestination(sender, destination, item.problemRegionCode, forbidden);
  checkCopies(sender, copies, forbidden);
  return custody;
}

async function handOver(tx: ScopedTransaction, custody: Custody, passage: Passage): Promise<Handled> {
  const { mode, sender, destination, copies, opinion, resultDueOn, acceptDueOn, batchId, officer, at } =
    passage;
  const { item } = custody;
  const record = await recordHandling(tx, {
    item,
    mode,
    fromOrganisationId: sender.id,
    officerId: officer.accountId,
    destinationOrganisationId: destination.id,
    opinion,
    copyOrganisationIds: copies.map(({ id }) => id),
    resultRequired: mode === 'ASSIGN',
    resultDueOn,
    at,
    batchId,
  });
  const senderState = mode === 'ASSIGN' ? 'AWAITING_RESULT' : 'DONE';
  await passCustody(tx, custody, {
    organisation: destination,
    record,
    acceptDueOn,
    senderState,
    officer,
    at,
  });
  for (const copy of copies) await letSee(tx, item, copy, 'CONSULTED', at);
  const changed = await changeCase(tx, item, {
    action: mode,
    set: {
      state: 'IN_HANDLING',
      custodianOrganisationId: destination.id,
      // Not known again until the receiver accepts.
      responsibleOrganisationId: null,
      ...(sender.isBureau ? { petitionDeptOrganisationId: sender.id } : {}),
      routedAt: item.routedAt ?? at,
      acceptReceivedAt: at,
      acceptDueOn,
      late: lateAfter(item, dateInShanghai(at)),
    },
    actor: officer,
    at,
    events: [
      caseEvent(mode === 'ASSIGN' ? CaseAssigned : CaseForwarded, {
        recordId: record.id,
        fromOrganisationId: sender.id,
        toOrganisationId: destination.id,
        resultDueOn,
        batchId,
      }),
    ],
    subjectId: record.id,
    details: { to: destination.id, resultDueOn, batchId, copies: copies.length },
  });
  return { item: changed, record };
}
