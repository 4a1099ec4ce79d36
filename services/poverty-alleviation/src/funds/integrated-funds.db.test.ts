import { randomUUID } from 'node:crypto';
import { type Principal, scopeOf } from '@junxian/identity';
import { followRegionChanges, receiveRegionChange } from '@junxian/region-changes';
import { rule } from '@junxian/test-kit';
import { regionFollowing } from '../region-changes/following';
import { scopes } from '../service-scopes';
import { recountReports } from '../statistics/recounts.service';
import { officer, openStore, type TestStore } from '../testing/store.support.test';
import { as, FUND, PLACES } from './funds.fixture';
import type { IntegratedLine } from './integrated.rules';
import type { IntegratedInput } from './integrated-funds.service';
import { readCountySums, readReport, readReportLines } from './integrated-funds.store';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterEach(() => store.adminQuery('TRUNCATE integrated_fund_report CASCADE'));
afterAll(() => store.close());

const line = (
  planned: string,
  integrated: string,
  spent: string,
  changes: Partial<IntegratedLine> = {},
): IntegratedLine => ({
  tier: 'CENTRAL',
  programme: 'POVERTY_ALLEVIATION',
  direction: 'AGRICULTURAL_PRODUCTION',
  planned,
  integrated,
  spent,
  ...changes,
});
const report = (changes: Partial<IntegratedInput> = {}): IntegratedInput => ({
  regionCode: PLACES.county,
  year: 2017,
  period: 'Q3',
  lines: [line('100', '80', '60')],
  ...changes,
});
const save = (changes: Partial<IntegratedInput> = {}, who: Principal = FUND.county) =>
  as(store, who, (tx) => store.services.integratedFunds.save(tx, report(changes)));
const submit = (id: string, version: number, who: Principal = FUND.county) =>
  as(store, who, (tx) => store.services.integratedFunds.submit(tx, id, version));
const giveBack = (id: string, version: number, who: Principal, reason = '第二行金额有误') =>
  as(store, who, (tx) =>
    store.services.integratedFunds.giveBack(tx, id, { expectedVersion: version, reason }),
  );
const read = (id: string, who: Principal = FUND.county) =>
  store.database.read(scopeOf(who), async (tx) => ({
    report: await readReport(tx, id),
    lines: (await readReportLines(tx, [id])).get(id) ?? [],
  }));

rule('PA-FD-07', 'one report for a county, year and period, whoever saves it at once', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => save()));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(new Set(outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : [])))).toEqual(
    new Set(['STALE_VERSION']),
  );
  // Another period, year and county have reports of their own; a city has none.
  await save({ period: 'Q4' });
  await save({ year: 2016 });
  await save({ regionCode: PLACES.nextCounty }, FUND.nextCounty);
  await expect(save({ regionCode: PLACES.city }, FUND.city)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    field: 'input.regionCode',
  });
  await expect(save({ regionCode: PLACES.county }, FUND.city)).rejects.toMatchObject({
    code: 'OUT_OF_REGION',
  });

  const id = (outcomes.find(({ status }) => status === 'fulfilled') as PromiseFulfilledResult<string>).value;
  await expect(save({ lines: [line('100', '80', '80.0001')], expectedVersion: 1 })).rejects.toMatchObject({
    code: 'OVER_LIMIT',
  });
  const lines = [
    line('100', '100', '100'),
    line('7', '0', '0', { programme: 'RURAL_ROADS' }),
    line('5', '5', '5', { tier: 'COUNTY' }),
  ];
  expect(await save({ lines: [lines[2]!, lines[1]!, lines[0]!], expectedVersion: 1 })).toBe(id);
  expect((await read(id)).lines.map(({ tier, programme, planned }) => [tier, programme, planned])).toEqual([
    ['CENTRAL', 'POVERTY_ALLEVIATION', '100.0000'],
    ['CENTRAL', 'RURAL_ROADS', '7.0000'],
    ['COUNTY', 'POVERTY_ALLEVIATION', '5.0000'],
  ]);
});

rule('PA-FD-08', 'the province sees the sum of the counties that reported beside its own', async () => {
  const first = await save();
  const second = await save(
    { regionCode: PLACES.nextCounty, lines: [line('10.0001', '10', '0')] },
    FUND.nextCounty,
  );
  await save({ regionCode: PLACES.county, period: 'Q4' });
  await submit(first, 1);
  const shandong = officer('370102000000', 'COUNTY', 'FUND');
  const elsewhere = await save({ regionCode: '370102000000' }, shandong);
  await submit(elsewhere, 1, shandong);
  const province = await save(
    { regionCode: PLACES.province, lines: [line('110.0001', '90', '60')] },
    FUND.province,
  );
  const sums = async () =>
    (await store.database.read(scopeOf(FUND.province), (tx) => readCountySums(tx, [province]))).get(province);
  expect(await sums()).toEqual({
    submittedCounties: 1,
    draftCounties: 1,
    lines: [line('100.0000', '80.0000', '60.0000')],
  });
  await submit(second, 1, FUND.nextCounty);
  expect(await sums()).toEqual({
    submittedCounties: 2,
    draftCounties: 0,
    lines: [line('110.0001', '90.0000', '60.0000')],
  });
});

