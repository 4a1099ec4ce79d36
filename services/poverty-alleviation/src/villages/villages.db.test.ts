import { randomUUID } from 'node:crypto';
import { scopeOf } from '@junxian/identity';
import { followRegionChanges, receiveRegionChange } from '@junxian/region-changes';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { HOUSEHOLD_ATTRIBUTE } from '../code-lists';
import { regionFollowing } from '../region-changes/following';
import { scopes } from '../service-scopes';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import {
  comparable,
  everySection,
  oldPoorVillage,
  poorVillageForm,
  recordedEvents,
  selectionOf,
} from '../testing/villages.support.test';
import { setVillageAttribute } from './village-attribute.service';
import { VILLAGE_SECTION_TITLES, VILLAGE_SECTIONS } from './village-fields.rules';
import { villageFigures } from './village-figures.service';

const COUNTY = '140215000000';
const TOWNSHIP = '140215100000';
const manager = officer(COUNTY, 'COUNTY', 'MANAGER');
const operator = officer(COUNTY, 'COUNTY', 'OPERATOR');
const province = officer('140000000000', 'PROVINCE', 'PROVINCE_ADMIN', 'MANAGER');

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
const graph = graphOver(() => store);
afterAll(() => store?.close());
beforeEach(() =>
  store.adminQuery('TRUNCATE poor_village, village_year_record, village_history, outbox CASCADE'),
);

const ask = (document: string, variables = {}, principal = manager) =>
  graph.ask(principal, document, variables);
const ADD =
  'mutation ($input: AddPoorVillageInput!) { addPoorVillage(input: $input) { id version poorVillage { version } } }';
const add = async (village: string, changes = {}) => {
  const { data, errors } = await ask(ADD, { input: poorVillageForm(village, changes) });
  expect(errors).toBeUndefined();
  return data!.addPoorVillage as { id: string; version: number };
};
const DELIST =
  'mutation ($input: DelistVillageInput!) { delistVillage(input: $input) { delisted delistYear delistReason version } }';
const CANCEL =
  'mutation ($input: CancelDelistingInput!) { cancelDelisting(input: $input) { delisted delistYear delistReason version } }';
const SAVE = 'mutation ($input: SaveVillageRecordInput!) { saveVillageRecord(input: $input) { version } }';
const list = async (filter: Record<string, unknown> = {}, principal = manager) => {
  const { data } = await ask(
    `query ($region: ID, $delisted: Boolean, $villageHead: String, $officePhone: String) {
       poorVillages(year: 2017, region: $region, delisted: $delisted, villageHead: $villageHead, officePhone: $officePhone) { nodes { village { code } } } }`,
    filter,
    principal,
  );
  return data!.poorVillages.nodes.map(({ village }: { village: { code: string } }) => village.code);
};
const picker = async (region = TOWNSHIP, after: string | null = null, first = 100) => {
  const { data } = await ask(
    'query ($region: ID!, $first: Int, $after: String) { nonPoorVillages(region: $region, first: $first, after: $after) { nodes { code } endCursor hasNextPage } }',
    { region, after, first },
  );
  const page = data!.nonPoorVillages;
  return { ...page, codes: page.nodes.map(({ code }: { code: string }) => code) as string[] };
};
const events = () => recordedEvents(store);
const setAttribute = (villageCode: string, attribute: 'POOR' | 'NON_POOR') =>
  store.database.write(scopeOf(province), async (tx) =>
    setVillageAttribute(
      tx,
      await store.services.regions.hold(tx),
      { villageCode, attribute, reason: '核查更正' },
      { actor: province.accountId!, now: store.clock.now() },
    ),
  );

