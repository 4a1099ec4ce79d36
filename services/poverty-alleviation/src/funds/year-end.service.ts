import { NATION_CODE } from '@junxian/administrative-region';
import { Refusal } from '@junxian/errors';
import { FundArranged, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { FUND_TYPE } from '../fund-code-lists';
import type { Trace } from '../households/household-files.service';
import { arrangementShares } from './arrangements.service';

/**
 * Carries the money of a year that is being closed over into the next (PA-FD-06), for all regions at once: each balance becomes
 * carry-in; what is arranged for unfinished projects and not spent stays arranged, in the next year; what finished projects left over is
 * free again. The nation is where money comes from and carries nothing. Takes a transaction that nobody writes money beside.
 * Throws STATE_CONFLICT while rows follow a change of regions.
 */
export async function carryFundsOver(
  tx: ScopedTransaction,
  year: number,
  { actor, now, today }: Trace & { today: string },
): Promise<void> {
  await requireSettledRegions(tx);
  const carried = await tx.query<{
    id: string;
    regionCode: string;
    fundType: string;
    projectId: string;
    amount: string;
  }>(
    `WITH ${arrangementShares('year = $1')},
     closed AS (
       UPDATE fund_arrangement a SET spent_at_close = s.spent, updated_by = $2, updated_at = $3, version = version + 1
       FROM arrangement_share s WHERE s.id = a.id AND a.year = $1
       RETURNING a.id, a.region_code, a.region_epoch, a.fund_type, a.project_id, a.amount, a.spent_at_close),
     booked AS (
       SELECT region_code, region_epoch, fund_type, amount FROM fund_carry_in WHERE year = $1
       UNION ALL SELECT region_code, region_epoch, fund_type, amount FROM fund_arrival WHERE year = $1
       UNION ALL SELECT from_region_code, region_epoch, fund_type, -amount FROM fund_allocation_line
         WHERE year = $1 AND from_region_code <> region_code AND from_region_code <> $4
       UNION ALL SELECT region_code, region_epoch, fund_type, -spent_at_close FROM closed),
     carried_in AS (
       INSERT INTO fund_carry_in (region_code, region_epoch, year, fund_type, amount, created_by, created_at)
       SELECT region_code, min(region_epoch), $1 + 1, fund_type, sum(amount), $2, $3 FROM booked
       GROUP BY region_code, fund_type HAVING sum(amount) > 0)
     INSERT INTO fund_arrangement (region_code, region_epoch, year, fund_type, project_id, amount, date, carried_from,
       created_by, created_at, updated_by, updated_at)
     SELECT c.region_code, c.region_epoch, $1 + 1, c.fund_type, c.project_id, c.amount - c.spent_at_close, $5::date, c.id, $2, $3, $2, $3
     FROM closed c JOIN project p ON p.id = c.project_id
     WHERE c.amount > c.spent_at_close AND p.stage IN ('APPROVED', 'IMPLEMENTING')
     RETURNING id, region_code AS "regionCode", fund_type AS "fundType", project_id AS "projectId", amount`,
    [year, actor, now, NATION_CODE, today],
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
}

async function requireSettledRegions(tx: ScopedTransaction): Promise<void> {
  const open = await tx.query('SELECT FROM region_change WHERE followed_at IS NULL LIMIT 1');
  if (open.length === 0) return;
  throw new Refusal('STATE_CONFLICT', {
    zh: '区划变更正在处理，请几分钟后再关闭年度',
    en: 'A change of regions is being followed; close the year in a few minutes',
  });
}
