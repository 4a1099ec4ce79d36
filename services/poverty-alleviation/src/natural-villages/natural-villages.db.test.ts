import { randomUUID } from 'node:crypto';
import { followRegionChanges, receiveRegionChange } from '@junxian/region-changes';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { regionFollowing } from '../region-changes/following';
import { scopes } from '../service-scopes';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { everyIndicator, recordedEvents } from '../testing/villages.support.test';
import { NATURAL_VILLAGE } from './natural-village.rules';
import { forgetNaturalVillage } from './natural-villages.service';

const VILLAGE = VILLAGES.yunzhou1;
const operator = officer('140215000000', 'COUNTY', 'OPERATOR');

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
const graph = graphOver(() => store);
afterAll(() => store?.close());
beforeEach(() =>
  store.adminQuery('TRUNCATE natural_village, natural_village_year_record, village_history, outbox CASCADE'),
);

const ask = (document: string, variables = {}, principal = operator) =>
  graph.ask(principal, document, variables);
const SAVE =
  'mutation ($input: SaveNaturalVillageInput!) { saveNaturalVillage(input: $input) { surveyName version households waterSafe } }';
const save = (code: string, year: number, input: Record<string, unknown> = {}) =>
  ask(SAVE, { input: { code, year, ...input } });
const saved = async (code: string, year: number, input: Record<string, unknown> = {}) => {
  const { data, errors } = await save(code, year, input);
  expect(errors).toBeUndefined();
  return data!.saveNaturalVillage;
};
const DELETE = 'mutation ($year: Int!, $codes: [ID!]!) { deleteNaturalVillages(year: $year, codes: $codes) }';
const listed = async (year: number, village: string = VILLAGE) => {
  const { data, codes } = await ask(
    `query ($year: Int!, $village: ID!) { naturalVillages(year: $year, village: $village) { code surveyName poorHouseholds } }`,
    { year, village },
  );
  return codes.length > 0 ? codes : data!.naturalVillages;
};
const living = (serial: number, code: string) => {
  const form = householdForm(VILLAGE, [memberForm(serial)]);
  return store.identify({ ...form, basic: { ...form.basic, naturalVillageCode: code } });
};

rule(
  'PA-NV-01',
  'natural villages are added and changed by year; the name holds for all and is unique in the village',
  async () => {
    const code = `${VILLAGE}01`;
    expect(await saved(code, 2016, { name: '大坪', households: 30 })).toEqual({
      surveyName: '大坪',
      version: 1,
      households: 30,
      waterSafe: null,
    });
    expect(await saved(code, 2017, { households: 28, waterSafe: true })).toEqual({
      surveyName: '大坪',
      version: 1,
      households: 28,
      waterSafe: true,
    });
    expect(await saved(code, 2017, { expectedVersion: 1, name: '大坪庄', waterSafe: null })).toEqual({
      surveyName: '大坪庄',
      version: 2,
      households: 28,
      waterSafe: null,
    });
    expect(await listed(2016)).toEqual([{ code, surveyName: '大坪庄', poorHouseholds: 0 }]);

    expect((await save(code, 2017, { expectedVersion: 1, households: 1 })).codes).toEqual(['STALE_VERSION']);
    expect((await save(code, 2017, { households: 1 })).codes).toEqual(['STALE_VERSION']);
    expect((await save(`${VILLAGE}02`, 2017, {})).codes).toEqual(['FIELD_REQUIRED']);
    expect((await save(`${VILLAGE}02`, 2017, { name: ' 大坪庄 ' })).codes).toEqual([
      'NATURAL_VILLAGE_EXISTS',
    ]);
    // In the next village the name is free.
    await saved(`${VILLAGES.yunzhou2}01`, 2017, { name: '大坪庄' });
    expect((await save('14021510099901', 2017, { name: '甲' })).codes).toEqual(['INVALID_REGION_CODE']);
    const { errors } = await save('140215100', 2017, { name: '', households: -1, poorHouseholds: 4 });
    const { faults } = errors![0]!.extensions as unknown as { faults: { code: string; field: string }[] };
    expect(faults.map((fault) => `${fault.code} ${fault.field}`)).toEqual([
      'INVALID_REGION_CODE code',
      'FIELD_LOCKED poorHouseholds',
      'INVALID_INPUT name',
      'INVALID_INPUT households',
    ]);
  },
);