rule(
  ['PA-VD-01', 'PA-VD-02'],
  'a village that is not poor becomes one by one form of all its sections',
  async () => {
    expect((await picker()).codes).toContain(VILLAGES.yunzhou1);
    const { id } = await add(VILLAGES.yunzhou1);

    expect((await picker()).codes).not.toContain(VILLAGES.yunzhou1);
    expect((await picker()).codes).toContain(VILLAGES.yunzhou2);
    const { data } = await ask(
      `query { village(year: 2017, code: "${VILLAGES.yunzhou1}") {
       id attribute delisted basic { villageHead officePhone } land { cultivated irrigated } income { collectiveIncome }
       population { totalHouseholds totalPopulation poorHouseholds naturalVillageCount } roads { pavedToTownship } health { hasFourRooms }
       drinkingWater { unsafeWaterHouseholds } housing { dilapidatedHouseholds } poorVillage { attribute addedYear delisted }
     } other: village(year: 2016, code: "${VILLAGES.yunzhou1}") { id } }`,
    );
    expect(data).toEqual({
      village: {
        id,
        attribute: 'POOR',
        delisted: false,
        basic: { villageHead: '演示村长', officePhone: '0352-7654321' },
        land: { cultivated: '1200.50', irrigated: null },
        income: { collectiveIncome: '3.20' },
        population: {
          totalHouseholds: 320,
          totalPopulation: 1100,
          poorHouseholds: 0,
          naturalVillageCount: 0,
        },
        roads: { pavedToTownship: true },
        health: { hasFourRooms: false },
        drinkingWater: { unsafeWaterHouseholds: 0 },
        housing: { dilapidatedHouseholds: 0 },
        poorVillage: { attribute: 'POOR', addedYear: 2017, delisted: false },
      },
      other: null,
    });
    expect(await events()).toEqual([
      ['village.added', { villageCode: VILLAGES.yunzhou1, year: 2017, reason: null }],
    ]);

    const again = await ask(ADD, { input: poorVillageForm(VILLAGES.yunzhou1) });
    expect(again.codes).toEqual(['STATE_CONFLICT']);
    const unknown = await ask(ADD, { input: poorVillageForm('140215100999', { land: { forest: '-1' } }) });
    expect(unknown.codes).toEqual(['INVALID_REGION_CODE']);
    expect(unknown.errors![0]!.extensions!.faults).toMatchObject([
      { field: 'villageCode' },
      { field: 'land.forest' },
    ]);
    expect(await events()).toHaveLength(1);
  },
);

rule(
  ['PA-VD-02', 'PA-VL-01', 'PA-YR-03'],
  'every indicator is entered with the new village, changed in its record, and shown as it was typed in',
  async () => {
    const shown = async () => {
      const { data } = await ask(
        `query { village(year: 2017, code: "${VILLAGES.yunzhou1}") { ${selectionOf(VILLAGE_SECTIONS)} } }`,
      );
      return Object.entries(data!.village as Record<string, object>).map(([name, values]) => [
        name,
        comparable({ ...values }),
      ]);
    };
    const stated = (first: number) =>
      Object.entries(everySection(VILLAGE_SECTIONS, first)).map(([name, values]) => [
        name,
        comparable(values),
      ]);
    const { id } = await add(VILLAGES.yunzhou1, everySection(VILLAGE_SECTIONS));
    expect(await shown()).toEqual(stated(1));
    // An odd step gives every yes-or-no the other answer.
    const input = { id, year: 2017, expectedVersion: 1, ...everySection(VILLAGE_SECTIONS, 8) };
    expect((await ask(SAVE, { input }, operator)).codes).toEqual([]);
    expect(await shown()).toEqual(stated(8));
  },
);

rule('PA-VD-01', 'of two officers who add one village at once, exactly one does', async () => {
  const outcomes = await Promise.all(
    [1, 2, 3, 4].map(() => ask(ADD, { input: poorVillageForm(VILLAGES.yunzhou2) })),
  );
  expect(outcomes.map(({ codes }) => codes.join()).sort()).toEqual([
    '',
    'STATE_CONFLICT',
    'STATE_CONFLICT',
    'STATE_CONFLICT',
  ]);
  expect(await store.adminQuery('SELECT id FROM poor_village')).toHaveLength(1);
});

