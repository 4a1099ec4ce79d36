import { isRegionCode, levelOfCode, scopeRange } from '@junxian/administrative-region';
import { Refusal } from '@junxian/errors';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { surveyYear, surveyYears } from '../survey-years/survey-years.service';
import { type Cells, type CellTotal, decimal, figureOf, remainder, scaled } from './figures.rules';
import type { StatColumn } from './stat-columns.rules';
import { cellsOf, columnsOf, STAT_TABLES, type StatTable } from './tables.rules';

export type StatRowKind = 'CHILD' | 'OWN' | 'TOTAL';

/** One row of a table: a region below the one asked for, what is booked on that one itself, or the total. */
export interface StatRowView {
  kind: StatRowKind;
  regionCode: string;
  figures: { column: string; value: string | null }[];
}

/** A table as it stands. */
export interface StatTableView {
  table: StatTable;
  title: string;
  year: number;
  regionCode: string;
  columns: readonly StatColumn[];
  rows: StatRowView[];
}

/** Which table is wanted. */
export interface StatQuestion {
  table: StatTable;
  /** The current cycle if left out. */
  year?: number | null | undefined;
  region: string;
}

/** Which figure's rows are wanted. */
export interface StatRowsQuestion {
  table: StatTable;
  year: number;
  region: string;
  column: string;
  /** Only what is booked on the region itself, as the row OWN shows it. */
  ownOnly?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** A row that counts in a figure. */
export interface StatSourceView {
  kind: string;
  ownerId: string;
  sourceId: string;
  part: string;
  year: number;
  regionCode: string;
  amount: string;
}

/** Reads statistics: tables from the counters, the rows behind a figure from the ledger the counters are summed from. */
export class StatisticsService {
  constructor(private readonly regions: PresentRegions) {}

  /**
   * A table: a row for each region directly below, one for what is booked on the region itself where there is such,
   * and the total, which is their sum (PA-ST-00). Reads the counters of these regions in one statement.
   * Throws INVALID_INPUT for an unknown region, a year without data or one for which the table does not exist.
   */
  async table(tx: ScopedTransaction, question: StatQuestion): Promise<StatTableView> {
    const { table, region } = question;
    const regions = await this.regions.seen(tx);
    const year = question.year ?? (await currentYear(tx));
    const columns = await columnsFor(tx, table, year);
    const counted = await readCells(tx, year, region, cellsOf(columns));
    if (regions.levelOf(region) === null && !(await isCounted(tx, year, region))) throw unknownRegion();
    // A region that was split or re-coded keeps its row for as long as anything is counted under its old code.
    const below = new Set([...regions.childrenOf(region), ...counted.keys()]);
    below.delete(region);
    const children = [...below].sort();
    const none: Cells = new Map();
    const whole = counted.get(region) ?? none;
    const parts = children.map((child) => counted.get(child) ?? none);
    const rowOf = (kind: StatRowKind, regionCode: string, cells: Cells): StatRowView => ({
      kind,
      regionCode,
      figures: columns.map((column) => ({ column: column.key, value: figureOf(column, cells) })),
    });
    const own = remainder(whole, parts);
    return {
      table,
      title: STAT_TABLES[table].title,
      year,
      regionCode: region,
      columns,
      rows: [
        ...children.map((child, index) => rowOf('CHILD', child, parts[index]!)),
        ...(children.length > 0 && own.size > 0 ? [rowOf('OWN', region, own)] : []),
        rowOf('TOTAL', region, whole),
      ],
    };
  }

