import type { ScopedTransaction } from '@junxian/persistence';
import { POVERTY_STATUS, type PovertyStatus } from '../code-lists';

import { HOUSEHOLD_OPERATION, type HouseholdOperation } from '../household-code-lists';

/** One line of a household's status history 历史状态. */
export interface StatusChangeView {
  id: string;
  householdId: string;
  year: number;
  fromStatus: PovertyStatus | null;
  toStatus: PovertyStatus;
  operation: HouseholdOperation;
  reason: string | null;
  /** The six checks of an exit; null for other operations. */
  checkResult: unknown;
  operator: string;
  at: Date;
  rolledBackBy: string | null;
}

type Row = Omit<StatusChangeView, 'fromStatus' | 'toStatus' | 'operation'> & {
  fromStatus: string | null;
  toStatus: string;
  operation: string;
};

/** The status histories of these households, each with its oldest line first. */
export async function readStatusHistory(
  tx: ScopedTransaction,
  householdIds: readonly string[],
): Promise<StatusChangeView[]> {
  const rows = await tx.query<Row>(
    `SELECT id, household_id AS "householdId", year, from_status AS "fromStatus", to_status AS "toStatus", operation,
       reason, check_result AS "checkResult", operator, at, rolled_back_by AS "rolledBackBy"
     FROM household_status_history WHERE household_id = ANY($1::uuid[]) ORDER BY household_id, at, id`,
    [householdIds],
  );
  return rows.map((row) => ({
    ...row,
    fromStatus: row.fromStatus === null ? null : POVERTY_STATUS.name(row.fromStatus),
    toStatus: POVERTY_STATUS.name(row.toStatus),
    operation: HOUSEHOLD_OPERATION.name(row.operation),
  }));
}
