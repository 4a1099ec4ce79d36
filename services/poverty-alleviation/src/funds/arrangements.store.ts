import { isUuid } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { FUND_TYPE, type FundType } from '../fund-code-lists';
import type { Trace } from '../households/household-files.service';
import { arrangementShares } from './arrangements.service';

/** Money arranged for a project 资金安排. */
export interface ArrangementView {
  id: string;
  regionCode: string;
  year: number;
  fundType: FundType;
  projectId: string;
  amount: string;
  date: string;
  isCarriedOver: boolean;
  /** Whether its year was closed; then nothing of it changes. */
  isClosed: boolean;
  version: number;
}

const COLUMNS = `a.id, a.region_code AS "regionCode", a.year, a.fund_type AS "fundType", a.project_id AS "projectId", a.amount,
  a.date::text AS date, a.carried_from IS NOT NULL AS "isCarriedOver", a.spent_at_close IS NOT NULL AS "isClosed", a.version`;

type ArrangementRow = Omit<ArrangementView, 'fundType'> & { fundType: string };

function arrangementOf(row: ArrangementRow): ArrangementView {
  return { ...row, fundType: FUND_TYPE.name(row.fundType) };
}

/** An arrangement by id, if in sight. */
export async function readArrangement(tx: ScopedTransaction, id: string): Promise<ArrangementView | null> {
  if (!isUuid(id)) return null;
  const [row] = await tx.query<ArrangementRow>(`SELECT ${COLUMNS} FROM fund_arrangement a WHERE a.id = $1`, [
    id,
  ]);
  return row ? arrangementOf(row) : null;
}

/** Which arrangements a list shows. */
export interface ArrangementQuery {
  year: number;
  range: { low: string; high: string };
  fundType: FundType | null;
  projectId: string | null;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** One page of arrangements, by region and in the order in which they were made. */
export async function pageOfArrangements(
  tx: ScopedTransaction,
  { year, range, fundType, projectId, first, after }: ArrangementQuery,
): Promise<Page<ArrangementView>> {
  const page = await keysetPage<ArrangementRow>(tx, {
    select: COLUMNS,
    from: 'fund_arrangement a',
    where: [
      'a.year = $1 AND a.region_code >= $2 AND a.region_code < $3',
      '$4::text IS NULL OR a.fund_type = $4',
      '$5::uuid IS NULL OR a.project_id = $5',
    ],
    parameters: [year, range.low, range.high, fundType === null ? null : FUND_TYPE.code(fundType), projectId],
    order: [
      { column: 'a.region_code', key: 'regionCode' },
      { column: 'a.id', key: 'id', type: 'uuid' },
    ],
    first,
    after,
  });
  return { ...page, nodes: page.nodes.map(arrangementOf) };
}

/** What has been spent of arrangements, by id, 万元 (see {@link arrangementShares}). */
export async function readSpent(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ id: string; spent: string }>(
    `WITH ${arrangementShares('id = ANY($1::uuid[])')} SELECT id, spent FROM arrangement_share WHERE id = ANY($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map(({ id, spent }) => [id, spent]));
}

/** What an arrangement is made of. */
export interface NewArrangement {
  regionCode: string;
  year: number;
  fundType: FundType;
  projectId: string;
  amount: string;
  date: string;
}

/** Adds an arrangement under the epoch of the codes held. Returns its id. */
export async function insertArrangement(
  tx: ScopedTransaction,
  { regionCode, year, fundType, projectId, amount, date }: NewArrangement,
  epoch: number,
  { actor, now }: Trace,
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO fund_arrangement (region_code, region_epoch, year, fund_type, project_id, amount, date,
       created_by, created_at, updated_by, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9) RETURNING id`,
    [regionCode, epoch, year, FUND_TYPE.code(fundType), projectId, amount, date, actor, now],
  );
  return row!.id;
}

/** Gives an arrangement another amount. */
export async function updateArrangement(
  tx: ScopedTransaction,
  id: string,
  amount: string,
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    'UPDATE fund_arrangement SET amount = $2, updated_by = $3, updated_at = $4, version = version + 1 WHERE id = $1',
    [id, amount, actor, now],
  );
}
