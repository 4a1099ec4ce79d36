import { randomUUID } from 'node:crypto';
import type { RegionLevel } from '@junxian/administrative-region';
import { scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import {
  followOneBatch,
  followRegionChanges,
  type RegionChange,
  receiveRegionChange,
  regionFollowingFaults,
} from '@junxian/region-changes';
import { rule } from '@junxian/test-kit';
import { unitForm } from '../assistance/assistance.fixture';
import { scopes } from '../service-scopes';
import { rebuildStatistics } from '../statistics/ledger.service';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { keepNaturalVillage, oldPoorVillage, poorVillageForm } from '../testing/villages.support.test';
import { regionFollowing } from './following';

let store: TestStore;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

let serial = 0;
const identify = async (village: string, count = 1) => {
  const ids: string[] = [];
  await keepNaturalVillage(store, `${village}03`);
  for (let index = 0; index < count; index++) {
    ids.push(
      await store.identify(
        householdForm(village, [memberForm(++serial), memberForm(++serial, { relationToHead: 'SON' })], {
          basic: { ...householdForm(village, []).basic, naturalVillageCode: `${village}03` },
        }),
      ),
    );
  }
  return ids;
};
const change = (kind: RegionChange['kind'], given: Partial<RegionChange>): RegionChange => ({
  changeId: randomUUID(),
  kind,
  from: given.moves?.map(({ from }) => from) ?? [],
  to: given.moves?.map(({ to }) => to) ?? [],
  effectiveDate: '2018-01-01',
  moves: [],
  ...given,
});
const move = (from: string, to: string, level: RegionLevel) => ({ from, to, level });
const receive = (data: RegionChange) =>
  store.database.write(scopes.followRegionChanges(), (tx) =>
    receiveRegionChange(tx, { data, time: '2018-01-01T00:00:00+08:00' }),
  );
const follow = (batchSize = 500) =>
  followRegionChanges(store.database, store.clock, regionFollowing, { batchSize });
const codes = async (table: string, column = 'region_code') =>
  (
    await store.adminQuery<{ code: string; n: number }>(
      `SELECT ${column} AS code, count(*)::int AS n FROM ${table} GROUP BY 1 ORDER BY 1`,
    )
  ).map(({ code, n }) => `${code} ${n}`);
const TABLES = ['household', 'household_year_record', 'household_status_history', 'statistic_contribution'];
const figures = async () =>
  Object.fromEntries(
    (
      await store.adminQuery<{ region_code: string; text: string }>(
        `SELECT region_code, count || '/' || amount AS text FROM statistic_counter WHERE cell = 'poor' AND count <> 0 ORDER BY 1`,
      )
    ).map(({ region_code, text }) => [region_code, text]),
  );
const county = '140215000000';

it('a re-coded county: every row follows, no figure changes, ancestors stay right, scopes agree', async () => {
  const ids = [...(await identify(VILLAGES.yunzhou1, 3)), ...(await identify(VILLAGES.yunzhouOther, 2))];
  await identify(VILLAGES.yungang);
  await store.deliver();
  const before = await figures();
  await receive(change('RECODE', { moves: [move(county, '140299000000', 'COUNTY')] }));
  await follow(2);

  for (const table of TABLES) {
    expect(await codes(table)).toEqual(['140214001002 1', '140299100001 3', '140299102200 2']);
  }
  for (const table of ['member', 'member_year_record']) {
    expect(await codes(table)).toEqual(['140214001002 2', '140299100001 6', '140299102200 4']);
  }
  expect(await codes('household_year_record', 'natural_village_code')).toEqual([
    '14021400100203 1',
    '14029910000103 3',
    '14029910220003 2',
  ]);
  const renamed = Object.fromEntries(
    Object.entries(before).map(([code, text]) => [code.replace(/^140215/, '140299'), text]),
  );
  expect(await figures()).toEqual(renamed);
  await store.database.write(scopes.rebuildCounters(), (tx) => rebuildStatistics(tx, 2017));
  expect(await figures()).toEqual(renamed);

  const seenBy = async (code: string) =>
    (
      await store.database.read(scopeOf(officer(code, 'COUNTY')), (tx) =>
        tx.query<{ id: string }>('SELECT id FROM household ORDER BY id'),
      )
    ).map(({ id }) => id);
  expect(await seenBy('140299000000')).toEqual([...ids].sort());
  expect(await seenBy(county)).toEqual([]);
});

it('the household number stays, is not used again, and new households take the new code', async () => {
  const [id] = await identify(VILLAGES.yunzhou1);
  await receive(change('RECODE', { moves: [move(county, '140299000000', 'COUNTY')] }));
  await follow();
  const [row] = await store.adminQuery('SELECT household_no, region_code FROM household WHERE id = $1', [id]);
  expect(row).toEqual({ household_no: `${VILLAGES.yunzhou1}00001`, region_code: '140299100001' });
  const form = (village: string) => householdForm(village, [memberForm(++serial)]);
  await expect(store.identify(form(VILLAGES.yunzhou1))).rejects.toMatchObject({
    code: 'INVALID_REGION_CODE',
  });
  await store.identify(form('140299100001'));
  // The old code comes back for another village.
  await receive(change('CREATE', { to: [VILLAGES.yunzhou1] }));
  await store.identify(form(VILLAGES.yunzhou1));
  const numbers = await store.adminQuery<{ household_no: string }>(
    'SELECT household_no FROM household ORDER BY 1',
  );
  expect(numbers.map(({ household_no }) => household_no)).toEqual([
    `${VILLAGES.yunzhou1}00001`,
    `${VILLAGES.yunzhou1}00002`,
    '14029910000100001',
  ]);
});

it('while two codes are being swapped nobody meets the other village under one of them', async () => {
  const [householdId] = (await identify(VILLAGES.yunzhou2)) as [string];
  await oldPoorVillage(store, VILLAGES.yunzhou1, [2017]);
  await receive(
    change('RECODE', {
      moves: [
        move(VILLAGES.yunzhou1, VILLAGES.yunzhou2, 'VILLAGE'),
        move(VILLAGES.yunzhou2, VILLAGES.yunzhou1, 'VILLAGE'),
      ],
    }),
  );
  const { services } = store;
  const manager = officer(county, 'COUNTY', 'MANAGER');
  const province = officer('140000000000', 'PROVINCE', 'PROVINCE_ADMIN', 'SYSTEM_ADMIN');
  const [villageCode, year] = [VILLAGES.yunzhou2, 2017];
  const asOperator = (work: (tx: ScopedTransaction) => Promise<unknown>) =>
    store.database.write(scopeOf(officer(county, 'COUNTY', 'OPERATOR')), work);
  const unitId = String(await asOperator((tx) => services.assistanceUnits.save(tx, unitForm())));
  const team = { name: '示例驻村工作队', villageCode, dispatchUnitId: unitId, members: [] };
  const doors: [string, Promise<unknown>][] = [
    [
      'householdId',
      asOperator((tx) =>
        services.helperPairings.pair(tx, {
          ...{ householdId, helperId: randomUUID(), year, startDate: '2017-03-01' },
        }),
      ),
    ],
    ['codes', asOperator((tx) => services.naturalVillages.remove(tx, [`${villageCode}01`], year))],
    [
      'villageCodes',
      asOperator((tx) =>
        services.unitPairings.pair(tx, { unitId, villageCodes: [villageCode], startDate: '2017-01-01' }),
      ),
    ],
    [
      'villageCode',
      asOperator((tx) =>
        services.workTeams.save(tx, { ...team, startDate: '2017-01-01', endDate: '2018-12-31' }),
      ),
    ],
    [
      'villageCode',
      store.database.write(scopeOf(manager), (tx) => services.poorVillages.add(tx, { villageCode })),
    ],
    [
      'code',
      asOperator((tx) => services.naturalVillages.save(tx, { year, code: `${villageCode}01`, name: '甲' })),
    ],
    [
      'input.villageCode',
      store.database.read(scopeOf(province), (tx) =>
        services.backOffice.preview(tx, services.backOfficeFunctions.setVillageAttribute, {
          villageCode,
          villageAttribute: 'POOR',
        }),
      ),
    ],
  ];
  for (const [field, door] of doors)
    await expect(door).rejects.toMatchObject({ code: 'STATE_CONFLICT', field });
  await follow();
  await store.database.read(scopeOf(province), (tx) =>
    services.backOffice.preview(tx, services.backOfficeFunctions.setVillageAttribute, {
      villageCode: VILLAGES.yunzhou1,
      villageAttribute: 'POOR',
    }),
  );
});

it('while rows are on their way to a code nobody enters there what is coming', async () => {
  const coded = (code: string) => code.replace('140215', '140299');
  const villageCode = coded(VILLAGES.yunzhou1);
  await oldPoorVillage(store, VILLAGES.yunzhou1, [2017]);
  await keepNaturalVillage(store, `${VILLAGES.yunzhou1}01`);
  const { services } = store;
  const as = (who: string, role: string, work: (tx: ScopedTransaction) => Promise<unknown>) =>
    store.database.write(scopeOf(officer(who, 'COUNTY', role)), work);
  await as(county, 'MANAGER', (tx) =>
    services.countyRecords.save(tx, { year: 2017, countyCode: county, economy: { gdp: '1' } }),
  );
  const unitId = String(await as(county, 'OPERATOR', (tx) => services.assistanceUnits.save(tx, unitForm())));
  const pair = (code: string) => (tx: ScopedTransaction) =>
    services.unitPairings.pair(tx, { unitId, villageCodes: [code], startDate: '2017-01-01' });
  const pairings = (await as(county, 'OPERATOR', pair(VILLAGES.yunzhou1))) as { id: string }[];
  await receive(change('RECODE', { moves: [move(county, coded(county), 'COUNTY')] }));
  const manager = (work: (tx: ScopedTransaction) => Promise<unknown>) => as(coded(county), 'MANAGER', work);
  const operator = (work: (tx: ScopedTransaction) => Promise<unknown>) => as(coded(county), 'OPERATOR', work);
  const year = 2017;
  const term = { startDate: '2017-01-01', endDate: '2018-12-31' };
  const unpairing = { expectedVersion: 1, endDate: '2017-11-20', reason: '调整', confirm: true };
  const doors: [string, Promise<unknown>][] = [
    ['villageCode', manager((tx) => services.poorVillages.add(tx, { villageCode }))],
    ['countyCode', manager((tx) => services.countyRecords.save(tx, { year, countyCode: coded(county) }))],
    [
      'code',
      operator((tx) => services.naturalVillages.save(tx, { year, code: `${villageCode}01`, name: '甲' })),
    ],
    ['codes', operator((tx) => services.naturalVillages.remove(tx, [`${villageCode}01`], year))],
    ['villageCodes', operator(pair(villageCode))],
    [
      'villageCode',
      operator((tx) =>
        services.workTeams.save(tx, {
          ...{ name: '示例驻村工作队', villageCode, dispatchUnitId: unitId, members: [], ...term },
        }),
      ),
    ],
    [
      'pairingId',
      as(county, 'OPERATOR', (tx) =>
        services.unitPairings.unpair(tx, { pairingId: pairings[0]!.id, ...unpairing }),
      ),
    ],
  ];
  for (const [field, door] of doors)
    await expect(door).rejects.toMatchObject({ code: 'STATE_CONFLICT', field });
  await follow();
  await expect(
    manager((tx) => services.poorVillages.add(tx, poorVillageForm(villageCode))),
  ).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
    message: expect.stringContaining('poor village already'),
  });
});

