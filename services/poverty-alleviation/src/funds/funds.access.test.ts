import { type Principal, scopeOf } from '@junxian/identity';
import type { RunningSubgraph } from '@junxian/subgraph';
import { countStatements, rule, subgraphClient, type TestIssuer, testIssuer } from '@junxian/test-kit';
import { officer, openStore, type TestStore } from '../testing/store.support.test';
import { startTestSubgraph } from '../testing/subgraph.support.test';
import { allocationForm, arrive, as, FUND, lineOf, PLACES, project } from './funds.fixture';

let store: TestStore;
let issuer: TestIssuer;
let running: RunningSubgraph;
/** One document of the city for both counties, of which the first has received 300 in two parts. */
let document: string;
let ofCounty: string;
let arranged: string;

beforeAll(async () => {
  store = await openStore();
  issuer = testIssuer();
  running = await startTestSubgraph(store, issuer);
  const own = await as(store, FUND.city, (tx) =>
    store.services.allocations.allocate(
      tx,
      allocationForm({ documentNo: '本级', lines: [{ toRegion: PLACES.city, amount: '900' }] }),
    ),
  );
  await arrive(store, FUND.city, await lineOf(store, own), '900');
  const lines = [
    { toRegion: PLACES.county, amount: '500' },
    { toRegion: PLACES.nextCounty, amount: '400' },
  ];
  document = await as(store, FUND.city, (tx) =>
    store.services.allocations.allocate(tx, allocationForm({ lines })),
  );
  const [row] = await store.adminQuery<{ id: string }>(
    'SELECT id FROM fund_allocation_line WHERE region_code = $1',
    [PLACES.county],
  );
  ofCounty = row!.id;
  await arrive(store, FUND.county, ofCounty, '100.5');
  await arrive(store, FUND.county, ofCounty, '199.5');
  const projectId = await project(store);
  arranged = await as(store, FUND.county, (tx) =>
    store.services.arranging.arrange(tx, {
      regionCode: PLACES.county,
      year: 2017,
      fundType: 'DEVELOPMENT',
      projectId,
      amount: '50',
      date: '2017-05-01',
    }),
  );
});
afterAll(async () => {
  await running.stop();
  await store.close();
});

const ask = (principal: Principal | null, query: string, variables = {}) =>
  subgraphClient(running.url, issuer, principal).query(query, variables);
const codeOf = async (principal: Principal | null, query: string, variables = {}) =>
  (await ask(principal, query, variables)).errors?.[0]?.extensions?.code;
const viewer = (code: string, level: Parameters<typeof officer>[1]) => officer(code, level, 'VIEWER');

const DOCUMENT = `query ($id: ID!) { fundAllocation(id: $id) { documentNo totalAmount fromRegion { code }
  lines { toRegion { code } amount arrivedAmount arrivals { amount arrivedDate } allocation { documentNo } } } }`;
const LIST = `query ($kind: FundListKind!, $filter: FundListFilter, $first: Int, $after: String) {
  funds(kind: $kind, filter: $filter, first: $first, after: $after) { hasNextPage endCursor nodes {
    documentNo fundType tier batch fromRegion { code } toRegion { code } allocated arrived arrivalPercent issuedDate arrivedDate } } }`;

describe('who sees a document', () => {
  it('issuer and above with all lines, a receiver with its own, nobody else', async () => {
    const seenBy = async (principal: Principal) => {
      const { data, errors } = await ask(principal, DOCUMENT, { id: document });
      expect(errors).toBeUndefined();
      return (
        data!.fundAllocation?.lines.map(
          ({ toRegion, arrivedAmount }: { toRegion: { code: string }; arrivedAmount: string }) =>
            `${toRegion.code} ${arrivedAmount}`,
        ) ?? null
      );
    };
    const both = [`${PLACES.nextCounty} 0.0000`, `${PLACES.county} 300.0000`];
    expect(await seenBy(viewer(PLACES.province, 'PROVINCE'))).toEqual(both);
    expect(await seenBy(viewer(PLACES.city, 'CITY'))).toEqual(both);
    expect(await seenBy(viewer(PLACES.county, 'COUNTY'))).toEqual([both[1]]);
    expect(await seenBy(viewer(PLACES.nextCounty, 'COUNTY'))).toEqual([both[0]]);
    expect(await seenBy(viewer(PLACES.township, 'TOWNSHIP'))).toBeNull();
    expect(await seenBy(viewer('140300000000', 'CITY'))).toBeNull();
  });

  it('balances and arrangements of the own region only', async () => {
    const query = `query ($region: ID!) { fundBalances(year: 2017, region: $region) { fundType available spent region { code } }
      fundArrangements(year: 2017, region: $region) { nodes { id amount spent isCarriedOver } } }`;
    const { data } = await ask(viewer(PLACES.county, 'COUNTY'), query, { region: PLACES.county });
    expect(data).toEqual({
      fundBalances: [
        { fundType: 'DEVELOPMENT', available: '250.0000', spent: '0.0000', region: { code: PLACES.county } },
      ],
      fundArrangements: {
        nodes: [{ id: arranged, amount: '50.0000', spent: '0.0000', isCarriedOver: false }],
      },
    });
    expect(await codeOf(viewer(PLACES.nextCounty, 'COUNTY'), query, { region: PLACES.county })).toBe(
      'OUT_OF_REGION',
    );
    expect(await codeOf(null, query, { region: PLACES.county })).toBe('UNAUTHENTICATED');
  });
});