rule(
  ['PA-VD-01', 'PA-QY-04'],
  'a village that is added again is written over by its form, and its history keeps what stood there',
  async () => {
    const { id } = await add(VILLAGES.yunzhou1, { land: { forest: '12.5', cultivated: '3' } });
    await setAttribute(VILLAGES.yunzhou1, 'NON_POOR');
    expect(await add(VILLAGES.yunzhou1, { land: { cultivated: '4' } })).toMatchObject({ id, version: 3 });
    const { data } = await ask(
      `query { village(year: 2017, code: "${VILLAGES.yunzhou1}") { land { forest cultivated }
         poorVillage { history { operation changes { field before after } } } } }`,
    );
    expect(data!.village.land).toEqual({ forest: null, cultivated: '4.00' });
    const [again, , first] = data!.village.poorVillage.history;
    expect(again).toEqual({
      operation: 'ADD',
      changes: expect.arrayContaining([
        { field: 'attribute', before: 'NON_POOR', after: 'POOR' },
        { field: 'forest', before: '12.50', after: null },
        { field: 'cultivated', before: '3.00', after: '4' },
      ]),
    });
    expect(again.changes).toHaveLength(3);
    expect(first.changes).toContainEqual({ field: 'attribute', before: null, after: 'POOR' });
  },
);

it('the picker pages through a county in order, each village once, poor ones left out', async () => {
  await add(VILLAGES.yunzhou1);
  await add(VILLAGES.yunzhouOther);
  const seen: string[] = [];
  for (let page = await picker(COUNTY, null, 60); ; page = await picker(COUNTY, page.endCursor, 60)) {
    seen.push(...page.codes);
    if (!page.hasNextPage) break;
  }
  expect(seen.length).toBeGreaterThan(120);
  expect(seen).toEqual([...new Set(seen)].sort());
  expect(seen).toContain(VILLAGES.yunzhou2);
  expect(seen).not.toContain(VILLAGES.yunzhou1);
  expect(seen).not.toContain(VILLAGES.yunzhouOther);
  expect((await picker(VILLAGES.yunzhou1)).codes).toEqual([]);
});

scenario(
  'poverty-alleviation',
  20,
  'a poor village leaves the picker; it is delisted with a reason and put back',
  async () => {
    const { id } = await add(VILLAGES.yunzhou1);
    expect((await picker()).codes).not.toContain(VILLAGES.yunzhou1);
    expect(await list({ delisted: false })).toEqual([VILLAGES.yunzhou1]);

    const input = { id, expectedVersion: 1 };
    expect((await ask(DELIST, { input })).codes).toEqual(['REASON_REQUIRED']);
    expect((await ask(DELIST, { input: { ...input, reason: '  ' } })).codes).toEqual(['REASON_REQUIRED']);
    const delisted = await ask(DELIST, { input: { ...input, reason: '贫困发生率降至 2% 以下' } });
    expect(delisted.data!.delistVillage).toEqual({
      delisted: true,
      delistYear: 2017,
      delistReason: '贫困发生率降至 2% 以下',
      version: 2,
    });
    expect(await list({ delisted: true })).toEqual([VILLAGES.yunzhou1]);
    expect(await list({ delisted: false })).toEqual([]);
    expect((await picker()).codes).not.toContain(VILLAGES.yunzhou1);

    const restored = await ask(CANCEL, { input: { id, expectedVersion: 2 } });
    expect(restored.data!.cancelDelisting).toEqual({
      delisted: false,
      delistYear: null,
      delistReason: null,
      version: 3,
    });
    expect(await list({ delisted: false })).toEqual([VILLAGES.yunzhou1]);
    expect(await list({ delisted: true })).toEqual([]);
  },
);

rule('PA-VD-03', 'undelisted villages are found by head, by office phone and by code', async () => {
  await add(VILLAGES.yunzhou1, { basic: { villageHead: '王演示', officePhone: '0352-1111111' } });
  await add(VILLAGES.yunzhou2, { basic: { villageHead: '王演', officePhone: '0352-2222222' } });
  await add(VILLAGES.yunzhouOther, { basic: { villageHead: '李演示', officePhone: '0352-3333333' } });
  const open = { delisted: false };
  expect(await list(open)).toEqual([VILLAGES.yunzhou1, VILLAGES.yunzhou2, VILLAGES.yunzhouOther]);
  expect(await list({ ...open, villageHead: '王演' })).toEqual([VILLAGES.yunzhou1, VILLAGES.yunzhou2]);
  expect(await list({ ...open, villageHead: '王演示' })).toEqual([VILLAGES.yunzhou1]);
  expect(await list({ ...open, officePhone: '0352-3333333' })).toEqual([VILLAGES.yunzhouOther]);
  expect(await list({ ...open, officePhone: '0352-333333' })).toEqual([]);
  expect(await list({ ...open, region: VILLAGES.yunzhou2 })).toEqual([VILLAGES.yunzhou2]);
});