rule('PA-NI-01', 'a village is valid by the changes received: re-coded ones under the new code', async () => {
  const form = (village: string) => householdForm(village, [memberForm(++serial)]);
  await expect(store.identify(form('140299100001'))).rejects.toMatchObject({ code: 'INVALID_REGION_CODE' });
  await receive(change('RECODE', { moves: [move(county, '140299000000', 'COUNTY')] }));
  await store.identify(form('140299100001'));
  await expect(store.identify(form(VILLAGES.yunzhou1))).rejects.toMatchObject({
    code: 'INVALID_REGION_CODE',
    field: 'villageCode',
  });
});

it('codes that are swapped in one change do not mix, whatever the batch', async () => {
  const first = await identify(VILLAGES.yunzhou1, 3);
  const second = await identify(VILLAGES.yunzhou2, 4);
  await oldPoorVillage(store, VILLAGES.yunzhou1, [2017]);
  await store.deliver();
  await receive(
    change('RECODE', {
      moves: [
        move(VILLAGES.yunzhou1, VILLAGES.yunzhou2, 'VILLAGE'),
        move(VILLAGES.yunzhou2, VILLAGES.yunzhou1, 'VILLAGE'),
      ],
    }),
  );
  await follow(2);
  const at = async (ids: string[]) =>
    new Set(
      (
        await store.adminQuery<{ c: string }>('SELECT region_code AS c FROM household WHERE id = ANY($1)', [
          ids,
        ])
      ).map(({ c }) => c),
    );
  expect(await at(first)).toEqual(new Set([VILLAGES.yunzhou2]));
  expect(await at(second)).toEqual(new Set([VILLAGES.yunzhou1]));
  expect(await figures()).toMatchObject({
    [VILLAGES.yunzhou1]: '4/8',
    [VILLAGES.yunzhou2]: '3/6',
    '140215100000': '7/14',
  });
  // The poor village took its households along, and who came to its old code lives in no poor village.
  const inPoorVillage = () =>
    store.adminQuery(
      `SELECT region_code AS village, count::int FROM statistic_counter
       WHERE cell = 'inPoorVillage' AND year = 2017 AND count <> 0 AND region_code = ANY($1::text[])`,
      [[VILLAGES.yunzhou1, VILLAGES.yunzhou2]],
    );
  expect(await inPoorVillage()).toEqual([{ village: VILLAGES.yunzhou2, count: 3 }]);
  await store.database.write(scopes.rebuildCounters(), (tx) => rebuildStatistics(tx, 2017));
  expect(await inPoorVillage()).toEqual([{ village: VILLAGES.yunzhou2, count: 3 }]);
});