rule(
  'PA-NV-01',
  'a name given in one year changes the page of every year: who looks at the old one is told, and so are lists',
  async () => {
    const code = `${VILLAGE}03`;
    await saved(code, 2016, { name: '大坪', households: 30 });
    await saved(code, 2017, { households: 28 });
    await store.adminQuery('TRUNCATE outbox');
    await saved(code, 2017, { expectedVersion: 1, name: '大坪庄' });
    expect(await recordedEvents(store)).toEqual([
      ['village.record-changed', { kind: 'NATURAL_VILLAGE', code, year: null, deleted: false }],
    ]);
    // The page of 2016 was opened before, and sends the name that it shows.
    const stale = await save(code, 2016, { expectedVersion: 1, name: '大坪', households: 31 });
    expect(stale.codes).toEqual(['STALE_VERSION']);
    expect(await saved(code, 2016, { expectedVersion: 2, households: 31 })).toMatchObject({
      surveyName: '大坪庄',
      version: 3,
    });
    expect((await recordedEvents(store)).at(-1)).toEqual([
      'village.record-changed',
      { kind: 'NATURAL_VILLAGE', code, year: 2016, deleted: false },
    ]);
  },
);

rule('PA-NV-01', 'every field of a record is entered, changed, and shown as it was typed in', async () => {
  const code = `${VILLAGE}71`;
  for (const [expectedVersion, first] of [
    [null, 1],
    [1, 8],
  ] as const) {
    const stated = everyIndicator(NATURAL_VILLAGE, first);
    await saved(code, 2017, { name: '全庄', expectedVersion, ...stated });
    const { data } = await ask(
      `{ naturalVillages(year: 2017, village: "${VILLAGE}") { ${Object.keys(NATURAL_VILLAGE).join(' ')} } }`,
    );
    expect(data!.naturalVillages).toEqual([stated]);
  }
});

rule('PA-NV-01', 'of two officers who give one name or one code at once, exactly one does', async () => {
  const byName = await Promise.all(
    [1, 2, 3].map((serial) => save(`${VILLAGE}0${serial}`, 2017, { name: '同名' })),
  );
  expect(byName.map(({ codes }) => codes.join()).sort()).toEqual([
    '',
    'NATURAL_VILLAGE_EXISTS',
    'NATURAL_VILLAGE_EXISTS',
  ]);
  const byCode = await Promise.all(['甲', '乙', '丙'].map((name) => save(`${VILLAGE}09`, 2017, { name })));
  expect(byCode.map(({ codes }) => codes.join()).sort()).toEqual(['', 'STALE_VERSION', 'STALE_VERSION']);
  expect(await store.adminQuery('SELECT code FROM natural_village')).toHaveLength(2);
});

rule(
  ['PA-YR-02', 'PA-QS-08'],
  'natural villages are listed by administrative village, from 2016 on',
  async () => {
    for (const year of [2014, 2015]) {
      expect(await listed(year)).toEqual(['INVALID_INPUT']);
      expect((await save(`${VILLAGE}01`, year, { name: '甲' })).codes).toEqual(['INVALID_INPUT']);
    }
    expect(await listed(2016)).toEqual([]);
    for (const code of ['140215100000', '140215000000'])
      expect(await listed(2017, code)).toEqual(['SCOPE_TOO_WIDE']);
  },
);

rule(
  'PA-VL-02',
  'the poor households of a natural village are those that live in it in the year',
  async () => {
    await saved(`${VILLAGE}11`, 2017, { name: '上庄' });
    await saved(`${VILLAGE}12`, 2017, { name: '下庄' });
    const first = await living(501, `${VILLAGE}11`);
    await living(502, `${VILLAGE}11`);
    expect(await listed(2017)).toMatchObject([{ poorHouseholds: 2 }, { poorHouseholds: 0 }]);
    await store.adminQuery(
      `UPDATE household_year_record SET poverty_status = '4' WHERE household_id = '${first}'`,
    );
    expect(await listed(2017)).toMatchObject([{ poorHouseholds: 1 }, { poorHouseholds: 0 }]);
  },
);

