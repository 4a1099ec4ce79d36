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
  /** Who was its head last, with the year of the newest record the caller sees of that person. */
  lastHeadId: string | null;
  lastHeadYear: number | null;
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
      head.member_id AS "lastHeadId", head.year AS "lastHeadYear", head.name AS "lastHeadName"`,
    // Whoever left last headed the household. One who was transferred has a record in the new household, which the caller
    // may not see, and those of earlier years here; where nobody left, the head keeps the relation.
    from: `household h
      LEFT JOIN LATERAL (
        SELECT operator, at FROM household_status_history s
        WHERE s.household_id = h.id AND s.operation = 'CLOSE' AND s.rolled_back_by IS NULL ORDER BY s.id DESC LIMIT 1) closing ON true
      LEFT JOIN LATERAL (
        SELECT c.member_id FROM population_change c
        WHERE c.household_id = h.id AND c.year = h.closed_year AND c.direction = 'OUT' AND c.rolled_back_by IS NULL
          AND h.close_reason IN ('LAST_MEMBER_REDUCED', 'LAST_MEMBER_TRANSFERRED')
        ORDER BY c.position DESC LIMIT 1) gone ON true
      LEFT JOIN LATERAL (
        SELECT known.* FROM (
          SELECT m.member_id, m.year, m.name, m.status, m.updated_at FROM member_year_record m
          WHERE m.member_id = gone.member_id AND m.year <= h.closed_year
          UNION ALL
          SELECT m.member_id, m.year, m.name, m.status, m.updated_at FROM member_year_record m
          WHERE gone.member_id IS NULL AND m.household_id = h.id AND m.year <= h.closed_year AND m.relation_to_head = '01') AS known
        ORDER BY known.year DESC, known.status IN ('1', '4') DESC, known.updated_at DESC, known.member_id LIMIT 1) head ON true`,
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