it('the most specific move wins, and a merger adds the figures up', async () => {
  await identify(VILLAGES.yunzhou1, 2);
  await identify(VILLAGES.yunzhou2, 1);
  await identify(VILLAGES.yunzhouOther, 1);
  await store.deliver();
  await receive(
    change('MERGE', {
      moves: [
        move(county, '140298000000', 'COUNTY'),
        move('140215100000', '140297300000', 'TOWNSHIP'),
        move(VILLAGES.yunzhou2, '140297300001', 'VILLAGE'),
      ],
    }),
  );
  await follow(1);
  expect(await codes('household')).toEqual(['140297300001 3', '140298102200 1']);
  expect(await figures()).toEqual({
    '000000000000': '4/8',
    '140000000000': '4/8',
    '140200000000': '4/8',
    '140297000000': '3/6',
    '140297300000': '3/6',
    '140297300001': '3/6',
    '140298000000': '1/2',
    '140298102000': '1/2',
    '140298102200': '1/2',
  });
});

it('a natural village that gets another serial in a merger keeps its households', async () => {
  await identify(VILLAGES.yunzhou1, 2);
  await identify(VILLAGES.yunzhou2, 1);
  await receive(
    change('MERGE', {
      moves: [
        move(VILLAGES.yunzhou2, VILLAGES.yunzhou1, 'VILLAGE'),
        move(`${VILLAGES.yunzhou2}03`, `${VILLAGES.yunzhou1}04`, 'VILLAGE'),
      ],
    }),
  );
  await follow();
  expect(await codes('household_year_record')).toEqual([`${VILLAGES.yunzhou1} 3`]);
  expect(await codes('household_year_record', 'natural_village_code')).toEqual([
    `${VILLAGES.yunzhou1}03 2`,
    `${VILLAGES.yunzhou1}04 1`,
  ]);
});

