import { type Principal, scopeOf } from '@junxian/identity';
import { countStatements, rule } from '@junxian/test-kit';
import { officer, openStore, type TestStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { allocationForm, arrive, as, FUND, lineOf, PLACES, project } from './funds.fixture';

let store: TestStore;
/** One document of the city for both counties, of which the first has received 300 in two parts. */
let document: string;
let ofCounty: string;
let arranged: string;

beforeAll(async () => {
  store = await openStore();
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
const { ask } = graphOver(() => store);
afterAll(() => store.close());

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
      for (const kind of ['SUMMARY', 'ARRIVAL', 'ALLOCATION']) {
        const all = await list(kind, { region: PLACES.county });
        expect(all.length).toBeGreaterThan(0);
        for (const row of all)
          expect(row).toMatchObject({ fundType: 'DEVELOPMENT', tier: 'CITY', issuedDate: '2017-03-01' });
        if (kind !== 'SUMMARY')
          expect(all[0]).toMatchObject({ batch: 'CURRENT_YEAR', fromRegion: { code: PLACES.city } });
        for (const filter of [
          { tier: 'CITY' },
          { batch: 'CURRENT_YEAR' },
          { fundType: 'DEVELOPMENT' },
          { year: 2017 },
          { fromDate: '2017-03-01' },
          { toDate: '2017-04-01' },
        ])
          expect([filter, await list(kind, { region: PLACES.county, ...filter })]).toEqual([filter, all]);
      }
      for (const filter of [
        { tier: 'CENTRAL' },
        { batch: 'ADVANCE' },
        { fundType: 'SANXI' },
        { year: 2016 },
        { toDate: '2017-02-28' },
      ]) {
        for (const kind of ['SUMMARY', 'ARRIVAL', 'ALLOCATION']) expect(await list(kind, filter)).toEqual([]);
      }
      // What still waits for its receiver to enter that it arrived, and nothing that has arrived in whole.
      const lines = await list('ALLOCATION', { region: PLACES.city });
      const waiting = lines.filter(({ allocated, arrived }) => allocated !== arrived);
      expect(lines.length).toBeGreaterThan(waiting.length);
      expect(await list('ALLOCATION', { region: PLACES.city, outstanding: true })).toEqual(waiting);
      expect(short(waiting)).toContain(`${no} ${PLACES.county} 500.0000 300.0000 60.00 2017-04-01`);
      for (const kind of ['SUMMARY', 'ARRIVAL']) {
        const open = await list(kind, { region: PLACES.city, outstanding: true });
        expect(open.map(({ toRegion }) => toRegion)).not.toContainEqual({ code: PLACES.city });
        expect(open.length).toBeGreaterThan(0);
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
    expect(await statementsOf(document)).toBe(await statementsOf(own!.id));
  });
});