describe('who writes', () => {
  const ALLOCATE = 'mutation ($input: AllocateFundInput!) { allocateFund(input: $input) { id } }';
  const ARRIVAL = 'mutation ($input: RecordArrivalInput!) { recordArrival(input: $input) { id } }';
  const input = allocationForm({
    fromRegion: PLACES.county,
    documentNo: '乡1号',
    lines: [{ toRegion: PLACES.township, amount: '1' }],
  });
  const arrival = () => ({ lineId: ofCounty, amount: '1', arrivedDate: '2017-05-01' });

  it('the fund officer of the region itself', async () => {
    expect(
      await codeOf(officer(PLACES.county, 'COUNTY', 'OPERATOR', 'MANAGER', 'PROJECT'), ALLOCATE, { input }),
    ).toBe('FORBIDDEN');
    expect(await codeOf(FUND.nextCounty, ALLOCATE, { input })).toBe('OUT_OF_REGION');
    // Above it: in sight, but not its money.
    expect(await codeOf(FUND.city, ALLOCATE, { input })).toBe('OUT_OF_REGION');
    expect(await codeOf(FUND.county, ALLOCATE, { input })).toBeUndefined();

    expect(await codeOf(FUND.city, ARRIVAL, { input: arrival() })).toBe('OUT_OF_REGION');
    expect(await codeOf(FUND.nextCounty, ARRIVAL, { input: arrival() })).toBe('NOT_FOUND');
    expect(await codeOf(officer(PLACES.county, 'COUNTY', 'VIEWER'), ARRIVAL, { input: arrival() })).toBe(
      'FORBIDDEN',
    );
    const remove = 'mutation ($id: ID!) { deleteFundAllocation(id: $id, expectedVersion: 1) }';
    expect(await codeOf(FUND.nextCounty, remove, { id: document })).toBe('OUT_OF_REGION');
    expect(await codeOf(FUND.province, remove, { id: document })).toBe('OUT_OF_REGION');
  });

  it('with a database prompt neither a viewer nor the receiver changes what was given', async () => {
    const raw = (principal: Principal, sql: string) =>
      store.database.write(scopeOf(principal), async (tx) => (await tx.query(sql)).length);
    const raise = `UPDATE fund_allocation_line SET amount = 9999 WHERE region_code = '${PLACES.county}' RETURNING 1`;
    expect(await raw(FUND.county, raise)).toBe(0);
    expect(await raw(FUND.nextCounty, raise)).toBe(0);
    expect(await raw(officer(PLACES.city, 'CITY', 'OPERATOR'), raise)).toBe(0);
    for (const table of ['fund_allocation', 'fund_allocation_line', 'fund_arrival', 'fund_arrangement']) {
      expect(await raw(officer(PLACES.city, 'CITY', 'MANAGER'), `DELETE FROM ${table} RETURNING 1`)).toBe(0);
    }
    for (const table of ['fund_arrival', 'fund_arrangement']) {
      expect(await raw(FUND.nextCounty, `DELETE FROM ${table} RETURNING 1`)).toBe(0);
      expect(await raw(FUND.nextCounty, `SELECT FROM ${table}`)).toBe(0);
    }
    await expect(
      raw(
        FUND.county,
        `INSERT INTO fund_carry_in (region_code, year, fund_type, amount, created_by, created_at)
        VALUES ('${PLACES.county}', 2017, '01', 1000, 'me', now())`,
      ),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(
      raw(
        officer(PLACES.county, 'COUNTY', 'MANAGER'),
        `INSERT INTO fund_arrival (fund_allocation_line_id, region_code, year, fund_type, amount, arrived_date,
        created_by, created_at, updated_by, updated_at) VALUES ('${ofCounty}', '${PLACES.county}', 2017, '01', 1, '2017-05-01', 'me', now(), 'me', now())`,
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });
});

describe('the lists', () => {
  const list = async (kind: string, filter = {}, principal = viewer(PLACES.city, 'CITY')) => {
    const { data, errors } = await ask(principal, LIST, { kind, filter, first: 20 });
    expect(errors).toBeUndefined();
    return data!.funds.nodes as Record<string, unknown>[];
  };
  const short = (rows: Record<string, unknown>[]) =>
    rows.map(
      (row) =>
        `${row.documentNo} ${(row.toRegion as { code: string }).code} ${row.allocated} ${row.arrived} ${row.arrivalPercent} ${row.arrivedDate}`,
    );

  rule(
    'PA-QY-05',
    'summary, arrivals and allocations with document, type, tier, amounts and dates',
    async () => {
      const no = '同财农〔2017〕1号';
      const inCounties = { region: PLACES.county, fundType: 'DEVELOPMENT', year: 2017 };
      expect(short(await list('ALLOCATION', { documentNo: no }))).toEqual([
        `${no} ${PLACES.nextCounty} 400.0000 0.0000 0.00 null`,
        `${no} ${PLACES.county} 500.0000 300.0000 60.00 2017-04-01`,
      ]);
      expect(
        short(await list('ARRIVAL', { ...inCounties, fromDate: '2017-04-01', toDate: '2017-04-01' })),
      ).toEqual([
        `${no} ${PLACES.county} 500.0000 100.5000 20.10 2017-04-01`,
        `${no} ${PLACES.county} 500.0000 199.5000 39.90 2017-04-01`,
      ]);
      expect(await list('SUMMARY', inCounties)).toContainEqual({
        documentNo: null,
        batch: null,
        fromRegion: null,
        fundType: 'DEVELOPMENT',
        tier: 'CITY',
        toRegion: { code: PLACES.county },
        allocated: '500.0000',
        arrived: '300.0000',
        arrivalPercent: '60.00',
        issuedDate: '2017-03-01',
        arrivedDate: '2017-04-01',
      });
      for (const filter of [
        { tier: 'CENTRAL' },
        { batch: 'ADVANCE' },
        { fundType: 'SANXI' },
        { year: 2016 },
        { toDate: '2017-02-28' },
      ]) {
        for (const kind of ['SUMMARY', 'ARRIVAL', 'ALLOCATION']) expect(await list(kind, filter)).toEqual([]);
      }
      expect(short(await list('ALLOCATION', {}, viewer(PLACES.nextCounty, 'COUNTY')))).toEqual([
        `${no} ${PLACES.nextCounty} 400.0000 0.0000 0.00 null`,
      ]);
    },
  );

  it.each(['SUMMARY', 'ARRIVAL', 'ALLOCATION'])('%s is paged without gaps', async (kind) => {
    const all = short(await list(kind));
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const {
        data,
      }: {
        data: Record<
          string,
          { nodes: Record<string, unknown>[]; endCursor: string; hasNextPage: boolean }
        > | null;
      } = await ask(viewer(PLACES.city, 'CITY'), LIST, { kind, first: 1, after });
      const page = data!.funds!;
      paged.push(...short(page.nodes));
      after = page.hasNextPage ? page.endCursor : null;
    } while (after !== null);
    expect(all.length).toBeGreaterThan(1);
    expect(paged).toEqual(all);
  });

  it('a document with many lines takes as many statements as one with few', async () => {
    const statementsOf = async (id: string) => {
      const { result, statements } = await countStatements(store.database, () =>
        ask(viewer(PLACES.city, 'CITY'), DOCUMENT, { id }),
      );
      expect(result.errors).toBeUndefined();
      return statements;
    };
    const [own] = await store.adminQuery<{ id: string }>(
      `SELECT id FROM fund_allocation WHERE document_no = '本级'`,
    );
    // Begin with the scope, document, lines, arrivals, commit.
    expect(await statementsOf(document)).toBe(5);
    expect(await statementsOf(own!.id)).toBe(5);
  });
});
