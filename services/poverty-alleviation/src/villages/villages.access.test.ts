import { type Principal, scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { rule } from '@junxian/test-kit';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { oldPoorVillage, poorVillageForm } from '../testing/villages.support.test';

const COUNTY = '140215000000';
const NEXT = '140214000000';
const VILLAGE = VILLAGES.yunzhou1;
const NATURAL = `${VILLAGE}01`;
const TABLES = [
  'poor_village',
  'village_year_record',
  'county_year_record',
  'natural_village',
  'natural_village_year_record',
  'village_history',
];

let store: TestStore;
let id: string;
beforeAll(async () => {
  store = await openStore();
  id = await oldPoorVillage(store, VILLAGE, [2016, 2017]);
  const county = (role: string) => officer(COUNTY, 'COUNTY', role);
  await as(county('MANAGER'), (tx) =>
    store.services.countyRecords.save(tx, { year: 2017, countyCode: COUNTY, economy: { gdp: '100' } }),
  );
  await as(county('OPERATOR'), (tx) =>
    store.services.naturalVillages.save(tx, { year: 2017, code: NATURAL, name: '演示庄' }),
  );
});
const { ask } = graphOver(() => store);
afterAll(() => store?.close());

const as = <T>(principal: Principal, work: (tx: ScopedTransaction) => Promise<T>) =>
  store.database.write(scopeOf(principal), work);

const MUTATIONS: Record<string, [document: string, input: () => Record<string, unknown>]> = {
  addPoorVillage: [
    'mutation ($input: AddPoorVillageInput!) { addPoorVillage(input: $input) { id } }',
    () => poorVillageForm(VILLAGES.yunzhou2),
  ],
  delistVillage: [
    'mutation ($input: DelistVillageInput!) { delistVillage(input: $input) { id } }',
    () => ({ id, expectedVersion: 1, reason: '达到出列标准' }),
  ],
  cancelDelisting: [
    'mutation ($input: CancelDelistingInput!) { cancelDelisting(input: $input) { id } }',
    () => ({ id, expectedVersion: 1 }),
  ],
  saveVillageRecord: [
    'mutation ($input: SaveVillageRecordInput!) { saveVillageRecord(input: $input) { id } }',
    () => ({ id, year: 2017, expectedVersion: 1, land: { forest: '1' } }),
  ],
  saveCountyRecord: [
    'mutation ($input: SaveCountyRecordInput!) { saveCountyRecord(input: $input) { id } }',
    () => ({ year: 2017, countyCode: COUNTY, expectedVersion: 1, land: { forest: '1' } }),
  ],
  saveNaturalVillage: [
    'mutation ($input: SaveNaturalVillageInput!) { saveNaturalVillage(input: $input) { id } }',
    () => ({ year: 2017, code: NATURAL, expectedVersion: 1, households: 3 }),
  ],
};
const DELETE = `mutation { deleteNaturalVillages(year: 2017, codes: ["${NATURAL}"]) }`;
const snapshot = async () => {
  const rows: Record<string, unknown> = {};
  for (const table of TABLES) {
    rows[table] = await store.adminQuery(
      `SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY to_jsonb(t)::text`,
    );
  }
  return rows;
};

const MAY: Record<string, readonly string[]> = {
  addPoorVillage: ['MANAGER', 'PROVINCE_ADMIN'],
  delistVillage: ['MANAGER', 'PROVINCE_ADMIN'],
  cancelDelisting: ['MANAGER', 'PROVINCE_ADMIN'],
  saveVillageRecord: ['OPERATOR'],
  saveCountyRecord: ['MANAGER', 'PROVINCE_ADMIN'],
  saveNaturalVillage: ['OPERATOR'],
  deleteNaturalVillages: ['OPERATOR'],
};
const ROLES = ['VIEWER', 'OPERATOR', 'MANAGER', 'FUND', 'PROJECT', 'SYSTEM_ADMIN'];

it.each(Object.entries(MAY))('%s is refused to every role but %s', async (mutation, allowed) => {
  const before = await snapshot();
  const [document, input] = MUTATIONS[mutation] ?? [DELETE, () => ({})];
  for (const role of ROLES.filter((one) => !allowed.includes(one))) {
    const { codes } = await ask(officer(COUNTY, 'COUNTY', role), document, { input: input() });
    expect([role, codes]).toEqual([role, ['FORBIDDEN']]);
  }
  expect((await ask(null, document, { input: input() })).codes).toEqual(['UNAUTHENTICATED']);
  expect(await snapshot()).toEqual(before);
});

it('the county next door changes nothing here, whatever its role', async () => {
  const before = await snapshot();
  const neighbour = officer(NEXT, 'COUNTY', 'OPERATOR', 'MANAGER');
  for (const [name, [document, input]] of Object.entries(MUTATIONS)) {
    const { codes } = await ask(neighbour, document, { input: input() });
    expect([name, ['NOT_FOUND', 'OUT_OF_REGION'].includes(String(codes))]).toEqual([name, true]);
  }
  expect((await ask(neighbour, DELETE)).codes).toEqual(['OUT_OF_REGION']);
  expect(await snapshot()).toEqual(before);
});

rule(
  'PA-QS-01',
  'villages, counties and natural villages outside the region are refused, their edges empty',
  async () => {
    const reads = [
      `village(year: 2017, code: "${VILLAGE}") { id }`,
      `poorVillages(year: 2017, region: "${COUNTY}") { nodes { id } }`,
      `county(year: 2017, code: "${COUNTY}") { id }`,
      `counties(year: 2017, region: "${COUNTY}") { nodes { id } }`,
      `naturalVillages(year: 2017, village: "${VILLAGE}") { id }`,
      `naturalVillageRecords(year: 2017, region: "${COUNTY}") { nodes { id } }`,
    ];
    const own = officer(COUNTY, 'COUNTY', 'VIEWER');
    const neighbour = officer(NEXT, 'COUNTY', 'VIEWER');
    for (const read of reads) {
      expect((await ask(own, `query { result: ${read} }`)).codes).toEqual([]);
      expect((await ask(neighbour, `query { result: ${read} }`)).codes).toEqual(['OUT_OF_REGION']);
      expect((await ask(null, `query { result: ${read} }`)).codes).toEqual(['UNAUTHENTICATED']);
    }
    const picker = `query { nonPoorVillages(region: "${COUNTY}") { nodes { code } } }`;
    expect((await ask(officer(NEXT, 'COUNTY', 'MANAGER'), picker)).codes).toEqual(['OUT_OF_REGION']);
    expect((await ask(own, picker)).codes).toEqual(['FORBIDDEN']);

    const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Region { poorVillage(year: 2017) { id } poorCounty(year: 2017) { year } naturalVillages(year: 2017) { code } }
    ... on NaturalVillage { povertyRecord(year: 2017) { surveyName poorHouseholds } } } }`;
    const representations = [
      { __typename: 'Region', code: VILLAGE },
      { __typename: 'Region', code: COUNTY },
      { __typename: 'NaturalVillage', code: NATURAL },
    ];
    expect((await ask(own, entities, { representations })).data!._entities).toEqual([
      { poorVillage: { id }, poorCounty: null, naturalVillages: [{ code: NATURAL }] },
      { poorVillage: null, poorCounty: { year: 2017 }, naturalVillages: [] },
      { povertyRecord: { surveyName: '演示庄', poorHouseholds: 0 } },
    ]);
    const nothing = { poorVillage: null, poorCounty: null, naturalVillages: [] };
    expect((await ask(neighbour, entities, { representations })).data!._entities).toEqual([
      nothing,
      nothing,
      { povertyRecord: null },
    ]);
  },
);

describe('with SQL of their own', () => {
  const rowsSeen = (principal: Principal) =>
    as(principal, async (tx) =>
      Promise.all(TABLES.map(async (table) => (await tx.query(`SELECT 1 FROM ${table}`)).length)),
    );
  const changed = (principal: Principal, sql: string) =>
    as(principal, async (tx) => (await tx.query(`${sql} RETURNING 1`)).length);
  const county = (...roles: string[]) => officer(COUNTY, 'COUNTY', ...roles);

  it('officers see the rows of their region only', async () => {
    expect(await rowsSeen(county('VIEWER'))).toEqual([1, 2, 1, 1, 1, 2]);
    expect(await rowsSeen(officer(NEXT, 'COUNTY', 'MANAGER'))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await rowsSeen(officer(VILLAGES.yunzhou2, 'VILLAGE', 'OPERATOR'))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('who may not write a table changes no row of it', async () => {
    for (const table of TABLES) {
      expect(await changed(county('VIEWER', 'FUND', 'PROJECT'), `UPDATE ${table} SET region_epoch = 0`)).toBe(
        0,
      );
    }
    expect(
      await changed(county('OPERATOR'), 'UPDATE poor_village SET delist_year = 2017, delist_reason = 1'),
    ).toBe(0);
    expect(await changed(county('OPERATOR'), 'UPDATE county_year_record SET gdp = 1')).toBe(0);
    expect(await changed(county('MANAGER'), 'UPDATE natural_village SET name = 1')).toBe(0);
    const everything = county('OPERATOR', 'MANAGER', 'PROVINCE_ADMIN');
    expect(await changed(everything, `UPDATE village_history SET reason = 'x'`)).toBe(0);
    for (const table of ['village_history', 'village_year_record', 'county_year_record']) {
      expect(await changed(everything, `DELETE FROM ${table}`)).toBe(0);
    }
  });

  it('no row is put into, or moved to, another region', async () => {
    const insert = `INSERT INTO natural_village (region_code, code, name, created_by, created_at, updated_by, updated_at)
      VALUES ('${VILLAGES.yungang}', '${VILLAGES.yungang}01', 'x', 'x', now(), 'x', now())`;
    await expect(changed(county('OPERATOR'), insert)).rejects.toThrow(/row-level security/);
    await expect(
      changed(county('MANAGER'), `UPDATE poor_village SET region_code = '${VILLAGES.yungang}'`),
    ).rejects.toThrow(/row-level security/);
  });

  rule('PA-YR-05', 'an operator cannot change the attribute of a village', async () => {
    const sql = `UPDATE village_year_record SET village_attribute = '02' WHERE year = 2016`;
    await expect(changed(county('OPERATOR'), sql)).rejects.toThrow(/not changed by an operator/);
  });

  rule('PA-CT-01', 'nobody gives a county another attribute', async () => {
    const everything = county('OPERATOR', 'MANAGER', 'PROVINCE_ADMIN');
    await expect(
      changed(everything, `UPDATE county_year_record SET county_attribute = '01'`),
    ).rejects.toThrow(/not edited/);
    const [made] = await as(everything, (tx) =>
      tx.query(
        `INSERT INTO county_year_record (year, region_code, county_attribute, created_by, created_at, updated_by, updated_at)
         VALUES (2016, '${COUNTY}', '01', 'x', now(), 'x', now()) RETURNING county_attribute`,
      ),
    );
    expect(made).toEqual({ county_attribute: '04' });
  });
});