rule(
  'PA-NV-03',
  'a household names a natural village that is kept here, or keeps the one it has',
  async () => {
    const unknown = `${VILLAGE}51`;
    await expect(living(521, unknown)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field: 'basic.naturalVillageCode',
    });
    await saved(`${VILLAGE}52`, 2016, { name: '后庄' });
    const id = await living(521, `${VILLAGE}52`);
    const SAVE_BASIC = `mutation ($input: SaveHouseholdBasicInput!) { saveHouseholdBasic(input: $input) {
    version basic { address naturalVillageCode } } }`;
    const saveBasic = (expectedVersion: number, fields: Record<string, unknown>) =>
      ask(SAVE_BASIC, { input: { householdId: id, year: 2017, expectedVersion, ...fields } });
    const refused = await saveBasic(1, { naturalVillageCode: unknown });
    expect(refused.codes).toEqual(['INVALID_INPUT']);
    expect(refused.errors![0]!.message).toContain('自然村基础信息');
    // Old data may name one that was never kept.
    await store.adminQuery(
      `UPDATE household_year_record SET natural_village_code = '${unknown}' WHERE household_id = '${id}'`,
    );
    expect((await saveBasic(1, { address: '一号', naturalVillageCode: unknown })).data).toEqual({
      saveHouseholdBasic: { version: 2, basic: { address: '一号', naturalVillageCode: unknown } },
    });
    expect((await saveBasic(2, { naturalVillageCode: `${VILLAGE}52` })).codes).toEqual([]);
    expect((await saveBasic(3, { naturalVillageCode: unknown })).codes).toEqual(['INVALID_INPUT']);
  },
);

rule('PA-NV-03', 'a natural village is not deleted under the hands of who names it', async () => {
  const code = `${VILLAGE}61`;
  await saved(code, 2016, { name: '前庄' });
  const [named, removed] = await Promise.all([
    living(531, code).catch(({ field }: { field?: string }) => field),
    ask(DELETE, { year: 2016, codes: [code] }),
  ]);
  expect(removed.codes).toEqual([]);
  expect(
    await store.adminQuery(`SELECT FROM household_year_record WHERE natural_village_code = '${code}'`),
  ).toEqual([]);
  // Named first, then taken out of the household; or refused.
  const [stands] = await store.adminQuery<{ id: string }>(
    `SELECT household_id AS id FROM household_year_record WHERE household_id::text = '${named}'`,
  );
  expect(named).toBe(stands?.id ?? 'basic.naturalVillageCode');
});

rule('PA-NV-02', 'several are deleted in one action, all or none; without a tick nothing is', async () => {
  for (const serial of [1, 2, 3]) await saved(`${VILLAGE}2${serial}`, 2017, { name: `庄${serial}` });
  const remove = (codes: string[], year = 2017) => ask(DELETE, { year, codes });
  expect((await remove([])).codes).toEqual(['NOTHING_SELECTED']);
  expect((await remove([`${VILLAGE}21`, `${VILLAGE}29`])).codes).toEqual(['NOT_FOUND']);
  expect((await remove([`${VILLAGE}21`, `${VILLAGES.yungang}01`])).codes).toEqual(['OUT_OF_REGION']);
  expect(await listed(2017)).toHaveLength(3);
  const { data } = await remove([`${VILLAGE}22`, `${VILLAGE}21`, `${VILLAGE}22`]);
  expect(data!.deleteNaturalVillages).toEqual([`${VILLAGE}21`, `${VILLAGE}22`]);
  expect(await listed(2017)).toMatchObject([{ code: `${VILLAGE}23` }]);
  expect(
    await store.adminQuery(
      `SELECT code, reason, before, after FROM village_history WHERE operation = 'DELETE' ORDER BY code`,
    ),
  ).toEqual([
    { code: `${VILLAGE}21`, reason: null, before: { name: '庄1', years: '2017' }, after: {} },
    { code: `${VILLAGE}22`, reason: null, before: { name: '庄2', years: '2017' }, after: {} },
  ]);
});

scenario(
  'poverty-alleviation',
  18,
  'a natural village of 2016 and 2017 that is deleted in 2017 is gone from 2016 too',
  async () => {
    const code = `${VILLAGE}31`;
    await saved(code, 2016, { name: '南庄' });
    await saved(code, 2017);
    expect((await ask(DELETE, { year: 2017, codes: [code] })).codes).toEqual([]);
    expect(await listed(2016)).toEqual([]);
    expect(await listed(2017)).toEqual([]);
    expect(await store.adminQuery('SELECT id FROM natural_village')).toEqual([]);
  },
);

