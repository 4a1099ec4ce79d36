import { AppealLapsed, CaseFinal } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Actor, CaseItem, MatterStatus } from '../cases/case.types';
import { type CaseChange, type CaseEvent, caseEvent, changeCase } from '../cases/case-changes.service';

/** What ends an item, in the words of the table of 3.2. */
interface End {
  action: Extract<
    CaseChange['action'],
    'LAPSE' | 'REVIEW_NOT_ACCEPTED' | 'REVIEW_TERMINATED' | 'RE_REVIEW_CLOSED'
  >;
  /** Columns that change besides the state. */
  set?: CaseChange['set'];
  /** Events after the one that says it has ended. */
  events?: readonly CaseEvent[];
  actor: Actor;
  at: Date;
  subjectId?: string;
  details?: CaseChange['details'];
}

/**
 * Lets a locked item lapse 逾期: no (re-)review can be asked for any more; one that was asked for in time may still be
 * registered. Its matter lapses with it unless another item of the matter is still open. Returns the item.
 */
export async function lapseItem(tx: ScopedTransaction, item: CaseItem, end: End): Promise<CaseItem> {
  const { events = [], set = {}, ...rest } = end;
  const lapsed = await changeCase(tx, item, {
    ...rest,
    set: { ...set, state: 'LAPSED' },
    events: [caseEvent(AppealLapsed, { matterId: item.matterId }), ...events],
  });
  await endMatter(tx, lapsed, 'LAPSED', end.at);
  return lapsed;
}

/** Ends a locked item and its matter by three-level termination 三级终结. Returns the item. */
export async function finaliseItem(tx: ScopedTransaction, item: CaseItem, end: End): Promise<CaseItem> {
  const { events = [], set = {}, ...rest } = end;
  const final = await changeCase(tx, item, {
    ...rest,
    set: { ...set, state: 'FINAL' },
    events: [caseEvent(CaseFinal, { matterId: item.matterId }), ...events],
  });
  await endMatter(tx, final, 'FINAL', end.at);
  return final;
}

/** Opens the matter of a locked item again that had lapsed and is reviewed after all. A final matter stays final. */
export async function reopenMatter(tx: ScopedTransaction, { matterId }: CaseItem, at: Date): Promise<void> {
  if ((await lockedStatus(tx, matterId)) === 'LAPSED') await setStatus(tx, matterId, 'OPEN', at);
}

async function endMatter(
  tx: ScopedTransaction,
  { id, matterId }: CaseItem,
  status: Exclude<MatterStatus, 'OPEN'>,
  at: Date,
): Promise<void> {
  const current = await lockedStatus(tx, matterId);
  if (current === 'FINAL' || current === status) return;
  if (status === 'LAPSED') {
    const [other] = await tx.query<{ open: boolean }>('SELECT pt_rvw_03_other_item_open($1, $2) AS open', [
      matterId,
      id,
    ]);
    if (other!.open) return;
  }
  await setStatus(tx, matterId, status, at);
}

/**
 * The status of a matter, locked before looking at its items: of two of them that end, or one of which comes back, at
 * once the second sees the first.
 */
async function lockedStatus(tx: ScopedTransaction, matterId: string): Promise<MatterStatus | undefined> {
  const [matter] = await tx.query<{ status: MatterStatus }>(
    'SELECT status FROM petition_matter WHERE id = $1 FOR UPDATE',
    [matterId],
  );
  return matter?.status;
}

async function setStatus(
  tx: ScopedTransaction,
  matterId: string,
  status: MatterStatus,
  at: Date,
): Promise<void> {
  await tx.query(
    'UPDATE petition_matter SET status = $2, updated_at = $3, version = version + 1 WHERE id = $1 RETURNING id',
    [matterId, status, at],
  );
}