rule('PA-VD-04', 'delisting sets the year of the cycle once and changes no household', async () => {
  const householdId = await store.identify(householdForm(VILLAGES.yunzhou1, [memberForm(1)]));
  const { id } = await add(VILLAGES.yunzhou1);
  const rows = () =>
    store.adminQuery(
      `SELECT to_jsonb(r) AS row FROM household_year_record r WHERE household_id = '${householdId}'`,
    );
  const before = await rows();
  const input = { id, expectedVersion: 1, reason: '达到出列标准' };
  const outcomes = await Promise.all([1, 2, 3].map(() => ask(DELIST, { input })));
  expect(outcomes.map(({ codes }) => codes.join()).sort()).toEqual(['', 'STATE_CONFLICT', 'STATE_CONFLICT']);
  expect(await rows()).toEqual(before);
  expect((await ask(DELIST, { input: { ...input, expectedVersion: 2 } })).codes).toEqual(['STATE_CONFLICT']);
  expect((await events()).map(([type]) => type)).toEqual(
    expect.arrayContaining(['village.added', 'village.delisted']),
  );
  expect(JSON.stringify(await events())).not.toContain('达到出列标准');
});

rule('PA-VD-05', 'cancelling clears year and reason and keeps the history', async () => {
  const { id } = await add(VILLAGES.yunzhou1);
  expect((await ask(CANCEL, { input: { id, expectedVersion: 1 } })).codes).toEqual(['STATE_CONFLICT']);
  await ask(DELIST, { input: { id, expectedVersion: 1, reason: '达到出列标准' } });
  expect((await ask(CANCEL, { input: { id, expectedVersion: 1 } })).codes).toEqual(['STALE_VERSION']);
  await ask(CANCEL, { input: { id, expectedVersion: 2, reason: '复核未通过' } });
  const { data } = await ask(
    `query { village(year: 2017, code: "${VILLAGES.yunzhou1}") { poorVillage { delistYear delistReason history { operation year reason operator changes { field before after } } } } }`,
  );
  const { delistYear, delistReason, history } = data!.village.poorVillage;
  expect([delistYear, delistReason]).toEqual([null, null]);
  expect(history.slice(0, 2)).toEqual([
    {
      operation: 'CANCEL_DELISTING',
      year: 2017,
      reason: '复核未通过',
      operator: manager.accountId,
      changes: [
        { field: 'delistYear', before: '2017', after: null },
        { field: 'delistReason', before: '达到出列标准', after: null },
      ],
    },
    {
      operation: 'DELIST',
      year: 2017,
      reason: '达到出列标准',
      operator: manager.accountId,
      changes: [{ field: 'delistYear', before: null, after: '2017' }],
    },
  ]);
  expect(history[2]).toMatchObject({ operation: 'ADD' });
});

rule(
  ['PA-VD-05', 'PA-YR-01'],
  'a delisting of an earlier year is cancelled from the cycle on; the year-ends before it stay, also closed ones',
  async () => {
    const id = await oldPoorVillage(store, VILLAGES.yunzhou1, [2014, 2015, 2016, 2017]);
    await store.adminQuery(`UPDATE poor_village SET delist_year = 2015, delist_reason = '达标'`);
    await store.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2015');
    const cancelled = await ask(CANCEL, { input: { id, expectedVersion: 1 } });
    await store.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2015');
    expect(cancelled.data!.cancelDelisting).toMatchObject({ delisted: false, delistYear: null });
    const byYear = async () => {
      const { data } = await ask(
        `query ($id: ID!) { village(year: 2017, code: $id) { poorVillage { ${[2014, 2015, 2016, 2017]
          .map((year) => `y${year}: record(year: ${year}) { delisted version }`)
          .join(' ')} } } }`,
        { id: VILLAGES.yunzhou1 },
      );
      const records: { delisted: boolean; version: number }[] = Object.values(data!.village.poorVillage);
      return records.map(({ delisted, version }) => `${delisted} ${version}`);
    };
    expect(await byYear()).toEqual(['false 1', 'true 1', 'true 1', 'false 1']);
    const listed = async (delisted: boolean, year: number) => {
      const { data } = await ask(
        'query ($year: Int!, $delisted: Boolean) { poorVillages(year: $year, delisted: $delisted) { nodes { id } } }',
        { year, delisted },
      );
      return data!.poorVillages.nodes.length;
    };
    expect([await listed(true, 2016), await listed(false, 2016)]).toEqual([1, 0]);
    expect([await listed(true, 2017), await listed(false, 2017)]).toEqual([0, 1]);
    // It leaves the list again, and comes back once more within the cycle: that touches no earlier year.
    await ask(DELIST, { input: { id, expectedVersion: 2, reason: '达到出列标准' } });
    expect(await byYear()).toEqual(['false 1', 'true 1', 'true 1', 'true 1']);
    await ask(CANCEL, { input: { id, expectedVersion: 3 } });
    expect(await byYear()).toEqual(['false 1', 'true 1', 'true 1', 'false 1']);
  },
);

