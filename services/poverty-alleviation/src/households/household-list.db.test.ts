import { scopeOf } from '@junxian/identity';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { seedHouseholds } from '../../bench/seed-households';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { householdPageQuery } from './household-list.service';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  for (const [village, serials] of [
    [VILLAGES.yunzhou1, [1, 2, 3, 4, 5]],
    [VILLAGES.yunzhou2, [6, 7, 8]],
    [VILLAGES.yunzhouOther, [9, 10]],
    [VILLAGES.yungang, [11, 12]],
    [VILLAGES.shandong, [13]],
  ] as const) {
    for (const serial of serials) {
      await store.identify(
        householdForm(village, [
          memberForm(serial, { name: serial % 2 === 0 ? '王演示' : '李演示' }),
          memberForm(serial + 100, { name: '王小某', relationToHead: 'SON' }),
        ]),
      );
    }
  }
});
const graph = graphOver(() => store);
afterAll(() => store.close());

const yunzhou = officer('140215000000', 'COUNTY', 'VIEWER');
const LIST = `query ($year: Int!, $region: ID, $name: String, $idNumber: String, $first: Int, $after: String) {
  households(year: $year, region: $region, name: $name, idNumber: $idNumber, first: $first, after: $after) {
    nodes { householdNo region { code } record(year: $year) { basic { povertyStatus } members { name } } }
    endCursor hasNextPage } }`;
const ask = (principal: typeof yunzhou, variables: object) =>
  graph.ask(principal, LIST, { year: 2017, ...variables });
const numbers = async (principal: typeof yunzhou, variables: object = {}): Promise<string[] | string> => {
  const { data, errors } = await ask(principal, variables);
  if (errors) return String(errors[0]!.extensions?.code);
  return data!.households.nodes.map(({ householdNo }: { householdNo: string }) => householdNo);
};
const no = (village: string, serial: number) => `${village}0000${serial}`;

rule(
  ['PA-QS-01', 'PA-QS-13'],
  'the list holds the own region and nothing else, in the order of village and number',
  async () => {
    const own = [
      ...[1, 2, 3, 4, 5].map((serial) => no(VILLAGES.yunzhou1, serial)),
      ...[1, 2, 3].map((serial) => no(VILLAGES.yunzhou2, serial)),
      ...[1, 2].map((serial) => no(VILLAGES.yunzhouOther, serial)),
    ];
    expect(await numbers(yunzhou)).toEqual(own);
    expect(await numbers(yunzhou, { region: '140215100000' })).toEqual(own.slice(0, 8));
    expect(await numbers(yunzhou, { region: VILLAGES.yunzhouOther })).toEqual(own.slice(8));
    expect(await numbers(yunzhou, { region: '140214000000' })).toBe('OUT_OF_REGION');
  },
);

scenario(
  'poverty-alleviation',
  1,
  '2014: a province with a name gives results; without name and ID number it is SCOPE_TOO_WIDE',
  async () => {
    const shanxi = officer('140000000000', 'PROVINCE', 'VIEWER');
    await seedHouseholds(store, { count: 10, perVillage: 10, year: 2014, firstVillage: '140215100001' });
    await seedHouseholds(store, { count: 10, perVillage: 10, year: 2014, firstVillage: '370102001008' });
    const found = await numbers(shanxi, { year: 2014, region: '140000000000', name: '王演示甲' });
    expect(found).toEqual([`${VILLAGES.yunzhou1}50001`]);
    expect(await numbers(shanxi, { year: 2014, region: '140000000000' })).toBe('SCOPE_TOO_WIDE');
  },
);

scenario('poverty-alleviation', 2, '2015: a county is SCOPE_TOO_WIDE, a township gives results', async () => {
  const shanxi = officer('140000000000', 'PROVINCE', 'VIEWER');
  expect(await numbers(shanxi, { year: 2015, region: '140215000000' })).toBe('SCOPE_TOO_WIDE');
  await seedHouseholds(store, { count: 3, perVillage: 3, year: 2015, firstVillage: '140215100001' });
  expect(await numbers(shanxi, { year: 2015, region: '140215100000' })).toHaveLength(3);
});

scenario(
  'poverty-alleviation',
  3,
  '2016: a county gives results; a city with an ID number is SCOPE_TOO_WIDE',
  async () => {
    const shanxi = officer('140000000000', 'PROVINCE', 'VIEWER');
    await seedHouseholds(store, { count: 2, perVillage: 2, year: 2016, firstVillage: '140215100001' });
    expect(await numbers(shanxi, { year: 2016, region: '140215000000' })).toHaveLength(2);
    expect(await numbers(shanxi, { year: 2016, region: '140200000000', idNumber: idNumber(1) })).toBe(
      'SCOPE_TOO_WIDE',
    );
  },
);

