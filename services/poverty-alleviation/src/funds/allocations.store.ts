import { isUuid } from '@junxian/identity';
import { inCallersRange, type ScopedTransaction } from '@junxian/persistence';
import {
  FUND_BATCH,
  FUND_TIER,
  FUND_TYPE,
  type FundBatch,
  type FundTier,
  type FundType,
} from '../fund-code-lists';
import type { Trace } from '../households/household-files.service';
import { insertRows } from '../insert-rows';
import type { AllocationInput, ArrivalInput } from './allocation.rules';

/** An allocation document 资金下拨文件. */
export interface AllocationView {
  id: string;
  /** The issuer. */
  regionCode: string;
  year: number;
  documentNo: string;
  title: string;
  tier: FundTier;
  fundType: FundType;
  batch: FundBatch;
  issuedDate: string;
  totalAmount: string;
  version: number;
}

/** What one receiver gets by an allocation 下拨明细. */
export interface AllocationLineView {
  id: string;
  allocationId: string;
  /** The receiver. */
  regionCode: string;
  regionEpoch: number;
  amount: string;
  arrivedAmount: string;
}

/** Money that arrived 到账. */
export interface ArrivalView {
  id: string;
  lineId: string;
  /** In which it can be used: that of the document, or the first open one after that was closed. */
  year: number;
  amount: string;
  arrivedDate: string;
  voucherNo: string | null;
  version: number;
}

/** An allocation, and one line of it. */
export interface LineOfAllocation {
  line: AllocationLineView;
  allocation: AllocationView;
}

const ALLOCATION = `SELECT id, region_code AS "regionCode", year, document_no AS "documentNo", title, tier, fund_type AS "fundType",
  batch, issued_date::text AS "issuedDate", total_amount AS "totalAmount", version FROM fund_allocation`;

const LINE = `SELECT line.id, line.fund_allocation_id AS "allocationId", line.region_code AS "regionCode",
  line.region_epoch AS "regionEpoch", line.amount,
  CASE WHEN ${inCallersRange('line.region_code')}
    THEN (SELECT coalesce(sum(a.amount), 0)::numeric(16,4) FROM fund_arrival a WHERE a.fund_allocation_line_id = line.id)
    -- The receiver went to a region beyond the issuer's sight.
    ELSE pa_fd_04_arrived(line.id) END AS "arrivedAmount"
  FROM fund_allocation_line line`;

const ARRIVAL = `SELECT id, fund_allocation_line_id AS "lineId", year, amount, arrived_date::text AS "arrivedDate",
  voucher_no AS "voucherNo", version FROM fund_arrival`;

type AllocationRow = Omit<AllocationView, 'tier' | 'fundType' | 'batch'> & {
  tier: string;
  fundType: string;
  batch: string;
};

function allocationOf(row: AllocationRow): AllocationView {
  return {
    ...row,
    tier: FUND_TIER.name(row.tier),
    fundType: FUND_TYPE.name(row.fundType),
    batch: FUND_BATCH.name(row.batch),
  };
}

/**
 * Until the transaction ends nobody else changes an allocation or records its arrivals: the issuer who deletes it and
 * the receiver to whom it arrives see one another. Taken after the account's lock.
 */
export async function lockAllocation(tx: ScopedTransaction, id: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('junxian.fund-allocation:' || $1, 0))`, [id]);
}

/** Allocations by id, those in sight only; ids that are none are not found. */
export async function readAllocations(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<AllocationView[]> {
  const rows = await tx.query<AllocationRow>(`${ALLOCATION} WHERE id = ANY($1::uuid[])`, [
    ids.filter(isUuid),
  ]);
  return rows.map(allocationOf);
}

/** Lines by id, those in sight only. */
export function readLines(tx: ScopedTransaction, ids: readonly string[]): Promise<AllocationLineView[]> {
  return tx.query<AllocationLineView>(`${LINE} WHERE line.id = ANY($1::uuid[])`, [ids.filter(isUuid)]);
}

/** The lines of allocations, those in sight only, by receiver. */
export function readLinesOf(
  tx: ScopedTransaction,
  allocationIds: readonly string[],
): Promise<AllocationLineView[]> {
  return tx.query<AllocationLineView>(
    `${LINE} WHERE line.fund_allocation_id = ANY($1::uuid[]) ORDER BY line.region_code, line.id`,
    [allocationIds],
  );
}

/** The arrivals of lines, the earliest first. */
export function readArrivalsOf(tx: ScopedTransaction, lineIds: readonly string[]): Promise<ArrivalView[]> {
  return tx.query<ArrivalView>(
    `${ARRIVAL} WHERE fund_allocation_line_id = ANY($1::uuid[]) ORDER BY arrived_date, id`,
    [lineIds],
  );
}

/** Whether the issuer has used a document number in a year already, another allocation's than `except`. */
export async function isDocumentNoUsed(
  tx: ScopedTransaction,
  { fromRegion, year, documentNo }: Pick<AllocationInput, 'fromRegion' | 'year' | 'documentNo'>,
  except: string | null,
): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM fund_allocation WHERE region_code = $1 AND year = $2 AND document_no = $3 AND id IS DISTINCT FROM $4::uuid`,
    [fromRegion, year, documentNo.trim(), except],
  );
  return rows.length > 0;
}

