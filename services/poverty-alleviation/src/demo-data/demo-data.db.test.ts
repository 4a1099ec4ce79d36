import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { scopeOf } from '@junxian/identity';
import { rule, testKeys } from '@junxian/test-kit';
import type { ExportList } from '../generated/graphql';
import { createServices } from '../service';
import { delivery } from '../statistics/deliver.fixture';
import { counters, figures, rebuilt } from '../statistics/statistics.fixture';
import { STAT_TABLES, type StatTable } from '../statistics/tables.rules';
import { officer, openStore, type TestStore } from '../testing/store.support.test';
import { loadDemoData } from './demo-data.service';
import { NEIGHBOUR_VILLAGES } from './demo-villages';

const SHANXI = '140000000000';
const YUNZHOU = '140215000000';
const TODAY = '2017-12-28';
/** The story's households, those of Shandong, and two that split off. */
const HOUSEHOLDS = 140 + NEIGHBOUR_VILLAGES.length * 3 + 2;

const province = officer(SHANXI, 'PROVINCE', 'PROVINCE_ADMIN', 'OPERATOR', 'MANAGER', 'FUND', 'PROJECT');

let store: TestStore;
const load = () =>
  loadDemoData(store.database, {
    today: TODAY,
    servicesAt: (clock) =>
      createServices({
        clock,
        database: store.database,
        keys: {
          cipher: testKeys.fieldCipher,
          blindIndexKey: testKeys.blindIndexKey,
          citizenIdKey: testKeys.citizenIdKey,
        },
      }),
  });

beforeAll(async () => {
  store = await openStore();
  store.clock.set(`${TODAY}T10:00:00+08:00`);
  expect(await load()).toBe(HOUSEHOLDS);
  await delivery(store)();
});
afterAll(() => store.close());

it('is played once, leaves the cycle of 2017 behind, and takes its numbers and places from nobody', async () => {
  expect(await load()).toBe(0);
  const [left] = await store.adminQuery(
    `SELECT (SELECT count(*)::int FROM household) AS households,
       (SELECT count(DISTINCT left(region_code, 6))::int FROM household) AS counties,
       (SELECT array_agg(year) FROM survey_year WHERE is_current_cycle) AS cycle,
       (SELECT count(*)::int FROM year_opening WHERE finished_at IS NULL) AS openings,
       (SELECT array_agg(DISTINCT year ORDER BY year) FROM household_year_record) AS years`,
  );
  expect(left).toEqual({
    households: HOUSEHOLDS,
    counties: 5,
    cycle: [2017],
    openings: 0,
    years: [2015, 2016, 2017],
  });
});

it('is left alone where somebody works already', async () => {
  const [before] = await store.adminQuery('SELECT count(*)::int AS n FROM outbox');
  await store.adminQuery('UPDATE survey_year SET is_current_cycle = false WHERE year = 2017');
  expect(await load()).toBe(0);
  await store.adminQuery('UPDATE survey_year SET is_current_cycle = true WHERE year = 2017');
  expect(await store.adminQuery('SELECT count(*)::int AS n FROM outbox')).toEqual([before]);
});

it('the events that were recorded fill the counters: a recount of each year changes none', async () => {
  const counted = await counters(store);
  expect(counted.length).toBeGreaterThan(1000);
  for (const year of [2015, 2016, 2017]) await rebuilt(store, year);
  expect(await counters(store)).toEqual(counted);
});

rule('PA-ST-00', 'every table of 3.11 has figures of the demonstration for the province', async () => {
  const empty: StatTable[] = [];
  for (const table of Object.keys(STAT_TABLES) as StatTable[]) {
    const found = await figures(store, table, SHANXI);
    if (Object.values(found).every((value) => value === null)) empty.push(table);
  }
  expect(empty).toEqual([]);
});

it('the figures tell the story', async () => {
  expect(await figures(store, 'NET_DECREASE', SHANXI)).toEqual({});
  expect(await figures(store, 'POOR_VILLAGES', SHANXI)).toEqual({});
  expect(await figures(store, 'NATURAL_CHANGE', SHANXI)).toEqual({});
  expect(await figures(store, 'RETURNED', SHANXI)).toEqual({});
  expect(await figures(store, 'DUPLICATE_NUMBERS', SHANXI)).toEqual({});
});

const LISTS: Readonly<Record<ExportList, object>> = {
  HOUSEHOLDS: { region: YUNZHOU },
  VILLAGES: {},
  COUNTIES: {},
  NATURAL_VILLAGES: {},
  CLOSED_HOUSEHOLDS: {},
  HOUSEHOLD_CHANGES: {},
  VILLAGE_CHANGES: {},
  COUNTY_CHANGES: {},
  FUND_SUMMARY: {},
  FUND_ARRIVALS: {},
  FUND_ALLOCATIONS: {},
  PROJECTS: {},
  RELOCATION_BENEFICIARIES: {},
  RELOCATION_WAYS: {},
  UNIT_PAIRINGS: {},
  HELPER_PAIRINGS: {},
  HOUSEHOLDS_WITHOUT_HELPER: {},
  DUPLICATES: {},
  PROJECT_DISCLOSURES: {},
  FUND_DISCLOSURES: {},
};

rule(['PA-QY-01', 'PA-QY-02', 'PA-QY-03', 'PA-QY-04', 'PA-QY-05'], 'x', async () => {
  const rows: Record<string, number> = {};
  const { exports } = store.services;
  for (const [list, filter] of Object.entries(LISTS) as [ExportList, object][]) {
    try {
    const { url } = await store.database.write(scopeOf(province), (tx) =>
      exports.requestList(
        tx,
        { list, filter: { year: 2017, ...filter }, format: 'CSV', reveal: false },
        province,
      ),
    );
    const output = new PassThrough();
    const [lines] = await Promise.all([
      text(output),
      (await exports.open(url.split('/').at(-1)!)).write(output),
    ]);
    rows[list] = lines.split('\r\n').filter((line) => /^\d+,/.test(line)).length;
    } catch (e) { console.log(list, e); }
  }
  console.log(rows);
});