rule(
  ['PA-VL-01', 'PA-VL-02', 'PA-YR-03'],
  'a record shows fifteen sections; what is typed in is saved, the rest refuses input',
  async () => {
    const id = await oldPoorVillage(store, VILLAGES.yunzhou1, [2014, 2015]);
    const { data, errors } = await ask(
      `query { village(year: 2014, code: "${VILLAGES.yunzhou1}") {
         basic { terrain } land { water } population { totalHouseholds women naturalVillageCount } income { collectiveIncome }
         socialSecurity { medicalInsured } roads { hasBus } drinkingWater { waterDifficultyHouseholds } power { householdsWithoutPower }
         housing { poorPersonsAffected } industry { cooperatives } tourism { tourismWorkers } health { clinics }
         culture { readingRooms } informationTechnology { informationOfficers } workTeam: workTeams { id } } }`,
    );
    expect(errors).toBeUndefined();
    expect(Object.keys(data!.village)).toEqual(Object.keys(VILLAGE_SECTION_TITLES));
    expect(data!.village.workTeam).toEqual([]);
    // 2014 knows no natural villages.
    expect(data!.village.population).toEqual({ totalHouseholds: 100, women: 0, naturalVillageCount: null });
    const input = { id, year: 2014, expectedVersion: 1 };
    const saved = await ask(
      SAVE,
      { input: { ...input, land: { forest: '12.5' }, basic: { villageHead: ' 演示乙 ' } } },
      operator,
    );
    expect(saved.data!.saveVillageRecord).toEqual({ version: 2 });
    const stored = await store.adminQuery(
      'SELECT year, version, forest, village_head, total_households FROM village_year_record ORDER BY year',
    );
    expect(stored).toEqual([
      { year: 2014, version: 2, forest: '12.50', village_head: '演示乙', total_households: 100 },
      { year: 2015, version: 1, forest: null, village_head: null, total_households: 100 },
    ]);
    expect((await ask(SAVE, { input: { ...input, land: { forest: '13' } } }, operator)).codes).toEqual([
      'STALE_VERSION',
    ]);
    const same = await ask(
      SAVE,
      {
        input: { ...input, expectedVersion: 2, land: { forest: '12.50' }, basic: { villageHead: '演示乙 ' } },
      },
      operator,
    );
    expect(same.data!.saveVillageRecord).toEqual({ version: 2 });

    const locked = await ask(
      SAVE,
      {
        input: {
          ...input,
          expectedVersion: 2,
          land: { forest: '99' },
          locked: { poorHouseholds: 10, villageAttribute: 'NON_POOR' },
        },
      },
      operator,
    );
    expect(locked.codes).toEqual(['FIELD_LOCKED']);
    expect(locked.errors![0]!.extensions!.faults).toMatchObject([
      { code: 'FIELD_LOCKED', field: 'locked.villageAttribute' },
      { code: 'FIELD_LOCKED', field: 'locked.poorHouseholds' },
    ]);
    const team = await ask(SAVE, { input: { ...input, expectedVersion: 2, workTeams: [] } }, operator);
    expect(team.data).toBeNull();
    expect(JSON.stringify(team.errors)).toContain('workTeams');

    await store.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2014');
    const closed = await ask(
      SAVE,
      { input: { ...input, expectedVersion: 2, land: { forest: '1' } } },
      operator,
    );
    await store.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2014');
    expect(closed.codes).toEqual(['YEAR_CLOSED']);
    const [after] = await store.adminQuery('SELECT forest FROM village_year_record WHERE year = 2014');
    expect(after).toEqual({ forest: '12.50' });
  },
);

