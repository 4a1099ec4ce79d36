import { ancestorsByCode, levelOfCode } from '@junxian/administrative-region';
import { scopeOf } from '@junxian/identity';
import { countStatements } from '@junxian/test-kit';
import { seedHouseholds } from '../../bench/seed-households';
import { scopes } from '../service-scopes';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { rebuildCounters, recountHouseholds } from './counters.service';
import { summaryLoader } from './poverty-summary.loader';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

let serial = 0;
const identify = (village: string, persons: number) =>
  store.identify(
    householdForm(
      village,
      Array.from({ length: persons }, (_, index) =>
        memberForm(++serial, { relationToHead: index === 0 ? 'HEAD' : 'OTHER' }),
      ),
    ),
  );
const counters = () =>
  store.adminQuery(
    `SELECT year, region_code, region_level, dimension, households::int, persons::int FROM poverty_counter
     WHERE households <> 0 OR persons <> 0 ORDER BY year, region_code, dimension`,
  );
const figure = async (code: string, dimension = 'POVERTY_STATUS:0', year = 2017) =>
  (
    await store.adminQuery<{ households: string; persons: string }>(
      'SELECT households, persons FROM poverty_counter WHERE region_code = $1 AND dimension = $2 AND year = $3',
      [code, dimension, year],
    )
  ).map(({ households, persons }) => [Number(households), Number(persons)])[0] ?? [0, 0];
const recount = (ids: string[], year = 2017) =>
  store.database.write(scopes.rebuildCounters(), (tx) =>
    recountHouseholds(
      tx,
      ids.map((householdId) => ({ householdId, year })),
    ),
  );
const rebuild = (year: number) =>
  store.database.write(scopes.rebuildCounters(), (tx) => rebuildCounters(tx, year));

it.each(['140215100001', '441900003001', '429004001001', '110101001001', '469001100200'])(
  'SQL and TypeScript name the same ancestors of %s',
  async (code) => {
    const rows = await store.adminQuery('SELECT * FROM region_ancestors($1)', [code]);
    expect(rows).toEqual(
      ancestorsByCode(code).map((ancestor) => ({
        region_code: ancestor,
        region_level: levelOfCode(ancestor),
      })),
    );
  },
);

