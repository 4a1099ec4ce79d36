import type { ScopedTransaction } from '@junxian/persistence';
import { POVERTY_STATUS, type PovertyStatus } from '../code-lists';

import { HOUSEHOLD_OPERATION, type HouseholdOperation } from '../household-code-lists';

/** The first year whose page shows the status history (PA-HH-02). */
const FIRST_YEAR_WITH_HISTORY = 2016;

/** One line of a household's status history 历史状态. */
export interface StatusChangeView {
  id: string;
  householdId: string;
  year: number;
  fromStatus: PovertyStatus | null;
  toStatus: PovertyStatus;
  operation: HouseholdOperation;
  reason: string | null;
  /** What was recorded with it: the six checks of an exit, for instance. */
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

/**
 * What the page of a year shows of a status history: the lines up to that year; null on the pages of 2014 and 2015,
 * which have no such view (PA-HH-02).
 */
export function historyOnPage<Line extends { year: number }>(
  year: number,
  history: readonly Line[],
): Line[] | null {
  return year < FIRST_YEAR_WITH_HISTORY ? null : history.filter((line) => line.year <= year);
}
