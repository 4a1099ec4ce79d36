import type { Principal } from '@junxian/identity';
import { type KeysetOrder, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { chosenRange } from '../chosen-range.rules';
import {
  FUND_BATCH,
  FUND_TIER,
  FUND_TYPE,
  type FundBatch,
  type FundTier,
  type FundType,
} from '../fund-code-lists';

/** The three lists of PA-QY-05: money by receiver, arrivals, allocation lines. */
export type FundListKind = 'SUMMARY' | 'ARRIVAL' | 'ALLOCATION';

/** What narrows a list; what is absent does not. */
export interface FundListFilter {
  year?: number | null | undefined;
  region?: string | null | undefined;
  fundType?: FundType | null | undefined;
  tier?: FundTier | null | undefined;
  batch?: FundBatch | null | undefined;
  documentNo?: string | null | undefined;
  fromDate?: string | null | undefined;
  toDate?: string | null | undefined;
  /** Only lines that have not arrived in whole. */
  outstanding?: boolean | null | undefined;
}

export interface FundListQuery {
  kind: FundListKind;
  filter?: FundListFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** A row of any of the three lists; what a list does not have is null. */
export interface FundListRowView {
  key: string;
  year: number;
  documentNo: string | null;
  title: string | null;
  batch: FundBatch | null;
  fundType: FundType;
  tier: FundTier;
  fromRegionCode: string | null;
  /** The receiver. */
  regionCode: string;
  allocated: string;
  arrived: string;
  arrivalPercent: string;
  issuedDate: string;
  arrivedDate: string | null;
  voucherNo: string | null;
}

interface Row extends Omit<FundListRowView, 'batch' | 'fundType' | 'tier'> {
  batch: string | null;
  fundType: string;
  tier: string;
}

const PERCENT = (arrived: string, allocated: string) =>
  `round(${arrived} * 100 / ${allocated}, 2)::numeric(7,2) AS "arrivalPercent"`;

/** Allocation lines in sight with their documents, and what arrived of them. */
const LINES = `fund_allocation_line l JOIN fund_allocation d ON d.id = l.fund_allocation_id
  CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0)::numeric(16,4) AS amount, max(arrived_date) AS date FROM fund_arrival
    WHERE fund_allocation_line_id = l.id) AS arrived`;

const DOCUMENT = `d.document_no AS "documentNo", d.title, d.batch, l.fund_type AS "fundType", l.tier,
  l.from_region_code AS "fromRegionCode", l.region_code AS "regionCode", l.amount AS allocated, d.issued_date::text AS "issuedDate"`;

/** What all three lists are narrowed by; `date` and `year` are those that each list goes by. */
const filtered = (date: string, year = 'l.year') => `l.region_code >= $1 AND l.region_code < $2
  AND ($3::int IS NULL OR ${year} = $3) AND ($4::text IS NULL OR l.fund_type = $4) AND ($5::text IS NULL OR l.tier = $5)
  AND ($6::text IS NULL OR d.batch = $6) AND ($7::text IS NULL OR d.document_no = $7)
  AND ($8::date IS NULL OR ${date} >= $8) AND ($9::date IS NULL OR ${date} <= $9)
  AND ($10::boolean IS NOT TRUE OR l.amount > coalesce((SELECT sum(o.amount) FROM fund_arrival o WHERE o.fund_allocation_line_id = l.id), 0))`;

/** By receiver, and each receiver's rows in the order in which they were entered. */
const byReceiver = (alias: string): KeysetOrder[] => [
  { column: 'l.region_code', key: 'regionCode' },
  { column: `${alias}.id`, key: 'key', type: 'uuid' },
];

interface FundList {
  select: string;
  from: string;
  where: string[];
  order: KeysetOrder[];
}

const LISTS: Record<FundListKind, FundList> = {
  ALLOCATION: {
    select: `l.id::text AS key, l.year, ${DOCUMENT}, arrived.amount AS arrived, ${PERCENT('arrived.amount', 'l.amount')},
      arrived.date::text AS "arrivedDate", NULL AS "voucherNo"`,
    from: LINES,
    where: [filtered('d.issued_date')],
    order: byReceiver('l'),
  },
  ARRIVAL: {
    select: `a.id::text AS key, a.year, ${DOCUMENT}, a.amount AS arrived, ${PERCENT('a.amount', 'l.amount')},
      a.arrived_date::text AS "arrivedDate", a.voucher_no AS "voucherNo"`,
    from: `fund_arrival a JOIN fund_allocation_line l ON l.id = a.fund_allocation_line_id
      JOIN fund_allocation d ON d.id = l.fund_allocation_id`,
    where: [filtered('a.arrived_date', 'a.year')],
    order: byReceiver('a'),
  },
  SUMMARY: {
    select: 't.*',
    from: `(SELECT l.region_code || ':' || l.year || ':' || l.fund_type || ':' || l.tier AS key,
        l.year, NULL AS "documentNo", NULL AS title, NULL AS batch, l.fund_type AS "fundType", l.tier, NULL AS "fromRegionCode",
        l.region_code AS "regionCode", sum(l.amount)::numeric(16,4) AS allocated, sum(arrived.amount)::numeric(16,4) AS arrived,
        ${PERCENT('sum(arrived.amount)', 'sum(l.amount)')}, max(d.issued_date)::text AS "issuedDate",
        max(arrived.date)::text AS "arrivedDate", NULL AS "voucherNo"
      FROM ${LINES} WHERE ${filtered('d.issued_date')} GROUP BY l.region_code, l.year, l.fund_type, l.tier) AS t`,
    where: [],
    order: [{ column: 't.key', key: 'key' }],
  },
};

/** Lists money on its way down 资金查询 (PA-QY-05). */
export class FundListService {
  /**
   * One page of a list in one statement, by receiver. Throws INVALID_REGION_CODE, FORBIDDEN for a caller without a region, or INVALID_INPUT
   * on a bad cursor or date.
   */
  async page(
    tx: ScopedTransaction,
    { kind, filter, first, after }: FundListQuery,
    caller: Pick<Principal, 'regionCode' | 'regionLevel'>,
  ): Promise<Page<FundListRowView>> {
    const range = chosenRange(filter?.region, caller);
    const page = await keysetPage<Row>(tx, {
      ...LISTS[kind],
      parameters: [
        range.low,
        range.high,
        filter?.year ?? null,
        filter?.fundType == null ? null : FUND_TYPE.code(filter.fundType),
        filter?.tier == null ? null : FUND_TIER.code(filter.tier),
        filter?.batch == null ? null : FUND_BATCH.code(filter.batch),
        filter?.documentNo?.trim() || null,
        filter?.fromDate ?? null,
        filter?.toDate ?? null,
        filter?.outstanding ?? null,
      ],
      first,
      after,
    });
    return { ...page, nodes: page.nodes.map(rowOf) };
  }
}

function rowOf(row: Row): FundListRowView {
  return {
    ...row,
    batch: row.batch === null ? null : FUND_BATCH.name(row.batch),
    fundType: FUND_TYPE.name(row.fundType),
    tier: FUND_TIER.name(row.tier),
  };
}
