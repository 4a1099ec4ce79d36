import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { scopeOf } from '@junxian/identity';
import { testKeys } from '@junxian/test-kit';
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

it('every table of 3.11 has figures of the demonstration for the province', async () => {
  const empty: StatTable[] = [];
  for (const table of Object.keys(STAT_TABLES) as StatTable[]) {
    const found = await figures(store, table, SHANXI);
    if (Object.values(found).every((value) => value === null)) empty.push(table);
  }
  expect(empty).toEqual([]);
});

it('the figures of 2017 are those of the story', async () => {
  expect(await figures(store, 'POOR_VILLAGES', SHANXI)).toMatchObject({
    'village.poor': '8',
    'village.undelisted': '5',
    'village.delisted': '3',
  });
  expect(await figures(store, 'RETURNED', SHANXI)).toMatchObject({ 'returned.h': '5' });
  expect(await figures(store, 'NATURAL_CHANGE', SHANXI)).toMatchObject({
    'natural.added': '7',
    'natural.added.reason.01': '4',
    'natural.reduced': '4',
    'natural.closed': '1',
    'natural.split': '2',
  });
  expect(await figures(store, 'DUPLICATE_NUMBERS', SHANXI)).toMatchObject({
    'duplicate.number': '2',
    'duplicate.person': '4',
    'duplicate.number.class.SAME_COUNTY': '1',
    'duplicate.number.class.SAME_PROVINCE': '1',
  });
  const net = await figures(store, 'NET_DECREASE', SHANXI);
  const sum = (...names: string[]) =>
    names.reduce((total, name) => total + Number(net[`net.${name}`] ?? 'absent'), 0);
  expect(sum('opening', 'new', 'returned', 'increase') - sum('exited', 'decrease', 'cleared')).toBe(
    sum('closing'),
  );
  expect(sum('netDecrease')).toBeGreaterThan(0);
});

it('the answer that the README shows is the one of the demonstration', async () => {
  const readme = readFileSync(join(__dirname, '..', '..', '..', '..', 'README.md'), 'utf8');
  const { 'poor.h': households, 'poor.p': persons } = await figures(store, 'POOR_HOUSEHOLDS', YUNZHOU);
  expect(readme).toContain(`"povertySummary":{"poor":{"households":${households},"persons":${persons}}}`);
});

/** The lists of 3.10 that are asked for a county, not for the province. */
const OF_A_COUNTY = new Set<ExportList>(['HOUSEHOLDS', 'HOUSEHOLDS_WITHOUT_HELPER']);
const LISTS = {
  'PA-QY-01': ['HOUSEHOLDS'],
  'PA-QY-02': ['VILLAGES', 'COUNTIES', 'NATURAL_VILLAGES'],
  'PA-QY-03': ['CLOSED_HOUSEHOLDS'],
  'PA-QY-04': ['HOUSEHOLD_CHANGES', 'VILLAGE_CHANGES', 'COUNTY_CHANGES'],
  'PA-QY-05': ['FUND_SUMMARY', 'FUND_ARRIVALS', 'FUND_ALLOCATIONS'],
  'PA-QY-06': ['PROJECTS'],
  'PA-QY-07': ['RELOCATION_BENEFICIARIES'],
  'PA-QY-08': ['RELOCATION_WAYS'],
  'PA-QY-09': ['UNIT_PAIRINGS', 'HELPER_PAIRINGS', 'HOUSEHOLDS_WITHOUT_HELPER'],
  'PA-QY-10': ['DUPLICATES'],
  'PA-QY-12': ['PROJECT_DISCLOSURES', 'FUND_DISCLOSURES'],
} as const satisfies Record<string, readonly ExportList[]>;

it.each(Object.entries(LISTS))(
  '%s: %j show something of the demonstration to the province',
  async (_, lists) => {
    for (const list of lists) expect([list, (await exported(list)) > 0]).toEqual([list, true]);
  },
);

/** How many rows a list has for the province, as it is exported. */
async function exported(list: ExportList): Promise<number> {
  const { exports } = store.services;
  const filter = { year: 2017, region: OF_A_COUNTY.has(list) ? YUNZHOU : SHANXI };
  const { url } = await store.database.write(scopeOf(province), (tx) =>
    exports.requestList(tx, { list, filter, format: 'CSV', reveal: false }, province),
  );
  const output = new PassThrough();
  const { write } = await exports.open(url.split('/').at(-1)!);
  const [sheet] = await Promise.all([text(output), write(output)]);
  return sheet.split('\r\n').filter((line) => /^\d+,/.test(line)).length;
}