  /**
   * A page of the rows that a figure counts, by region, each with what it adds to the figure. For a figure of
   * several cells, or a percentage, the rows of all cells it is made of. Throws INVALID_INPUT for a column the
   * table does not have, and as {@link table} does.
   */
  async rows(tx: ScopedTransaction, question: StatRowsQuestion): Promise<Page<StatSourceView>> {
    const { table, year, region, first, after } = question;
    if (!isRegionCode(region)) throw unknownRegion();
    const columns = await columnsFor(tx, table, year);
    const column = columns.find(({ key }) => key === question.column);
    if (!column) throw unknownColumn();
    const { low, high } = question.ownOnly
      ? { low: region, high: `${region}:` }
      : scopeRange(region, levelOfCode(region));
    const page = await keysetPage<StatSourceView>(tx, {
      select: `c.kind, c.owner_id AS "ownerId", c.source_id AS "sourceId", c.part, c.year, c.region_code AS "regionCode",
        (SELECT sum(term.sign * CASE term.of WHEN 'COUNT' THEN 1 ELSE counted.amount END)
         FROM unnest(c.cells, c.amounts) AS counted (cell, amount)
         JOIN unnest($5::text[], $6::text[], $7::int[]) AS term (cell, of, sign) USING (cell)) AS amount`,
      from: 'statistic_contribution c',
      where: ['c.year = $1', 'c.region_code >= $2', 'c.region_code < $3', 'c.cells && $4::text[]'],
      parameters: [
        year,
        low,
        high,
        column.terms.map(({ cell }) => cell),
        column.terms.map(({ cell }) => cell),
        column.terms.map(({ of }) => of),
        column.terms.map(({ sign }) => sign),
      ],
      order: [
        { column: 'c.region_code', key: 'regionCode' },
        { column: 'c.kind', key: 'kind' },
        { column: 'c.year', key: 'year', type: 'int' },
        { column: 'c.source_id', key: 'sourceId' },
        { column: 'c.part', key: 'part' },
      ],
      first,
      after,
    });
    return {
      ...page,
      nodes: page.nodes.map((node) => ({ ...node, amount: decimal(scaled(node.amount), placesIn(column)) })),
    };
  }
}

function placesIn({ unit }: StatColumn): number {
  if (unit === 'TEN_THOUSAND_YUAN') return 4;
  return unit === 'SQUARE_METRES' ? 2 : 0;
}

/** The counters of a region and of those directly below it, by region; one statement, whatever is below. */
async function readCells(
  tx: ScopedTransaction,
  year: number,
  region: string,
  cells: readonly string[],
): Promise<Map<string, Cells>> {
  const rows = await tx.query<{ regionCode: string; cell: string } & CellTotal>(
    `SELECT region_code AS "regionCode", cell, count::text, amount::text FROM statistic_counter
     WHERE year = $1 AND region_code = $2 AND cell = ANY($3::text[]) AND (count <> 0 OR amount <> 0)
     UNION ALL
     SELECT region_code, cell, count::text, amount::text FROM statistic_counter
     WHERE year = $1 AND parent_code = $2 AND cell = ANY($3::text[]) AND (count <> 0 OR amount <> 0)`,
    [year, region, cells],
  );
  const byRegion = new Map<string, Map<string, CellTotal>>();
  for (const { regionCode, cell, count, amount } of rows) {
    const found = byRegion.get(regionCode) ?? new Map<string, CellTotal>();
    found.set(cell, { count, amount });
    byRegion.set(regionCode, found);
  }
  return byRegion;
}

/** Whether anything is counted of a region in a year: a code that is no more keeps all its tables until that has followed. */
async function isCounted(tx: ScopedTransaction, year: number, region: string): Promise<boolean> {
  const rows = await tx.query(
    'SELECT FROM statistic_counter WHERE year = $1 AND region_code = $2 AND (count <> 0 OR amount <> 0) LIMIT 1',
    [year, region],
  );
  return rows.length > 0;
}

async function currentYear(tx: ScopedTransaction): Promise<number> {
  const years = await surveyYears(tx);
  return (years.find(({ isCurrentCycle }) => isCurrentCycle) ?? years.at(-1)!).year;
}

async function columnsFor(
  tx: ScopedTransaction,
  table: StatTable,
  year: number,
): Promise<readonly StatColumn[]> {
  await surveyYear(tx, year);
  const columns = columnsOf(table, year);
  if (columns !== null) return columns;
  const { title, since } = STAT_TABLES[table];
  throw new Refusal(
    'INVALID_INPUT',
    {
      zh: `“${title}”自 ${since} 年度起才有，请选择 ${since} 年度或以后的年度`,
      en: `This table exists from ${since} on; choose ${since} or a later year`,
    },
    { field: 'year' },
  );
}

function unknownRegion(): Refusal {
  return new Refusal(
    'INVALID_INPUT',
    {
      zh: '没有这个行政区划，请从行政区划树中选择',
      en: 'There is no such region; choose one from the tree of regions',
    },
    { field: 'region' },
  );
}

function unknownColumn(): Refusal {
  return new Refusal(
    'INVALID_INPUT',
    {
      zh: '该统计表没有这一列，请从表的列中选择',
      en: 'The table has no such column; choose one of its columns',
    },
    { field: 'column' },
  );
}