it('a move into another province leaves the nation as it was', async () => {
  await identify(VILLAGES.yunzhou1, 2);
  await store.deliver();
  await receive(change('REPARENT', { moves: [move('140215100000', '130102900000', 'TOWNSHIP')] }));
  await follow();
  expect(await figures()).toMatchObject({
    '000000000000': '2/4',
    '130000000000': '2/4',
    '130102900001': '2/4',
  });
  expect(await figures()).not.toHaveProperty('140000000000');
});

it('a change that comes twice is followed once; two changes are followed in their order', async () => {
  await identify(VILLAGES.yunzhou1);
  const first = change('RECODE', { moves: [move(county, '140299000000', 'COUNTY')] });
  await receive(first);
  await receive(first);
  await receive(change('RECODE', { moves: [move('140299000000', '140298000000', 'COUNTY')] }));
  await follow();
  await receive(first);
  await follow();
  expect(await codes('household')).toEqual(['140298100001 1']);
  const [open] = await store.adminQuery(
    'SELECT count(*)::int AS n FROM region_change WHERE followed_at IS NULL',
  );
  expect(open).toEqual({ n: 0 });
});

it('killed after any batch it goes on where it was: no row is lost or moved twice', async () => {
  await identify(VILLAGES.yunzhou1, 5);
  await store.deliver();
  await receive(change('RECODE', { moves: [move('140215100000', '140215110000', 'TOWNSHIP')] }));
  const crash = new Error('killed');
  let batches = 0;
  for (;;) {
    // Each batch first dies just before its commit, then is done again.
    const attempt = (fail: boolean) =>
      store.database.write(scopes.followRegionChanges(), async (tx) => {
        const changed = await followOneBatch(tx, store.clock, regionFollowing, 2);
        if (fail && changed !== null) throw crash;
        return changed;
      });
    await attempt(true).catch((error) => expect(error).toBe(crash));
    const household = await store.adminQuery<{ same: boolean }>(
      `SELECT bool_and(h.region_code = r.region_code AND h.region_code = m.region_code) AS same
       FROM household h JOIN household_year_record r ON r.household_id = h.id JOIN member_year_record m ON m.household_id = h.id`,
    );
    expect(household).toEqual([{ same: true }]);
    if ((await attempt(false)) === null) break;
    batches += 1;
  }
  expect(batches).toBeGreaterThan(3);
  for (const table of TABLES) expect(await codes(table)).toEqual(['140215110001 5']);
  expect(await figures()).toMatchObject({ '140215000000': '5/10', '140215110000': '5/10' });
  const [row] = await store.adminQuery('SELECT rows_changed FROM region_change');
  // And the natural village that they name.
  expect(row).toEqual({ rows_changed: 5 * (1 + 1 + 1 + 2 + 2) + 1 });
});

