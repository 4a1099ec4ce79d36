import { isUuid } from '@junxian/identity';
import { groupBy, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import {
  FUND_PERIOD,
  FUND_TIER,
  type FundPeriod,
  INTEGRATED_PROGRAMME,
  USE_DIRECTION,
} from '../fund-code-lists';
import type { Trace } from '../households/household-files.service';
import { insertRows } from '../insert-rows';
import type { IntegratedLine } from './integrated.rules';

/** A report of integrated funds 统筹整合涉农资金报表, without its lines. */
export interface IntegratedReportView {
  id: string;
  regionCode: string;
  level: 'COUNTY' | 'PROVINCE';
  year: number;
  period: FundPeriod;
  status: 'DRAFT' | 'SUBMITTED';
  submittedAt: Date | null;
  returnReason: string | null;
  version: number;
}

type ReportRow = Omit<IntegratedReportView, 'period'> & { period: string };

const COLUMNS = `r.id, r.region_code AS "regionCode", r.level, r.year, r.period, r.status, r.submitted_at AS "submittedAt",
  r.return_reason AS "returnReason", r.version`;

function reportOf(row: ReportRow): IntegratedReportView {
  return { ...row, period: FUND_PERIOD.name(row.period) };
}

/** A report by id, if in sight. */
export async function readReport(tx: ScopedTransaction, id: string): Promise<IntegratedReportView | null> {
  if (!isUuid(id)) return null;
  const [row] = await tx.query<ReportRow>(`SELECT ${COLUMNS} FROM integrated_fund_report r WHERE r.id = $1`, [
    id,
  ]);
  return row ? reportOf(row) : null;
}

/**
 * The report of a region for a year and period, or null. Of merged regions several may have one: the region's own, submitted before others, else the one
 * written last.
 */
export async function findReport(
  tx: ScopedTransaction,
  regionCode: string,
  year: number,
  period: FundPeriod,
): Promise<IntegratedReportView | null> {
  const [row] = await tx.query<ReportRow>(
    `SELECT ${COLUMNS} FROM integrated_fund_report r
     WHERE r.region_code = $1 AND r.year = $2 AND r.period = $3
     ORDER BY (r.reporter_code = r.region_code) DESC, (r.status = 'SUBMITTED') DESC, r.updated_at DESC, r.id LIMIT 1`,
    [regionCode, year, FUND_PERIOD.code(period)],
  );
  return row ? reportOf(row) : null;
}

/** Which reports a list shows. */
export interface ReportQuery {
  year: number;
  range: { low: string; high: string };
  period?: FundPeriod | null | undefined;
  level?: string | null | undefined;
  status?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** One page of reports, by period and region. Throws INVALID_INPUT on a bad cursor. */
export async function pageOfReports(
  tx: ScopedTransaction,
  { year, range, period, level, status, first, after }: ReportQuery,
): Promise<Page<IntegratedReportView>> {
  const page = await keysetPage<ReportRow>(tx, {
    select: COLUMNS,
    from: 'integrated_fund_report r',
    where: [
      'r.year = $1 AND r.region_code >= $2 AND r.region_code < $3',
      '$4::text IS NULL OR r.period = $4',
      '$5::text IS NULL OR r.level = $5',
      '$6::text IS NULL OR r.status = $6',
    ],
    parameters: [
      year,
      range.low,
      range.high,
      period == null ? null : FUND_PERIOD.code(period),
      level ?? null,
      status ?? null,
    ],
    order: [
      { column: 'r.period', key: 'period' },
      { column: 'r.region_code', key: 'regionCode' },
      { column: 'r.id', key: 'id', type: 'uuid' },
    ],
    first,
    after,
  });
  return { ...page, nodes: page.nodes.map(reportOf) };
}

interface LineRow {
  key: string;
  tier: string;
  programme: string;
  direction: string;
  planned: string;
  integrated: string;
  spent: string;
}

function lineOf({ key: _, tier, programme, direction, ...amounts }: LineRow): IntegratedLine {
  return {
    tier: FUND_TIER.name(tier),
    programme: INTEGRATED_PROGRAMME.name(programme),
    direction: USE_DIRECTION.name(direction),
    ...amounts,
  };
}

/** The lines of reports, by report, in the order of tier, programme and direction. */
export async function readReportLines(
  tx: ScopedTransaction,
  reportIds: readonly string[],
): Promise<ReadonlyMap<string, IntegratedLine[]>> {
  const rows = await tx.query<LineRow>(
    `SELECT integrated_fund_report_id AS key, tier, programme, direction, planned, integrated, spent
     FROM integrated_fund_line WHERE integrated_fund_report_id = ANY($1::uuid[])
     ORDER BY array_position($2::text[], tier), programme, array_position($3::text[], direction)`,
    [reportIds, FUND_TIER.names, USE_DIRECTION.names],
  );
  return new Map([...groupBy(rows, ({ key }) => key)].map(([key, lines]) => [key, lines.map(lineOf)]));
}

/** What the counties of a province reported for the province's year and period. */
export interface CountySums {
  lines: IntegratedLine[];
  submittedCounties: number;
  draftCounties: number;
}

/** Whether another report of a region, which is of all that it is made of, is submitted for the year and period of this one. */
export async function isReportedWhole(
  tx: ScopedTransaction,
  { id, regionCode, year, period }: Pick<IntegratedReportView, 'id' | 'regionCode' | 'year' | 'period'>,
): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM integrated_fund_report WHERE region_code = $1 AND year = $2 AND period = $3 AND id <> $4
       AND reporter_code = region_code AND status = 'SUBMITTED'`,
    [regionCode, year, FUND_PERIOD.code(period), id],
  );
  return rows.length > 0;
}

/**
 * The sums of the submitted reports of the counties below provinces, by the id of the province's report (PA-FD-08). Former counties
 * of a merged one count each by its own report until one is submitted of the whole; of a county's reports the one written last tells.
 */
export async function readCountySums(
  tx: ScopedTransaction,
  provinceReportIds: readonly string[],
): Promise<ReadonlyMap<string, CountySums>> {
  const counties = `FROM (
    SELECT DISTINCT ON (p.id, c.region_code, c.reporter_code) p.id AS province_report, c.id, c.status
    FROM integrated_fund_report p JOIN integrated_fund_report c
      ON c.level = 'COUNTY' AND c.year = p.year AND c.period = p.period
      AND c.region_code >= left(p.region_code, 2) COLLATE "C" AND c.region_code < (left(p.region_code, 2) || ':') COLLATE "C"
    WHERE p.id = ANY($1::uuid[])
    ORDER BY p.id, c.region_code, c.reporter_code, c.updated_at DESC, c.id DESC) AS c`;
  const [sums, counts] = await Promise.all([
    tx.query<LineRow>(
      `SELECT c.province_report AS key, l.tier, l.programme, l.direction, sum(l.planned)::numeric(16,4) AS planned,
         sum(l.integrated)::numeric(16,4) AS integrated, sum(l.spent)::numeric(16,4) AS spent
       ${counties} JOIN integrated_fund_line l ON l.integrated_fund_report_id = c.id
       WHERE c.status = 'SUBMITTED' GROUP BY c.province_report, l.tier, l.programme, l.direction
       ORDER BY array_position($2::text[], l.tier), l.programme, array_position($3::text[], l.direction)`,
      [provinceReportIds, FUND_TIER.names, USE_DIRECTION.names],
    ),
    tx.query<{ key: string; submitted: number; draft: number }>(
      `SELECT c.province_report AS key, count(*) FILTER (WHERE c.status = 'SUBMITTED')::int AS submitted,
         count(*) FILTER (WHERE c.status = 'DRAFT')::int AS draft
       ${counties} GROUP BY c.province_report`,
      [provinceReportIds],
    ),
  ]);
  const lines = groupBy(sums, ({ key }) => key);
  const byReport = new Map(counts.map((row) => [row.key, row]));
  return new Map(
    provinceReportIds.map((id) => [
      id,
      {
        lines: (lines.get(id) ?? []).map(lineOf),
        submittedCounties: byReport.get(id)?.submitted ?? 0,
        draftCounties: byReport.get(id)?.draft ?? 0,
      },
    ]),
  );
}

/** Adds an empty report in draft, under the epoch of the codes held. Returns its id. */
export async function insertReport(
  tx: ScopedTransaction,
  { regionCode, level, year, period }: Pick<IntegratedReportView, 'regionCode' | 'level' | 'year' | 'period'>,
  epoch: number,
  { actor, now }: Trace,
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO integrated_fund_report (region_code, reporter_code, region_epoch, level, year, period,
       created_by, created_at, updated_by, updated_at)
     VALUES ($1, $1, $2, $3, $4, $5, $6, $7, $6, $7) RETURNING id`,
    [regionCode, epoch, level, year, FUND_PERIOD.code(period), actor, now],
  );
  return row!.id;
}