rule(
  'PA-VL-02',
  'generated figures are those of the households of that very year as they stand',
  async () => {
    const village = VILLAGES.yunzhouOther;
    const form = (
      members: Parameters<typeof householdForm>[1],
      attribute: 'GENERAL_POOR' | 'ALLOWANCE_POOR',
      production = {},
    ) => ({
      ...householdForm(village, members),
      basic: { ...householdForm(village, []).basic, householdAttribute: attribute },
      productionAndLiving: production,
    });
    const poor = await store.identify(
      form(
        [
          memberForm(101, {
            health: ['DISABLED'],
            labourAbility: 'ORDINARY',
            workPlace: 'OUT_OF_PROVINCE',
            workMonths: 6,
          }),
          memberForm(102, {
            sex: 'FEMALE',
            relationToHead: 'SPOUSE',
            ethnicity: 'HUI',
            labourAbility: 'SKILLED',
            workPlace: 'IN_TOWNSHIP',
          }),
        ],
        'GENERAL_POOR',
        {
          isDilapidatedHouse: true,
          dilapidatedGrade: 'C',
          isDrinkingWaterSafe: false,
          hasDrinkingDifficulty: true,
        },
      ),
    );
    const exited = await store.identify(
      form([memberForm(103, { health: ['DISABLED'], labourAbility: 'NONE' })], 'ALLOWANCE_POOR', {
        isDilapidatedHouse: true,
        dilapidatedGrade: 'D',
        isDrinkingWaterSafe: true,
      }),
    );
    const figures = async (principal = manager) => {
      const [found] = await store.database.read(scopeOf(principal), (tx) =>
        villageFigures(tx, [{ year: 2017, regionCode: village }]),
      );
      return found!;
    };
    const all = await figures();
    expect(all).toEqual({
      naturalVillageCount: 0,
      poorHouseholds: 2,
      poorPopulation: 3,
      generalPoorHouseholds: 1,
      generalPoorPopulation: 2,
      allowanceHouseholds: 0,
      allowancePopulation: 0,
      allowancePoorHouseholds: 1,
      allowancePoorPopulation: 1,
      fiveGuaranteesHouseholds: 0,
      fiveGuaranteesPopulation: 0,
      fiveGuaranteesPoorHouseholds: 0,
      fiveGuaranteesPoorPopulation: 0,
      minorityPopulation: 1,
      women: 1,
      disabled: 2,
      disabledPoor: 2,
      labourForce: 2,
      migrantWorkers: 1,
      unsafeWaterHouseholds: 1,
      waterDifficultyHouseholds: 1,
      dilapidatedHouseholds: 2,
      poorPersonsAffected: 3,
    });
    await store.adminQuery(
      `UPDATE household_year_record SET poverty_status = '1' WHERE household_id = '${exited}'`,
    );
    expect(await figures()).toEqual({
      ...all,
      poorHouseholds: 1,
      poorPopulation: 2,
      allowancePoorHouseholds: 0,
      allowancePoorPopulation: 0,
      disabledPoor: 1,
      poorPersonsAffected: 2,
    });
    await store.adminQuery(
      `UPDATE member_year_record SET status = '2' WHERE household_id = '${poor}' AND sex = '2'`,
    );
    expect(await figures()).toMatchObject({ women: 0, minorityPopulation: 0, labourForce: 1 });
    await store.adminQuery(
      `UPDATE household SET file_status = 'CLOSED', closed_year = 2017 WHERE id = '${exited}'`,
    );
    expect(await figures()).toMatchObject({ dilapidatedHouseholds: 1, disabled: 1, poorHouseholds: 1 });
    expect(await figures(officer('140214000000', 'COUNTY'))).toMatchObject({
      poorHouseholds: 0,
      disabled: 0,
    });
  },
);