describe('over the graph', () => {
  const done = async (principal: Principal, field: string, document: string, variables: object) => {
    const { data, errors } = await ask(principal, document, { ...variables });
    expect([field, errors]).toEqual([field, undefined]);
    return data![field];
  };

  rule(
    ['PA-FD-03', 'PA-FD-04', 'PA-FD-05'],
    'a document is corrected and deleted, an arrival withdrawn, an arrangement changed and cancelled',
    async () => {
      const form = (amount: string) =>
        allocationForm({
          fromRegion: PLACES.county,
          documentNo: '乡2号',
          lines: [{ toRegion: PLACES.township, amount }],
        });
      const DOCUMENT_SHOWN = 'id version totalAmount lines { amount }';
      const { id } = await done(
        FUND.county,
        'allocateFund',
        `mutation ($input: AllocateFundInput!) { allocateFund(input: $input) { ${DOCUMENT_SHOWN} } }`,
        { input: form('5') },
      );
      expect(
        await done(
          FUND.county,
          'changeFundAllocation',
          `mutation ($id: ID!, $input: AllocateFundInput!) {
             changeFundAllocation(id: $id, expectedVersion: 1, input: $input) { ${DOCUMENT_SHOWN} } }`,
          { id, input: form('6.5') },
        ),
      ).toEqual({ id, version: 2, totalAmount: '6.5000', lines: [{ amount: '6.5000' }] });
      expect(
        await done(
          FUND.county,
          'deleteFundAllocation',
          'mutation ($id: ID!) { deleteFundAllocation(id: $id, expectedVersion: 2) }',
          { id },
        ),
      ).toBe(true);

      const line = await done(
        FUND.county,
        'recordArrival',
        `mutation ($input: RecordArrivalInput!) { recordArrival(input: $input) {
           id arrivedAmount arrivals { id amount arrivedDate voucherNo version } } }`,
        { input: { lineId: ofCounty, amount: '10', arrivedDate: '2017-05-01', voucherNo: '凭3' } },
      );
      expect(line).toMatchObject({ id: ofCounty, arrivedAmount: '310.0000' });
      const arrival = line.arrivals.at(-1);
      expect(arrival).toMatchObject({ amount: '10.0000', arrivedDate: '2017-05-01', voucherNo: '凭3' });
      expect(
        await done(
          FUND.county,
          'withdrawFundArrival',
          'mutation ($id: ID!) { withdrawFundArrival(id: $id, expectedVersion: 1) { id arrivedAmount arrivals { amount } } }',
          { id: arrival.id },
        ),
      ).toEqual({
        id: ofCounty,
        arrivedAmount: '300.0000',
        arrivals: [{ amount: '100.5000' }, { amount: '199.5000' }],
      });

      expect(
        await done(
          FUND.county,
          'changeFundArrangement',
          `mutation ($id: ID!) { changeFundArrangement(id: $id, expectedVersion: 1, amount: "60.5") {
             id amount fundType date region { code } version } }`,
          { id: arranged },
        ),
      ).toEqual({
        id: arranged,
        amount: '60.5000',
        fundType: 'DEVELOPMENT',
        date: '2017-05-01',
        region: { code: PLACES.county },
        version: 2,
      });
      expect(
        await done(
          FUND.county,
          'cancelFundArrangement',
          'mutation ($id: ID!) { cancelFundArrangement(id: $id, expectedVersion: 2) }',
          { id: arranged },
        ),
      ).toBe(true);
      const left = '{ fundArrangements(year: 2017) { nodes { id } } }';
      expect(await done(FUND.county, 'fundArrangements', left, {})).toEqual({ nodes: [] });
    },
  );

  rule(
    ['PA-FD-07', 'PA-FD-08', 'PA-FD-09'],
    'a county’s report is submitted and returned; the province’s stands beside the sum of its counties’, and what differs is named',
    async () => {
      const REPORT =
        'id version status submittedAt returnReason level region { code } comparison { differs }';
      const save = (principal: Principal, planned: string) =>
        done(
          principal,
          'saveIntegratedFund',
          `mutation ($input: IntegratedFundInput!) { saveIntegratedFund(input: $input) { ${REPORT} } }`,
          {
            input: {
              regionCode: principal.regionCode,
              year: 2017,
              period: 'Q3',
              lines: [
                {
                  tier: 'CENTRAL',
                  programme: 'POVERTY_ALLEVIATION',
                  direction: 'AGRICULTURAL_PRODUCTION',
                  planned,
                  integrated: '80',
                  spent: '60',
                },
              ],
            },
          },
        );
      const submit = (principal: Principal, id: string) =>
        done(
          principal,
          'submitIntegratedFund',
          `mutation ($id: ID!) { submitIntegratedFund(id: $id, expectedVersion: 1) { ${REPORT} } }`,
          { id },
        );
      const county = await save(FUND.county, '100');
      expect(county).toMatchObject({ level: 'COUNTY', status: 'DRAFT', submittedAt: null, comparison: null });
      await save(FUND.nextCounty, '90');
      expect(await submit(FUND.county, county.id)).toMatchObject({
        status: 'SUBMITTED',
        submittedAt: expect.any(String),
        version: 2,
      });
      const { id } = await save(FUND.province, '110.0001');
      const SHOWN = `query ($id: ID!) { integratedFund(id: $id) { lines { planned } comparison {
        submittedCounties draftCounties differs lines { tier programme direction differences
          reported { planned integrated spent } counties { planned integrated spent } } } } }`;
      const { data } = await ask(viewer(PLACES.province, 'PROVINCE'), SHOWN, { id });
      expect(data!.integratedFund).toEqual({
        lines: [{ planned: '110.0001' }],
        comparison: {
          submittedCounties: 1,
          draftCounties: 1,
          differs: true,
          lines: [
            {
              tier: 'CENTRAL',
              programme: 'POVERTY_ALLEVIATION',
              direction: 'AGRICULTURAL_PRODUCTION',
              differences: ['PLANNED'],
              reported: { planned: '110.0001', integrated: '80.0000', spent: '60.0000' },
              counties: { planned: '100.0000', integrated: '80.0000', spent: '60.0000' },
            },
          ],
        },
      });
      expect((await ask(viewer(PLACES.county, 'COUNTY'), SHOWN, { id })).data!.integratedFund).toBeNull();

      const RETURN = `mutation ($id: ID!) {
        returnIntegratedFund(id: $id, expectedVersion: 2, reason: "第二行金额有误") { ${REPORT} } }`;
      expect(await codeOf(FUND.county, RETURN, { id: county.id })).toBe('FORBIDDEN');
      expect(await done(FUND.city, 'returnIntegratedFund', RETURN, { id: county.id })).toMatchObject({
        status: 'DRAFT',
        submittedAt: null,
        returnReason: '第二行金额有误',
        version: 3,
      });
      const list = '{ integratedFunds(year: 2017, status: DRAFT) { nodes { region { code } } } }';
      const { nodes } = await done(viewer(PLACES.province, 'PROVINCE'), 'integratedFunds', list, {});
      expect(nodes.map((one: { region: { code: string } }) => one.region.code).sort()).toEqual([
        PLACES.province,
        PLACES.nextCounty,
        PLACES.county,
      ]);
    },
  );
});
