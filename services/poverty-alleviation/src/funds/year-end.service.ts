import { NATION_CODE } from '@junxian/administrative-region';
import { FundArranged, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { FUND_TYPE } from '../fund-code-lists';
import type { Trace } from '../households/household-files.service';
import { arrangementShares } from './arrangements.service';

/**
 * Says what was spent of the arrangements of the next projects of a year that is closed to changes, up to `limit`, and carries what
 * unfinished ones have not spent over into the next year: it stays arranged, and is carry-in of the same amount (PA-FD-06). What it has
 * done it finds done, so it may be called until nothing is left; returns how many projects there were. Takes a transaction that nobody
 * writes money beside.
 */
export async function carryArrangementsOver(
  tx: ScopedTransaction,
  year: number,
  limit: number,
  { actor, now, today }: Trace & { today: string },
): Promise<number> {
  const projects = await tx.query<{ id: string }>(
    `SELECT DISTINCT region_code, project_id AS id FROM fund_arrangement WHERE year = $1 AND spent_at_close IS NULL
     ORDER BY region_code, project_id LIMIT $2`,
    [year, limit],
  );
  if (projects.length === 0) return 0;
  const carried = await tx.query<{
    id: string;
    regionCode: string;
    fundType: string;
    projectId: string;
    amount: string;
  }>(
    `WITH ${arrangementShares('project_id = ANY($5::uuid[])')},
     closed AS (
       UPDATE fund_arrangement a SET spent_at_close = s.spent, updated_by = $2, updated_at = $3, version = version + 1
       FROM arrangement_share s WHERE s.id = a.id AND a.year = $1 AND a.spent_at_close IS NULL
       RETURNING a.id, a.region_code, a.region_epoch, a.fund_type, a.project_id, a.amount - a.spent_at_close AS rest),
     unspent AS (
       SELECT c.* FROM closed c JOIN project p ON p.id = c.project_id
       WHERE c.rest > 0 AND p.stage IN ('APPROVED', 'IMPLEMENTING')),
     carried_in AS (
       INSERT INTO fund_carry_in (region_code, region_epoch, year, fund_type, amount, created_by, created_at)
       SELECT region_code, min(region_epoch), $1 + 1, fund_type, sum(rest), $2, $3 FROM unspent GROUP BY region_code, fund_type)
     INSERT INTO fund_arrangement (region_code, region_epoch, year, fund_type, project_id, amount, date, carried_from,
       created_by, created_at, updated_by, updated_at)
     SELECT region_code, region_epoch, $1 + 1, fund_type, project_id, rest, $4::date, id, $2, $3, $2, $3 FROM unspent
     RETURNING id, region_code AS "regionCode", fund_type AS "fundType", project_id AS "projectId", amount`,
    [year, actor, now, today, projects.map(({ id }) => id)],
  );
  await recordEvents(
    tx,
    FundArranged,
    carried.map(({ id, regionCode, fundType, projectId, amount }) => ({
      aggregateId: id,
      regionCode,
      occurredAt: now,
      data: {
        year: year + 1,
        fundType: FUND_TYPE.name(fundType),
        arrangementId: id,
        regionCode,
        projectId,
        amount,
      },
    })),
  );
  return projects.length;
}

/**
 * Makes what is left of each region's money the next year's carry-in (PA-FD-06), once {@link carryArrangementsOver} has nothing left:
 * what no project holds, and what finished ones did not need. The nation is where money comes from and carries nothing.
 */
export async function carryRestsOver(
  tx: ScopedTransaction,
  year: number,
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    `INSERT INTO fund_carry_in (region_code, region_epoch, year, fund_type, amount, created_by, created_at)
     SELECT region_code, min(region_epoch), $1 + 1, fund_type, sum(amount), $2, $3
     FROM (
       SELECT region_code, region_epoch, fund_type, amount FROM fund_carry_in WHERE year = $1
       UNION ALL SELECT region_code, region_epoch, fund_type, amount FROM fund_arrival WHERE year = $1
       UNION ALL SELECT from_region_code, region_epoch, fund_type, -amount FROM fund_allocation_line
         WHERE year = $1 AND from_region_code <> region_code AND from_region_code <> $4
       UNION ALL SELECT region_code, region_epoch, fund_type, -spent_at_close FROM fund_arrangement WHERE year = $1
       -- What stayed arranged is carried over already; nothing else brings money into the next year from this one.
       UNION ALL SELECT region_code, region_epoch, fund_type, -amount FROM fund_carry_in WHERE year = $1 + 1) AS booked
     GROUP BY region_code, fund_type HAVING sum(amount) > 0`,
    [year, actor, now, NATION_CODE],
  );
}
