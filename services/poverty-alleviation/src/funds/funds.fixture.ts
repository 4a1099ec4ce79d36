import { type Principal, scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { officer, type TestStore } from '../testing/store.support.test';
import type { AllocationInput } from './allocation.rules';

/** The regions the money of these tests goes through: Shanxi, Datong, two counties of it, a township. */
export const PLACES = {
  province: '140000000000',
  city: '140200000000',
  county: '140215000000',
  nextCounty: '140214000000',
  township: '140215100000',
} as const;

export const FUND = {
  nation: officer('000000000000', 'NATION', 'FUND'),
  province: officer(PLACES.province, 'PROVINCE', 'FUND'),
  city: officer(PLACES.city, 'CITY', 'FUND'),
  county: officer(PLACES.county, 'COUNTY', 'FUND'),
  nextCounty: officer(PLACES.nextCounty, 'COUNTY', 'FUND'),
  township: officer(PLACES.township, 'TOWNSHIP', 'FUND'),
};

/** An allocation in order, from the city to one county. */
export function allocationForm(changes: Partial<AllocationInput> = {}): AllocationInput {
  const lines = changes.lines ?? [{ toRegion: PLACES.county, amount: '500' }];
  return {
    fromRegion: PLACES.city,
    year: 2017,
    documentNo: '同财农〔2017〕1号',
    title: '关于下达2017年财政专项扶贫资金的通知',
    tier: 'CITY',
    fundType: 'DEVELOPMENT',
    batch: 'CURRENT_YEAR',
    issuedDate: '2017-03-01',
    totalAmount: lines.reduce((sum, { amount }) => sum + Number(amount), 0).toFixed(4),
    lines,
    ...changes,
  };
}

/** Runs work as an officer, in one writing transaction. */
export function as<T>(
  store: TestStore,
  principal: Principal,
  work: (tx: ScopedTransaction) => Promise<T>,
): Promise<T> {
  return store.database.write(scopeOf(principal), work);
}

/** Money that has arrived at a county: issued to the city itself, arrived, passed on, arrived. Returns the county's line. */
export async function moneyOfCounty(
  store: TestStore,
  amount: string,
  { arrived = amount, documentNo = '1号', county = PLACES.county as string, fundOfficer = FUND.county } = {},
): Promise<string> {
  const { allocations } = store.services;
  const own = await as(store, FUND.city, (tx) =>
    allocations.allocate(
      tx,
      allocationForm({ documentNo: `本级${documentNo}`, lines: [{ toRegion: PLACES.city, amount }] }),
    ),
  );
  await arrive(store, FUND.city, await lineOf(store, own), amount);
  const down = await as(store, FUND.city, (tx) =>
    allocations.allocate(tx, allocationForm({ documentNo, lines: [{ toRegion: county, amount }] })),
  );
  const line = await lineOf(store, down);
  if (arrived !== '0') await arrive(store, fundOfficer, line, arrived);
  return line;
}

/** Records an arrival of an allocation's money. */
export function arrive(store: TestStore, who: Principal, lineId: string, amount: string): Promise<string> {
  return as(store, who, (tx) =>
    store.services.allocations.recordArrival(tx, { lineId, amount, arrivedDate: '2017-04-01' }),
  );
}

/** The only line of an allocation. */
export async function lineOf(store: TestStore, allocationId: string): Promise<string> {
  const [row] = await store.adminQuery<{ id: string }>(
    'SELECT id FROM fund_allocation_line WHERE fund_allocation_id = $1',
    [allocationId],
  );
  return row!.id;
}

/** Adds an industry project as it stands once approved, past the project room: its own tests show how it gets there. */
export async function project(
  store: TestStore,
  {
    regionCode = PLACES.county as string,
    stage = 'APPROVED',
    approved = '1000',
    spent = '0',
    year = 2017,
  } = {},
): Promise<string> {
  const [row] = await store.adminQuery<{ id: string }>(
    `INSERT INTO project (region_code, project_no, year, type, subtype, stage, name, owner, planned_start, planned_end, content, details,
       budget_total, approval_doc_no, approved_date, approved_amount, spent, created_by, created_at, updated_by, updated_at)
     VALUES ($1, 'T' || gen_random_uuid(), $2, '4', '402', $3, '演示项目', '演示单位', '2017-01-01', '2017-12-31', '演示', '{}',
       greatest($4::numeric, 1), '1号', '2017-02-01', $4, $5, 'test', now(), 'test', now()) RETURNING id`,
    [regionCode, year, stage, approved, spent],
  );
  return row!.id;
}