rule(
  'PA-VL-02',
  'each attribute has figures of its own, and returned households are poor again',
  async () => {
    const village = VILLAGES.yunzhou2;
    const attributes = HOUSEHOLD_ATTRIBUTE.names;
    let serial = 200;
    for (const [place, householdAttribute] of attributes.entries()) {
      const members = Array.from({ length: place + 1 }, (_, index) =>
        memberForm(++serial, { relationToHead: index === 0 ? 'HEAD' : 'OTHER' }),
      );
      const form = householdForm(village, members);
      await store.identify({ ...form, basic: { ...form.basic, householdAttribute } });
    }
    for (const natural of ['01', '02', '03']) {
      const code = `${village}${natural}`;
      await store.adminQuery(
        `WITH hamlet AS (INSERT INTO natural_village (region_code, code, name, created_by, created_at, updated_by, updated_at)
         VALUES ('${village}', '${code}', '${code}', 'x', now(), 'x', now()) RETURNING id)
       INSERT INTO natural_village_year_record (natural_village_id, year, region_code, created_by, created_at, updated_by, updated_at)
       SELECT id, 2017, '${village}', 'x', now(), 'x', now() FROM hamlet`,
      );
    }
    const figures = async () => {
      const [found] = await store.database.read(scopeOf(manager), (tx) =>
        villageFigures(tx, [{ year: 2017, regionCode: village }]),
      );
      return found!;
    };
    const persons = {
      generalPoorPopulation: 1,
      allowancePopulation: 2,
      fiveGuaranteesPopulation: 3,
      allowancePoorPopulation: 4,
      fiveGuaranteesPoorPopulation: 6,
    };
    const households = Object.fromEntries(
      Object.keys(persons).map((name) => [name.replace('Population', 'Households'), 1]),
    );
    expect(await figures()).toMatchObject({
      ...persons,
      ...households,
      poorHouseholds: 6,
      poorPopulation: 21,
      naturalVillageCount: 3,
    });
    const status = (attribute: string, code: string) =>
      store.adminQuery(
        `UPDATE household_year_record SET poverty_status = '${code}' WHERE household_attribute = '${attribute}' AND region_code = '${village}'`,
      );
    await status('03', '3');
    await status('04', '4');
    expect(await figures()).toMatchObject({
      ...persons,
      ...households,
      allowancePoorHouseholds: 0,
      allowancePoorPopulation: 0,
      poorHouseholds: 5,
      poorPopulation: 17,
    });
    await store.adminQuery('TRUNCATE natural_village CASCADE');
  },
);

rule(
  'PA-QY-02',
  'a page of villages with figures, teams and histories takes as many statements as one village',
  async () => {
    for (const village of [VILLAGES.yunzhou1, VILLAGES.yunzhou2, VILLAGES.yunzhouOther]) await add(village);
    const page = (first: number) =>
      countStatements(store.database, () =>
        ask(
          `query ($first: Int) { poorVillages(year: 2017, first: $first) { hasNextPage nodes { attribute delisted year
           village { code } population { totalPopulation poorHouseholds women } housing { dilapidatedHouseholds } workTeams { id }
           poorVillage { addedYear history { operation } } } } }`,
          { first },
          operator,
        ),
      );
    const one = await page(1);
    const three = await page(3);
    expect(one.result.data!.poorVillages.nodes).toHaveLength(1);
    expect(three.result.data!.poorVillages).toMatchObject({ hasNextPage: false, nodes: [{}, {}, {}] });
    expect(three.statements).toBe(one.statements);
  },
);

rule('PA-QS-06', 'a poor village is queried by a village code in every year', async () => {
  for (const year of [2014, 2015, 2016, 2017]) {
    for (const code of [COUNTY, TOWNSHIP]) {
      const { codes } = await ask(
        'query ($year: Int!, $code: ID!) { village(year: $year, code: $code) { id } }',
        { year, code },
      );
      expect(codes).toEqual(['SCOPE_TOO_WIDE']);
    }
  }
});