rule('PA-FD-09', 'what was submitted is read-only until a level above returns it', async () => {
  const id = await save();
  await expect(giveBack(id, 1, FUND.city)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  await expect(submit(id, 1, FUND.city)).rejects.toMatchObject({ code: 'OUT_OF_REGION' });
  await submit(id, 1);
  await expect(save({ expectedVersion: 2 })).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  await expect(submit(id, 2)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  await expect(giveBack(id, 2, FUND.county)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(giveBack(id, 2, FUND.nextCounty)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(giveBack(id, 2, FUND.province, ' ')).rejects.toMatchObject({ code: 'REASON_REQUIRED' });
  await expect(giveBack(id, 1, FUND.province)).rejects.toMatchObject({ code: 'STALE_VERSION' });
  await giveBack(id, 2, FUND.province);
  expect((await read(id)).report).toMatchObject({
    status: 'DRAFT',
    submittedAt: null,
    returnReason: '第二行金额有误',
    version: 3,
  });
  await save({ expectedVersion: 3, lines: [line('100', '80', '61')] });
  await submit(id, 4);
  const events = await store.adminQuery<{ status: string }>(
    `SELECT envelope::jsonb->'data'->>'status' AS status FROM outbox WHERE envelope::jsonb->'data'->>'reportId' = $1 ORDER BY position`,
    [id],
  );
  expect(events.map(({ status }) => status)).toEqual(['DRAFT', 'SUBMITTED', 'DRAFT', 'DRAFT', 'SUBMITTED']);
  // A province’s own report is returned by the nation only.
  const ours = await save({ regionCode: PLACES.province }, FUND.province);
  await submit(ours, 1, FUND.province);
  await expect(giveBack(ours, 2, FUND.province)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await giveBack(ours, 2, FUND.nation);
});

describe('counties that were merged', () => {
  let others: TestStore;
  // What a store knows of regions stays known to it.
  beforeEach(async () => {
    others = store;
    store = await openStore();
  });
  afterEach(async () => {
    await store.close();
    store = others;
  });
  const merge = async () => {
    const { database, clock } = store;
    await database.write(scopes.followRegionChanges(), (tx) =>
      receiveRegionChange(tx, {
        data: {
          changeId: randomUUID(),
          kind: 'MERGE',
          from: [PLACES.nextCounty],
          to: [PLACES.county],
          effectiveDate: '2017-11-01',
          moves: [{ from: PLACES.nextCounty, to: PLACES.county, level: 'COUNTY' }],
        },
        time: '2017-11-01T00:00:00+08:00',
      }),
    );
    await followRegionChanges(database, clock, regionFollowing);
  };
  const amounts = (planned: string) => [line(planned, '0', '0')];
  const planned = async (province: string) => {
    const sums = await store.database.read(scopeOf(FUND.province), (tx) => readCountySums(tx, [province]));
    const { lines, submittedCounties, draftCounties } = sums.get(province)!;
    return [lines.map((one) => one.planned), submittedCounties, draftCounties];
  };
  const figures = async () => {
    const [row] = await store.adminQuery<{ ids: string[] }>(
      `SELECT array_agg(DISTINCT id) AS ids FROM integrated_fund_report WHERE level = 'COUNTY'`,
    );
    await store.database.write(scopes.followRegionChanges(), (tx) => recountReports(tx, row!.ids));
    const [counted] = await store.adminQuery<{ planned: string | null }>(
      `SELECT sum(l.planned)::text AS planned FROM integrated_fund_line l
       WHERE l.id::text IN (SELECT source_id FROM statistic_contribution WHERE kind = 'INTEGRATED_LINE')`,
    );
    return counted!.planned;
  };

  rule(
    ['PA-FD-07', 'PA-FD-08', 'PA-ST-14'],
    'count each by its own report, until the new one reports of the whole for the same period: then once',
    async () => {
      const ours = await save({ lines: amounts('100') });
      await submit(ours, 1);
      const theirs = await save({ regionCode: PLACES.nextCounty, lines: amounts('10') }, FUND.nextCounty);
      await submit(theirs, 1, FUND.nextCounty);
      const province = await save({ regionCode: PLACES.province, lines: amounts('110') }, FUND.province);
      await merge();
      expect(await planned(province)).toEqual([['110.0000'], 2, 0]);
      // One report a period: the county's own is corrected, after the level above returned it.
      await expect(save({ expectedVersion: 2 })).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
      await giveBack(ours, 2, FUND.city);
      expect(await save({ expectedVersion: 3, lines: amounts('112') })).toBe(ours);
      store.clock.set('2017-11-20T10:00:00+08:00');
      await submit(ours, 4);
      expect(await planned(province)).toEqual([['112.0000'], 1, 0]);
      expect(await figures()).toBe('112.0000');
      // Nor does the former one come back while the whole is corrected.
      store.clock.set('2017-11-20T11:00:00+08:00');
      await giveBack(ours, 5, FUND.city);
      expect(await planned(province)).toEqual([[], 0, 1]);
      expect(await figures()).toBeNull();
    },
  );

  rule(
    'PA-FD-07',
    'have one report a period: what a former one left unfinished is not submitted beside it',
    async () => {
      const theirs = await save({ regionCode: PLACES.nextCounty, lines: amounts('10') }, FUND.nextCounty);
      const ours = await save({ lines: amounts('100') });
      await merge();
      // The county's own is the one that is found, though the other is older.
      expect(await save({ expectedVersion: 1, lines: amounts('112') })).toBe(ours);
      await submit(ours, 2);
      await expect(submit(theirs, 1)).rejects.toMatchObject({ code: 'STATE_CONFLICT', field: 'id' });
      await expect(save({ expectedVersion: 1 })).rejects.toMatchObject({ code: 'STALE_VERSION' });
      await expect(save({ expectedVersion: 3 })).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    },
  );
});
