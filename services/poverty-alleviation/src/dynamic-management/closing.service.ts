import { HouseholdClosed, HouseholdReopened, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { endHelperPairings } from '../assistance/pairings.service';
import type { PovertyStatus } from '../code-lists';
import type { HouseholdCloseReason } from '../household-code-lists';
import { type Trace, updateRecord, writeStatusHistory } from '../households/household-files.service';

/** Why a household's file was closed 销户; clearing one is the back office's. */
export type CloseReason = Exclude<HouseholdCloseReason, 'CLEARED'>;

/** A household whose file opens or closes; its file is locked. */
export interface ClosableHousehold {
  id: string;
  regionCode: string;
  povertyStatus: PovertyStatus;
}

/**
 * Closes a household's file 销户 (PA-PC-03, PA-PC-05) with the cycle as closure year, ends its pairings with
 * helpers today, and records household.closed. Takes a household without active members; returns the id of the line in its status history.
 */
export async function closeHousehold(
  tx: ScopedTransaction,
  { id, regionCode, povertyStatus }: ClosableHousehold,
  year: number,
  reason: CloseReason,
  today: string,
  by: Trace,
): Promise<string> {
  await tx.query(
    `UPDATE household SET file_status = 'CLOSED', closed_year = $2, close_reason = $3, updated_by = $4, updated_at = $5,
       version = version + 1 WHERE id = $1`,
    [id, year, reason, by.actor, by.now],
  );
  await updateRecord(tx, { householdId: id, year }, { closureYear: year }, by);
  await endHelperPairings(tx, [id], { date: today, reason: 'HOUSEHOLD_CLOSED' }, by);
  const history = await writeStatusHistory(
    tx,
    { householdId: id, year, from: povertyStatus, to: povertyStatus, operation: 'CLOSE', reason },
    by,
  );
  await recordEvent(tx, HouseholdClosed, {
    aggregateId: id,
    regionCode,
    occurredAt: by.now,
    data: { householdId: id, year, reason },
  });
  return history;
}

/** Opens a closed file again (rollback of what closed it) and records household.reopened; returns the line's id. */
export async function reopenHousehold(
  tx: ScopedTransaction,
  { id, regionCode, povertyStatus }: ClosableHousehold,
  year: number,
  by: Trace,
): Promise<string> {
  await tx.query(
    `UPDATE household SET file_status = 'ACTIVE', closed_year = NULL, close_reason = NULL, updated_by = $2, updated_at = $3,
       version = version + 1 WHERE id = $1`,
    [id, by.actor, by.now],
  );
  await updateRecord(tx, { householdId: id, year }, { closureYear: null }, by);
  const history = await writeStatusHistory(
    tx,
    { householdId: id, year, from: povertyStatus, to: povertyStatus, operation: 'ROLLBACK' },
    by,
  );
  await recordEvent(tx, HouseholdReopened, {
    aggregateId: id,
    regionCode,
    occurredAt: by.now,
    data: { householdId: id, year },
  });
  return history;
}