rule('PA-BO-14', 'the attribute changes in the cycle only, and not of a delisted village', async () => {
  const id = await oldPoorVillage(store, VILLAGES.yunzhou1, [2016, 2017]);
  const attributes = () =>
    store.adminQuery('SELECT year, village_attribute AS attribute FROM village_year_record ORDER BY year');
  expect(await setAttribute(VILLAGES.yunzhou1, 'NON_POOR')).toEqual({
    poorVillageId: id,
    before: 'POOR',
    after: 'NON_POOR',
  });
  expect(await attributes()).toEqual([
    { year: 2016, attribute: '01' },
    { year: 2017, attribute: '02' },
  ]);
  expect((await picker()).codes).toContain(VILLAGES.yunzhou1);
  expect(await list()).toEqual([]);
  // The region says in which years it is a poor village; the record that is left tells what it is.
  const { data } = await ask(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Region {
       before: poorVillage(year: 2016) { attribute } now: poorVillage(year: 2017) { attribute } } }
       village(year: 2017, code: "${VILLAGES.yunzhou1}") { attribute } }`,
    { of: [{ __typename: 'Region', code: VILLAGES.yunzhou1 }] },
  );
  expect(data).toEqual({
    _entities: [{ before: { attribute: 'POOR' }, now: null }],
    village: { attribute: 'NON_POOR' },
  });
  await expect(setAttribute(VILLAGES.yunzhou1, 'NON_POOR')).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  await expect(setAttribute('140215100999', 'POOR')).rejects.toMatchObject({ code: 'INVALID_REGION_CODE' });

  // A village nobody registered before gets its row and its record of the cycle.
  await setAttribute(VILLAGES.yunzhou2, 'POOR');
  expect(await list()).toEqual([VILLAGES.yunzhou2]);
  // Adding the other one again writes over what is left of its record.
  expect((await add(VILLAGES.yunzhou1)).id).toBe(id);
  expect(await list()).toEqual([VILLAGES.yunzhou1, VILLAGES.yunzhou2]);
  await ask(DELIST, { input: { id, expectedVersion: 3, reason: '达到出列标准' } });
  await expect(setAttribute(VILLAGES.yunzhou1, 'NON_POOR')).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
    field: 'attribute',
  });
  expect((await events()).map(([type]) => type)).toContain('village.attribute-changed');
});

it('villages that are merged keep both records under the new code; one answers for it', async () => {
  const first = await oldPoorVillage(store, VILLAGES.yunzhou1, [2017]);
  const second = await oldPoorVillage(store, VILLAGES.yunzhou2, [2017]);
  await store.database.write(scopes.followRegionChanges(), (tx) =>
    receiveRegionChange(tx, {
      data: {
        changeId: randomUUID(),
        kind: 'MERGE',
        from: [VILLAGES.yunzhou1],
        to: [VILLAGES.yunzhou2],
        effectiveDate: '2018-01-01',
        moves: [{ from: VILLAGES.yunzhou1, to: VILLAGES.yunzhou2, level: 'VILLAGE' }],
      },
      time: '2018-01-01T00:00:00+08:00',
    }),
  );
  await followRegionChanges(store.database, store.clock, regionFollowing);
  expect(await list()).toEqual([VILLAGES.yunzhou2, VILLAGES.yunzhou2]);
  const { data } = await ask(`query { village(year: 2017, code: "${VILLAGES.yunzhou2}") { id } }`);
  expect([first, second]).toContain(data!.village.id);
  const input = { id: first, expectedVersion: 1, reason: '合并后出列' };
  expect((await ask(DELIST, { input })).codes).toEqual([]);
  expect(await list({ delisted: true })).toEqual([VILLAGES.yunzhou2]);

  // The back office changes the one village that they are now, and not before the delisting is cancelled.
  const nonPoor = () => setAttribute(VILLAGES.yunzhou2, 'NON_POOR');
  await expect(nonPoor()).rejects.toMatchObject({ code: 'STATE_CONFLICT', field: 'attribute' });
  expect((await ask(CANCEL, { input: { id: first, expectedVersion: 2 } })).codes).toEqual([]);
  await nonPoor();
  expect(await list()).toEqual([]);
  expect((await picker()).codes).toContain(VILLAGES.yunzhou2);
  expect(
    await store.adminQuery('SELECT DISTINCT village_attribute AS attribute FROM village_year_record'),
  ).toEqual([{ attribute: '02' }]);
});