scenario(
  'poverty-alleviation',
  4,
  'an account of 632121000000 that queries 632122000000 is OUT_OF_REGION',
  async () => {
    expect(await numbers(officer('632121000000', 'COUNTY', 'VIEWER'), { region: '632122000000' })).toBe(
      'OUT_OF_REGION',
    );
  },
);

rule(
  'PA-QS-05',
  'a name narrows the list to households with a member whose name begins so, and widens nothing',
  async () => {
    expect(await numbers(yunzhou, { name: '王演' })).toEqual([
      no(VILLAGES.yunzhou1, 2),
      no(VILLAGES.yunzhou1, 4),
      no(VILLAGES.yunzhou2, 1),
      no(VILLAGES.yunzhou2, 3),
      no(VILLAGES.yunzhouOther, 2),
    ]);
    expect(await numbers(yunzhou, { name: '王' })).toHaveLength(10);
    expect(await numbers(yunzhou, { name: '赵' })).toEqual([]);
    expect(await numbers(yunzhou, { name: '%' })).toEqual([]);
    expect(await numbers(officer('140000000000', 'PROVINCE', 'VIEWER'), { name: '王' })).toBe(
      'SCOPE_TOO_WIDE',
    );
  },
);

rule(
  'PA-QS-01',
  'an ID number finds its household by the blind index, inside the own region only',
  async () => {
    expect(await numbers(yunzhou, { idNumber: idNumber(7).toLowerCase() })).toEqual([
      no(VILLAGES.yunzhou2, 2),
    ]);
    expect(await numbers(yunzhou, { idNumber: `${idNumber(107)}43` })).toEqual([no(VILLAGES.yunzhou2, 2)]);
    expect(await numbers(yunzhou, { idNumber: idNumber(11) })).toEqual([]);
    expect(await numbers(yunzhou, { idNumber: 'nonsense' })).toEqual([]);
  },
);

describe('paging', () => {
  const walk = async (first: number, between?: (page: number) => Promise<void>) => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; ; page++) {
      const { data } = await ask(yunzhou, { first, after });
      const nodes = data!.households.nodes as { householdNo: string }[];
      expect(nodes.length).toBeLessThanOrEqual(first);
      seen.push(...nodes.map(({ householdNo }) => householdNo));
      if (!data!.households.hasNextPage) return seen;
      after = data!.households.endCursor;
      await between?.(page);
    }
  };

  it.each([1, 2, 3, 7, 10, 100])(
    'pages of %i give every household once, across the ties of a village',
    async (first) => {
      expect(await walk(first)).toEqual(await numbers(yunzhou, { first: 100 }));
    },
  );

  it('a household added before the cursor moves no other to another page', async () => {
    const before = await numbers(yunzhou, { first: 100 });
    const seen = await walk(4, async (page) => {
      if (page === 1) await store.identify(householdForm(VILLAGES.yunzhou1, [memberForm(50)]));
    });
    expect(seen).toEqual(before);
    expect(await numbers(yunzhou, { first: 100 })).toHaveLength(before.length + 1);
  });

  it('refuses a page of 101, of none, and a cursor of its own make', async () => {
    expect(await numbers(yunzhou, { first: 101 })).toBe('INVALID_INPUT');
    expect(await numbers(yunzhou, { first: 0 })).toBe('INVALID_INPUT');
    expect(await numbers(yunzhou, { after: 'abc' })).toBe('INVALID_INPUT');
  });
});

it('a page takes the same number of statements whatever its length', async () => {
  const page = (first: number) => countStatements(store.database, () => ask(yunzhou, { first }));
  await page(1);
  const one = await page(1);
  const ten = await page(10);
  expect(ten.result.data!.households.nodes).toHaveLength(10);
  expect(ten.statements).toBe(one.statements);
  // Begin, the scope, page, households, members, commit: the first two travel with the third.
  expect(one.statements).toBe(6);
});

it('without the application’s own range row-level security alone keeps the list inside', async () => {
  const rows = await store.database.read(scopeOf(yunzhou), (tx) =>
    tx.query<{ region_code: string }>('SELECT region_code FROM household_year_record WHERE year = 2017'),
  );
  expect(new Set(rows.map(({ region_code }) => region_code.slice(0, 6)))).toEqual(new Set(['140215']));
});

it('a county page reads the index of its range, not the table, under row-level security', async () => {
  const { select, from, where, parameters } = householdPageQuery({
    year: 2017,
    range: { low: '140215', high: '140216' },
  });
  const plan = await store.database.read(scopeOf(yunzhou), async (tx) => {
    await tx.query('SET LOCAL enable_seqscan = off');
    return tx.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT ${select} FROM ${from} WHERE ${where!.join(' AND ')} ORDER BY r.region_code, r.household_no LIMIT 21`,
      parameters,
    );
  });
  const text = plan.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).toMatch(/Index Scan using household_year_record_page/);
  expect(text).toMatch(/Index Cond: .*region_low.*region_high/);
  expect(text).not.toMatch(/Sort/);
});
