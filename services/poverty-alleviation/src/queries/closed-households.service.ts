import type { CodeRange } from '@junxian/administrative-region';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';

/** A closed household. */
export interface ClosedHouseholdView {
  householdId: string;
  householdNo: string;
  regionCode: string;
  closureYear: number;
  reason: string | null;
  operator: string;
  closedAt: Date;
  /** Who was its head last. */
  lastHeadId: string | null;
  lastHeadName: string | null;
}

export interface ClosedHouseholdsQuery {
  closureYear?: number | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  maxPageSize?: number;
}

/**
 * One page of the closed households of an area, by village and household number, in one statement (PA-QY-03). Cleared
 * files are not among them: they are found among the changes. Throws INVALID_INPUT on a bad cursor.
 */
export function closedHouseholds(
  tx: ScopedTransaction,
  { low, high }: CodeRange,
  { closureYear, first, after, maxPageSize = 100 }: ClosedHouseholdsQuery,
): Promise<Page<ClosedHouseholdView>> {
  return keysetPage<ClosedHouseholdView>(tx, {
    select: `h.id AS "householdId", h.household_no AS "householdNo", h.region_code AS "regionCode", h.closed_year AS "closureYear",
      h.close_reason AS reason, coalesce(closing.operator, h.updated_by) AS operator, coalesce(closing.at, h.updated_at) AS "closedAt",
      head.member_id AS "lastHeadId", head.name AS "lastHeadName"`,
    // The head keeps the relation when leaving; of several, who left last was it last.
    from: `household h
      LEFT JOIN LATERAL (
        SELECT operator, at FROM household_status_history s
        WHERE s.household_id = h.id AND s.operation = 'CLOSE' AND s.rolled_back_by IS NULL ORDER BY s.id DESC LIMIT 1) closing ON true
      LEFT JOIN LATERAL (
        SELECT m.member_id, m.name FROM member_year_record m
        WHERE m.household_id = h.id AND m.year <= h.closed_year AND m.relation_to_head = '01'
        ORDER BY m.year DESC, m.status IN ('1', '4') DESC, m.updated_at DESC, m.member_id LIMIT 1) head ON true`,
    where: [
      // What a rolled-back split leaves was never a household that ceased to be.
      `h.file_status = 'CLOSED' AND h.close_reason IS DISTINCT FROM 'ROLLBACK'`,
      'h.region_code >= $1 AND h.region_code < $2',
      '$3::int IS NULL OR h.closed_year = $3',
    ],
    parameters: [low, high, closureYear ?? null],
    order: [
      { column: 'h.region_code', key: 'regionCode' },
      { column: 'h.household_no', key: 'householdNo' },
    ],
    first,
    after,
    maxPageSize,
  });
}