describe('counters', () => {
  const ids: string[] = [];

  it('count a household in its village and in every ancestor up to the nation', async () => {
    ids.push(
      await identify(VILLAGES.yunzhou1, 3),
      await identify(VILLAGES.yunzhou2, 2),
      await identify(VILLAGES.shandong, 1),
    );
    await recount(ids);
    expect(await figure('000000000000')).toEqual([3, 6]);
    expect(await figure('140000000000')).toEqual([2, 5]);
    expect(await figure('140200000000')).toEqual([2, 5]);
    expect(await figure('140215000000')).toEqual([2, 5]);
    expect(await figure('140215100000')).toEqual([2, 5]);
    expect(await figure(VILLAGES.yunzhou1)).toEqual([1, 3]);
    expect(await figure(VILLAGES.yunzhou2)).toEqual([1, 2]);
    expect(await figure('370000000000')).toEqual([1, 1]);
    expect(await counters()).toHaveLength(1 + 3 + 1 + 1 + 2 + 5 - 1);
  });

  it('take no notice of an event that comes twice, or together with itself', async () => {
    const before = await counters();
    await recount(ids);
    await recount([...ids, ...ids]);
    await Promise.all(Array.from({ length: 8 }, () => recount(ids)));
    expect(await counters()).toEqual(before);
  });

  it('follow a change of status and of members', async () => {
    await store.adminQuery(
      `UPDATE household_year_record SET poverty_status = '1', member_count = 5 WHERE household_id = $1`,
      [ids[0]],
    );
    await recount(ids);
    expect(await figure('140215000000')).toEqual([1, 2]);
    expect(await figure('140215000000', 'POVERTY_STATUS:1')).toEqual([1, 5]);
  });

  it('no longer count a closed household, but do so in the years before', async () => {
    await store.adminQuery(
      `INSERT INTO household_year_record SELECT (jsonb_populate_record(r, '{"year": 2016}')).* FROM household_year_record r WHERE household_id = $1`,
      [ids[2]],
    );
    await store.adminQuery(`UPDATE household SET file_status = 'CLOSED', closed_year = 2017 WHERE id = $1`, [
      ids[2],
    ]);
    await recount(ids);
    await recount(ids, 2016);
    expect(await figure('370000000000')).toEqual([0, 0]);
    expect(await figure('370000000000', 'POVERTY_STATUS:0', 2016)).toEqual([1, 1]);
  });

  it('a rebuild gives the same figures, also while events are still on their way', async () => {
    const before = await counters();
    await rebuild(2017);
    await rebuild(2016);
    expect(await counters()).toEqual(before);
    const late = await identify(VILLAGES.yungang, 4);
    await rebuild(2017);
    expect(await figure('140214000000')).toEqual([1, 4]);
    await recount([late]);
    expect(await figure('140214000000')).toEqual([1, 4]);
  });

  it('a rebuild repairs figures that went wrong', async () => {
    const before = await counters();
    await store.adminQuery('UPDATE poverty_counter SET households = households + 7');
    await store.adminQuery('DELETE FROM counter_contribution');
    await rebuild(2017);
    await rebuild(2016);
    expect(await counters()).toEqual(before);
  });

  it('batches that run at the same time add up', async () => {
    const more = await Promise.all(Array.from({ length: 12 }, () => identify(VILLAGES.yunzhouOther, 1)));
    await Promise.all(more.map((id) => recount([id])));
    expect(await figure('140215102000')).toEqual([12, 12]);
    const before = await counters();
    await rebuild(2017);
    expect(await counters()).toEqual(before);
  });

  it('many households are counted in one go like one by one', async () => {
    await seedHouseholds(store, { count: 500, perVillage: 20, year: 2015 });
    await rebuild(2015);
    const rebuilt = await counters();
    await store.adminQuery('DELETE FROM counter_contribution WHERE year = 2015');
    await store.adminQuery('DELETE FROM poverty_counter WHERE year = 2015');
    const seeded = await store.adminQuery<{ household_id: string }>(
      'SELECT household_id FROM household_year_record WHERE year = 2015',
    );
    for (let at = 0; at < seeded.length; at += 120) {
      await recount(
        seeded.slice(at, at + 120).map(({ household_id }) => household_id),
        2015,
      );
    }
    expect(await counters()).toEqual(rebuilt);
    expect(await figure('000000000000', 'POVERTY_STATUS:0', 2015)).toEqual([125, 250]);
  });
});

describe('summaries', () => {
  const load = (principal: ReturnType<typeof officer>, keys: { regionCode: string; year: number }[]) =>
    store.database.read(scopeOf(principal), (tx) =>
      summaryLoader(scopeOf(principal), async () => tx).loadMany(keys),
    );
  const county = officer('140215000000', 'COUNTY', 'VIEWER');

  it('come for any number of regions from one statement', async () => {
    const codes = ['140215000000', '140215100000', '140215102000', VILLAGES.yunzhou1, '140215999000'];
    const work = (count: number) =>
      countStatements(store.database, () =>
        load(
          county,
          codes.slice(0, count).map((regionCode) => ({ regionCode, year: 2017 })),
        ),
      );
    const one = await work(1);
    const five = await work(5);
    expect(five.statements).toBe(one.statements);
    expect(
      five.result.map((summary) => (summary as { poor: { households: number } }).poor.households),
    ).toEqual([13, 1, 12, 0, 0]);
  });

  it('are null outside the region and for a year without data', async () => {
    const keys = ['140200000000', '000000000000', '140214000000', '370000000000'].map((regionCode) => ({
      regionCode,
      year: 2017,
    }));
    expect(await load(county, keys)).toEqual([null, null, null, null]);
    expect(await load(county, [{ regionCode: '140215000000', year: 2013 }])).toEqual([null]);
  });

  it('give the incidence once the population is known', async () => {
    const key = { regionCode: '140215000000', year: 2017 };
    expect(await load(county, [key])).toMatchObject([{ incidence: null }]);
    await store.adminQuery(
      `INSERT INTO poverty_counter VALUES (2017, '140215000000', 'COUNTY', 'POPULATION', 400, 1300)`,
    );
    expect(await load(county, [key])).toMatchObject([
      { poor: { households: 13, persons: 14 }, incidence: '1.08' },
    ]);
    await rebuild(2017);
    expect(await load(county, [key])).toMatchObject([{ incidence: '1.08' }]);
  });
});