/** Adds an allocation with its lines; `epoch` is that of the codes held. Returns its id. */
export async function insertAllocation(
  tx: ScopedTransaction,
  input: AllocationInput,
  epoch: number,
  { actor, now }: Trace,
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO fund_allocation (region_code, region_epoch, year, document_no, title, tier, fund_type, batch, issued_date,
       total_amount, created_by, created_at, updated_by, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $12) RETURNING id`,
    [...headerValues(input, epoch), actor, now],
  );
  await insertLines(tx, row!.id, input, epoch);
  return row!.id;
}

/** Replaces an allocation, of which nothing has arrived, by another form; its lines are new ones. */
export async function replaceAllocation(
  tx: ScopedTransaction,
  id: string,
  input: AllocationInput,
  epoch: number,
  { actor, now }: Trace,
): Promise<void> {
  await tx.query('DELETE FROM fund_allocation_line WHERE fund_allocation_id = $1', [id]);
  await tx.query(
    `UPDATE fund_allocation SET region_code = $1, region_epoch = $2, year = $3, document_no = $4, title = $5, tier = $6, fund_type = $7,
       batch = $8, issued_date = $9, total_amount = $10, updated_by = $11, updated_at = $12, version = version + 1
     WHERE id = $13`,
    [...headerValues(input, epoch), actor, now, id],
  );
  await insertLines(tx, id, input, epoch);
}

/** Deletes an allocation, of which nothing has arrived, with its lines. */
export async function deleteAllocation(tx: ScopedTransaction, id: string): Promise<void> {
  await tx.query('DELETE FROM fund_allocation_line WHERE fund_allocation_id = $1', [id]);
  await tx.query('DELETE FROM fund_allocation WHERE id = $1', [id]);
}

function headerValues(input: AllocationInput, epoch: number): unknown[] {
  return [
    input.fromRegion,
    epoch,
    input.year,
    input.documentNo.trim(),
    input.title.trim(),
    FUND_TIER.code(input.tier),
    FUND_TYPE.code(input.fundType),
    FUND_BATCH.code(input.batch),
    input.issuedDate,
    input.totalAmount,
  ];
}

async function insertLines(
  tx: ScopedTransaction,
  allocationId: string,
  input: AllocationInput,
  epoch: number,
): Promise<void> {
  await tx.query(
    ...insertRows(
      'fund_allocation_line',
      [
        'fund_allocation_id',
        'region_code',
        'region_epoch',
        'from_region_code',
        'year',
        'tier',
        'fund_type',
        'amount',
      ],
      input.lines.map(({ toRegion, amount }) => [
        allocationId,
        toRegion,
        epoch,
        input.fromRegion,
        input.year,
        FUND_TIER.code(input.tier),
        FUND_TYPE.code(input.fundType),
        amount,
      ]),
    ),
  );
}

/** Adds an arrival of a year to a line, in the line's region. Returns its id. */
export async function insertArrival(
  tx: ScopedTransaction,
  { line, allocation: { fundType } }: LineOfAllocation,
  year: number,
  input: ArrivalInput,
  { actor, now }: Trace,
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO fund_arrival (fund_allocation_line_id, region_code, region_epoch, year, fund_type, amount, arrived_date, voucher_no,
       created_by, created_at, updated_by, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $10) RETURNING id`,
    [
      line.id,
      line.regionCode,
      line.regionEpoch,
      year,
      FUND_TYPE.code(fundType),
      input.amount,
      input.arrivedDate,
      input.voucherNo?.trim() ?? null,
      actor,
      now,
    ],
  );
  return row!.id;
}

/** An arrival by id, if in sight. */
export async function readArrival(tx: ScopedTransaction, id: string): Promise<ArrivalView | null> {
  if (!isUuid(id)) return null;
  const [row] = await tx.query<ArrivalView>(`${ARRIVAL} WHERE id = $1`, [id]);
  return row ?? null;
}