/** Puts lines in the place of those a report has; they stand in the report's region. */
export async function replaceLines(
  tx: ScopedTransaction,
  reportId: string,
  lines: readonly IntegratedLine[],
): Promise<void> {
  await tx.query('DELETE FROM integrated_fund_line WHERE integrated_fund_report_id = $1', [reportId]);
  const [report] = await tx.query<{ region_code: string; region_epoch: number }>(
    'SELECT region_code, region_epoch FROM integrated_fund_report WHERE id = $1 FOR SHARE',
    [reportId],
  );
  await tx.query(
    ...insertRows(
      'integrated_fund_line',
      [
        'integrated_fund_report_id',
        'region_code',
        'region_epoch',
        'tier',
        'programme',
        'direction',
        'planned',
        'integrated',
        'spent',
      ],
      lines.map(({ tier, programme, direction, planned, integrated, spent }) => [
        reportId,
        report!.region_code,
        report!.region_epoch,
        FUND_TIER.code(tier),
        INTEGRATED_PROGRAMME.code(programme),
        USE_DIRECTION.code(direction),
        planned,
        integrated,
        spent,
      ]),
    ),
  );
}

/** Notes that a report was changed, submitted or returned; it gets its next version. */
export async function updateReport(
  tx: ScopedTransaction,
  id: string,
  change: Partial<Pick<IntegratedReportView, 'status' | 'returnReason'>>,
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    `UPDATE integrated_fund_report SET status = coalesce($2, status), return_reason = coalesce($3, return_reason),
       submitted_by = CASE $2 WHEN 'SUBMITTED' THEN $4 WHEN 'DRAFT' THEN NULL ELSE submitted_by END,
       submitted_at = CASE $2 WHEN 'SUBMITTED' THEN $5::timestamptz WHEN 'DRAFT' THEN NULL ELSE submitted_at END,
       updated_by = $4, updated_at = $5, version = version + 1
     WHERE id = $1`,
    [id, change.status ?? null, change.returnReason ?? null, actor, now],
  );
}

/**
 * Notes that a region reports for all that it is made of now: what former counties reported in the year is of its series from here on,
 * and older than its own.
 */
export function joinReports(
  tx: ScopedTransaction,
  { regionCode, year }: Pick<IntegratedReportView, 'regionCode' | 'year'>,
): void {
  tx.send(
    `UPDATE integrated_fund_report SET reporter_code = region_code
     WHERE region_code = $1 AND year = $2 AND reporter_code <> region_code`,
    [regionCode, year],
  );
}