rule(
  'PA-NV-03',
  'the links of households become null in every year, also a closed one, and lists are told',
  async () => {
    const code = `${VILLAGE}41`;
    await saved(code, 2016, { name: '北庄' });
    const id = await living(511, code);
    await saved(`${VILLAGE}42`, 2016, { name: '西庄' });
    const other = await living(512, `${VILLAGE}42`);
    await store.adminQuery(
      `INSERT INTO household_year_record SELECT (jsonb_populate_record(r, '{"year": 2014}')).* FROM household_year_record r WHERE household_id = '${id}'`,
    );
    await store.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2014; TRUNCATE outbox');
    const closed = await ask(DELETE, { year: 2016, codes: [code] });
    await store.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2014');
    expect(closed.codes).toEqual([]);
    expect(
      await store.adminQuery(
        `SELECT year, natural_village_code AS code, version FROM household_year_record WHERE household_id IN ('${id}', '${other}') ORDER BY year, version DESC`,
      ),
    ).toEqual([
      { year: 2014, code: null, version: 2 },
      { year: 2017, code: null, version: 2 },
      { year: 2017, code: `${VILLAGE}42`, version: 1 },
    ]);
    expect(await recordedEvents(store)).toEqual(
      expect.arrayContaining([
        ['village.record-changed', { kind: 'NATURAL_VILLAGE', code, year: null, deleted: true }],
        ['household.record-changed', { householdId: id, year: 2014, parts: ['NATURAL_VILLAGE'] }],
        ['household.record-changed', { householdId: id, year: 2017, parts: ['NATURAL_VILLAGE'] }],
      ]),
    );
  },
);

rule(
  'PA-NV-03',
  'a natural village that the directory removed goes from all years; one unknown here is passed by',
  async () => {
    const code = `${VILLAGE}51`;
    await saved(code, 2016, { name: '东庄' });
    await saved(code, 2017);
    await saved(`${VILLAGE}52`, 2017, { name: '西庄' });
    const forget = (removed: string) =>
      store.database.write(scopes.followRegionChanges(), (tx) =>
        forgetNaturalVillage(tx, { data: { code: removed }, time: '2017-12-01T00:00:00+08:00' }),
      );
    await forget(code);
    await forget(code);
    await forget(`${VILLAGES.shandong}01`);
    expect(await listed(2016)).toEqual([]);
    expect(await listed(2017)).toMatchObject([{ code: `${VILLAGE}52` }]);
  },
);

it('follows its village with its own serial where only that one changes', async () => {
  await saved(`${VILLAGE}61`, 2017, { name: '甲庄' });
  await saved(`${VILLAGE}62`, 2017, { name: '乙庄' });
  const to = VILLAGES.yunzhouOther;
  await store.database.write(scopes.followRegionChanges(), (tx) =>
    receiveRegionChange(tx, {
      data: {
        changeId: randomUUID(),
        kind: 'MERGE',
        from: [VILLAGE],
        to: [to],
        effectiveDate: '2018-01-01',
        moves: [
          { from: VILLAGE, to, level: 'VILLAGE' },
          { from: `${VILLAGE}62`, to: `${to}07`, level: 'VILLAGE' },
        ],
      },
      time: '2018-01-01T00:00:00+08:00',
    }),
  );
  await followRegionChanges(store.database, store.clock, regionFollowing);
  expect(await listed(2017, to)).toMatchObject([
    { code: `${to}07`, surveyName: '乙庄' },
    { code: `${to}61`, surveyName: '甲庄' },
  ]);
  expect(
    await store.adminQuery('SELECT DISTINCT region_code, left(code, 12) AS of FROM village_history'),
  ).toEqual([{ region_code: to, of: to }]);
});

rule('PA-QY-02', 'natural villages are listed over a region in a fixed number of statements', async () => {
  const villages = [VILLAGES.yunzhou2, VILLAGES.yunzhouOther];
  for (const village of villages) await saved(`${village}01`, 2017, { name: '甲庄' });
  const page = (first: number) =>
    countStatements(store.database, () =>
      ask(
        'query ($first: Int) { naturalVillageRecords(year: 2017, first: $first) { hasNextPage nodes { code village { code } poorHouseholds } } }',
        { first },
      ),
    );
  const all = await page(10);
  expect(all.result.data!.naturalVillageRecords).toMatchObject({
    hasNextPage: false,
    nodes: villages.map((village) => ({ code: `${village}01`, village: { code: village } })),
  });
  expect((await page(1)).statements).toBe(all.statements);
});