it('several processes at once follow without harm', async () => {
  await identify(VILLAGES.yunzhou1, 6);
  await store.deliver();
  await receive(change('RECODE', { moves: [move(county, '140299000000', 'COUNTY')] }));
  await Promise.all([follow(1), follow(1), follow(1)]);
  await follow(1);
  expect(await codes('household')).toEqual(['140299100001 6']);
  expect(await figures()).toMatchObject({ '140299000000': '6/12', '140000000000': '6/12' });
});

it('a record of an earlier year that stands elsewhere than its household follows by its own code', async () => {
  const [id] = await identify(VILLAGES.yunzhou1);
  await store.adminQuery(
    `INSERT INTO household_year_record SELECT (jsonb_populate_record(r, '{"year": 2016, "region_code": "${VILLAGES.yungang}", "natural_village_code": null}')).*
     FROM household_year_record r WHERE household_id = $1`,
    [id],
  );
  await receive(change('RECODE', { moves: [move('140214000000', '140296000000', 'COUNTY')] }));
  await follow();
  expect(await codes('household')).toEqual([`${VILLAGES.yunzhou1} 1`]);
  expect(await codes('household_year_record')).toEqual([`${VILLAGES.yunzhou1} 1`, '140296001002 1']);
});

it('an identification under way when the change comes is not left behind', async () => {
  let started!: () => void;
  let finish!: () => void;
  const isStarted = new Promise<void>((resolve) => (started = resolve));
  const mayFinish = new Promise<void>((resolve) => (finish = resolve));
  const identifying = store.database.write(scopeOf(officer(county, 'COUNTY')), async (tx) => {
    const id = await store.services.identification.identify(
      tx,
      householdForm(VILLAGES.yunzhou1, [memberForm(++serial)]),
    );
    started();
    await mayFinish;
    return id;
  });
  await isStarted;
  const receiving = receive(change('RECODE', { moves: [move(county, '140299000000', 'COUNTY')] }));
  const early = await Promise.race([
    receiving.then(() => 'received'),
    new Promise((resolve) => setTimeout(resolve, 200, 'waits')),
  ]);
  expect(early).toBe('waits');
  finish();
  await identifying;
  await receiving;
  await follow();
  expect(await codes('household')).toEqual(['140299100001 1']);
});

it('every table with region codes follows, or says why it does not', async () => {
  const faults = await store.database.read(regionFollowing.scope, (tx) =>
    regionFollowingFaults(tx, regionFollowing),
  );
  expect(faults).toEqual([]);
});

