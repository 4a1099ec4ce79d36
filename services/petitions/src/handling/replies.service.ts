import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import { checkTransition } from '../cases/case-state.rules';
import { type Custody, custodyForAction, recordHandling } from '../cases/custody.service';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { complete } from './completion.service';
import { checkMayHandle } from './may-handle.rules';
import type { Handled } from './passing-on.service';

type OnItem<Input> = Input & { caseItemId: string; expectedVersion: number };

/**
 * Replies to the petitioner at once 直接回复, without acceptance; the item is completed. Throws what {@link custodyForAction}
 * throws, FORBIDDEN, WRONG_STATE, FIELD_REQUIRED. Rule: PT-HND-11.
 */
export async function directReply(
  tx: ScopedTransaction,
  { caseItemId, expectedVersion, reply }: OnItem<{ reply: string }>,
  officer: Officer,
  at: Date,
): Promise<Handled> {
  const text = checkedText('reply', reply, TEXT_LIMITS.CONTENT);
  const custody = await custodyToComplete(tx, 'DIRECT_REPLY', caseItemId, expectedVersion, officer);
  const { item } = custody;
  const record = await recordHandling(tx, {
    item,
    mode: 'DIRECT_REPLY',
    fromOrganisationId: officer.organisationId,
    officerId: officer.accountId,
    reply: text,
    at,
  });
  const answeredByUnit = officer.organisationId !== item.petitionDeptOrganisationId;
  const completed = await complete(tx, custody, {
    action: 'DIRECT_REPLY',
    // A unit that answers is the one that is responsible; the bureau's own reply leaves none (PT-SAT-06).
    set: answeredByUnit ? { responsibleOrganisationId: officer.organisationId } : {},
    subjectId: record.id,
    officer,
    at,
  });
  return { item: completed, record };
}

/**
 * Archives 存 an item without a notice; the reason is internal. Throws what {@link custodyForAction} throws, FORBIDDEN,
 * WRONG_STATE, RESULT_AWAITED while the own organisation waits for a result of it, FIELD_REQUIRED. Rule: PT-HND-10.
 */
export async function archive(
  tx: ScopedTransaction,
  { caseItemId, expectedVersion, reason }: OnItem<{ reason: string }>,
  officer: Officer,
  at: Date,
): Promise<Handled> {
  const text = checkedText('reason', reason, TEXT_LIMITS.REASON);
  const custody = await custodyToComplete(tx, 'ARCHIVE', caseItemId, expectedVersion, officer);
  if (await awaitsResult(tx, caseItemId, officer.organisationId)) throw resultAwaited();
  const record = await recordHandling(tx, {
    item: custody.item,
    mode: 'ARCHIVE',
    fromOrganisationId: officer.organisationId,
    officerId: officer.accountId,
    opinion: text,
    at,
  });
  const item = await complete(tx, custody, { action: 'ARCHIVE', subjectId: record.id, officer, at });
  return { item, record };
}

async function custodyToComplete(
  tx: ScopedTransaction,
  action: 'ARCHIVE' | 'DIRECT_REPLY',
  caseItemId: string,
  expectedVersion: number,
  officer: Officer,
): Promise<Custody> {
  const custody = await custodyForAction(tx, caseItemId, expectedVersion, officer);
  checkMayHandle(custody.item, officer);
  checkTransition(action, custody.item.state, 'COMPLETED');
  return custody;
}

function checkedText(field: string, text: string, limit: number): string {
  const faults = new Faults();
  const checked = faults.text(field, text, limit);
  faults.throwIfAny();
  return checked;
}

async function awaitsResult(
  tx: ScopedTransaction,
  caseItemId: string,
  organisationId: string,
): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM org_task WHERE case_item_id = $1 AND organisation_id = $2 AND state = 'AWAITING_RESULT' LIMIT 1`,
    [caseItemId, organisationId],
  );
  return rows.length > 0;
}

const resultAwaited = () =>
  new Refusal(
    'RESULT_AWAITED',
    {
      zh: '本单位还在等待该信访件的交办结果，收到并审核报告后才能存',
      en: 'Your organisation still waits for a result of this item; archive it after the report is approved',
    },
    { httpStatus: 409 },
  );
