import type { ScopedTransaction } from '@junxian/persistence';

/**
 * What is arranged for a project over all years, 万元 with four decimals. Of a closed year counts what had been spent;
 * the rest was carried over or is free again.
 */
export async function arrangedFor(tx: ScopedTransaction, projectId: string): Promise<string> {
  const [row] = await tx.query<{ amount: string }>(
    `SELECT coalesce(sum(coalesce(spent_at_close, amount)), 0)::numeric(16,4) AS amount
     FROM fund_arrangement WHERE project_id = $1`,
    [projectId],
  );
  return row!.amount;
}

/**
 * CTE `arrangement_share (id, region_code, year, fund_type, project_id, amount, spent)`: what has been spent of each
 * arrangement of the projects for which an arrangement meets a condition. What a project spent beyond its closed years is divided
 * among its open arrangements in proportion to their amounts, exact to the ten-thousandth by the largest
 * remainder (ruling PA-FD-06); of a closed year stands what was spent when it was closed.
 */
export function arrangementShares(condition: string): string {
  const units = (amount: string) => `trunc((${amount}) * 10000)`;
  return `
    concerned AS (SELECT DISTINCT project_id FROM fund_arrangement WHERE ${condition}),
    arranged_money AS (
      SELECT a.*, a.spent_at_close IS NULL AS is_open,
        ${units('p.spent - coalesce(sum(a.spent_at_close) OVER project, 0)')} AS to_divide,
        ${units('sum(a.amount) FILTER (WHERE a.spent_at_close IS NULL) OVER project')} AS whole,
        ${units('a.amount')} AS part
      FROM fund_arrangement a JOIN concerned USING (project_id) JOIN project p ON p.id = a.project_id
      WINDOW project AS (PARTITION BY a.project_id)),
    floored AS (
      SELECT *, CASE WHEN is_open THEN div(to_divide * part, whole) END AS share,
        CASE WHEN is_open THEN mod(to_divide * part, whole) END AS remainder FROM arranged_money),
    ranked AS (
      SELECT *, to_divide - sum(share) OVER (PARTITION BY project_id) AS left_over,
        row_number() OVER (PARTITION BY project_id, is_open ORDER BY remainder DESC, id) AS place FROM floored),
    arrangement_share AS (
      SELECT id, region_code, region_epoch, year, fund_type, project_id, amount,
        coalesce(spent_at_close, (share + CASE WHEN place <= left_over THEN 1 ELSE 0 END) / 10000)::numeric(16,4) AS spent
      FROM ranked)`;
}