describe('a split village', () => {
  const split = () =>
    receive(change('SPLIT', { from: [VILLAGES.yunzhou1], to: ['140215100301', '140215100302'] }));
  const tasksSeenBy = async (code: string) =>
    store.database.read(scopeOf(officer(code, 'COUNTY')), (tx) => store.services.splitTasks.page(tx, {}));
  const assign = (ids: string[], village: string, principal = officer(county, 'COUNTY', 'MANAGER')) =>
    store.database.write(scopeOf(principal), (tx) => store.services.splitTasks.assign(tx, ids, village));

  it('keeps its households on the old code and on the to-do list, seen in their region only', async () => {
    const ids = await identify(VILLAGES.yunzhou1, 3);
    await identify(VILLAGES.yunzhou2, 1);
    await store.deliver();
    const before = await figures();
    await split();
    await follow(2);
    expect(await codes('household')).toEqual([`${VILLAGES.yunzhou1} 3`, `${VILLAGES.yunzhou2} 1`]);
    expect(await figures()).toEqual(before);
    expect((await tasksSeenBy(county)).nodes).toEqual(
      [...ids].sort().map((householdId) => ({
        householdId,
        regionCode: VILLAGES.yunzhou1,
        candidateCodes: ['140215100301', '140215100302'],
      })),
    );
    expect((await tasksSeenBy('140214000000')).nodes).toEqual([]);
  });

  it('moves each household to the successor a person assigns, figures and all', async () => {
    const [first, second, third] = (await identify(VILLAGES.yunzhou1, 3)) as [string, string, string];
    await store.deliver();
    await split();
    await follow();
    expect(await assign([first, second], '140215100301')).toBe(2);
    expect(await assign([third], '140215100302')).toBe(1);
    await follow(1);
    for (const table of TABLES) expect(await codes(table)).toEqual(['140215100301 2', '140215100302 1']);
    expect(await figures()).toEqual({
      '000000000000': '3/6',
      '140000000000': '3/6',
      '140200000000': '3/6',
      '140215000000': '3/6',
      '140215100000': '3/6',
      '140215100301': '2/4',
      '140215100302': '1/2',
    });
    expect((await tasksSeenBy(county)).nodes).toEqual([]);
    await store.database.write(scopes.rebuildCounters(), (tx) => rebuildStatistics(tx, 2017));
    expect(await figures()).toMatchObject({ '140215100301': '2/4', '140215100302': '1/2' });
  });

  rule(
    'PA-NV-03',
    'takes no household into a natural village of the successor that has the serial of its old one',
    async () => {
      const [id, waiting] = (await identify(VILLAGES.yunzhou1, 2)) as [string, string];
      await split();
      await follow();
      await keepNaturalVillage(store, '14021510030103');
      await store.adminQuery(
        `INSERT INTO household_year_record SELECT (jsonb_populate_record(r, '{"year": 2016}')).*
         FROM household_year_record r WHERE household_id = $1`,
        [id],
      );
      await assign([id], '140215100301');
      await follow();
      expect(
        await store.adminQuery(
          `SELECT year, region_code AS village, natural_village_code AS natural, version FROM household_year_record
           WHERE household_id = ANY($1::uuid[]) ORDER BY region_code DESC, year`,
          [[id, waiting]],
        ),
      ).toEqual([
        { year: 2016, village: '140215100301', natural: null, version: 2 },
        { year: 2017, village: '140215100301', natural: null, version: 2 },
        { year: 2017, village: VILLAGES.yunzhou1, natural: `${VILLAGES.yunzhou1}03`, version: 1 },
      ]);
    },
  );

  it('takes a later re-coding along, and is assigned under the new codes', async () => {
    const [id] = (await identify(VILLAGES.yunzhou1)) as [string];
    await split();
    await receive(change('RECODE', { moves: [move(county, '140299000000', 'COUNTY')] }));
    await receive(change('RECODE', { moves: [move('140299100302', '140299200302', 'VILLAGE')] }));
    await follow();
    const moved = (await tasksSeenBy('140299000000')).nodes;
    expect(moved).toMatchObject([
      { regionCode: '140299100001', candidateCodes: ['140299100301', '140299200302'] },
    ]);
    await assign([id], '140299200302', officer('140299000000', 'COUNTY', 'MANAGER'));
    await follow();
    expect(await codes('household')).toEqual(['140299200302 1']);
  });

  it('assigns only what waits in the own region, to a village that succeeds it', async () => {
    const [id] = (await identify(VILLAGES.yunzhou1)) as [string];
    const [other] = (await identify(VILLAGES.yunzhou2)) as [string];
    await split();
    await follow();
    await expect(assign([], '140215100301')).rejects.toMatchObject({ code: 'NOTHING_SELECTED' });
    await expect(assign([id], VILLAGES.yunzhou2)).rejects.toMatchObject({ code: 'INVALID_REGION_CODE' });
    await expect(assign([id], '140215100303')).rejects.toMatchObject({ code: 'INVALID_REGION_CODE' });
    await expect(assign([id, other], '140215100301')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await expect(assign(['x'], '140215100301')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    await expect(
      assign([id], '140215100301', officer('140214000000', 'COUNTY', 'MANAGER')),
    ).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    });
    await assign([id], '140215100301');
    await expect(assign([id], '140215100302')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  });
});
