import { countStatements, rule, scenario } from '@junxian/test-kit';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import {
  comparable,
  everySection,
  oldPoorVillage,
  recordedEvents,
  selectionOf,
} from '../testing/villages.support.test';
import { COUNTY_SECTIONS } from './county-fields.rules';

const COUNTY = '140215000000';
const NEXT = '140214000000';
const manager = officer(COUNTY, 'COUNTY', 'MANAGER');
const city = officer('140200000000', 'CITY', 'MANAGER');

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
const graph = graphOver(() => store);
afterAll(() => store?.close());
beforeEach(() => store.adminQuery('TRUNCATE county_year_record, village_history, outbox CASCADE'));

const ask = (document: string, variables = {}, principal = manager) =>
  graph.ask(principal, document, variables);
const SAVE =
  'mutation ($input: SaveCountyRecordInput!) { saveCountyRecord(input: $input) { id year attribute version } }';
const save = (input: Record<string, unknown>, principal = manager) =>
  ask(SAVE, { input: { year: 2017, countyCode: COUNTY, ...input } }, principal);
/** A record as imported data bring it, with its attribute. */
const imported = (year: number, code: string, attribute: string) =>
  store.adminQuery(
    `INSERT INTO county_year_record (year, region_code, county_attribute, created_by, created_at, updated_by, updated_at)
     SELECT ${year}, '${code}', '${attribute}', 'test', now(), 'test', now() FROM (SELECT set_config('junxian.actor', 'SERVICE', true)) AS as_service`,
  );
const rows = () =>
  store.adminQuery(
    'SELECT year, region_code, county_attribute, forest, gdp, version FROM county_year_record ORDER BY year, region_code',
  );

rule(
  'PA-YR-03',
  'county data are made and changed by year, other years stay, a closed year refuses',
  async () => {
    await imported(2015, COUNTY, '01');
    const made = await save({ land: { forest: '35000.5' }, economy: { gdp: '812345.67' } });
    expect(made.data!.saveCountyRecord).toMatchObject({
      year: 2017,
      attribute: 'NATIONAL_KEY_COUNTY',
      version: 1,
    });
    const again = await save({ land: { forest: '36000' } });
    expect(again.codes).toEqual(['STALE_VERSION']);
    const changed = await save({ expectedVersion: 1, land: { forest: '36000' } });
    expect(changed.data!.saveCountyRecord).toMatchObject({ version: 2 });
    expect((await save({ expectedVersion: 1, land: { forest: '1' } })).codes).toEqual(['STALE_VERSION']);
    expect(await rows()).toEqual([
      { year: 2015, region_code: COUNTY, county_attribute: '01', forest: null, gdp: null, version: 1 },
      {
        year: 2017,
        region_code: COUNTY,
        county_attribute: '01',
        forest: '36000.00',
        gdp: '812345.67',
        version: 2,
      },
    ]);
    expect(await recordedEvents(store)).toEqual(
      [1, 2].map(() => [
        'village.record-changed',
        { kind: 'COUNTY', code: COUNTY, year: 2017, deleted: false },
      ]),
    );
    await store.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2015');
    const closed = await save({ year: 2015, expectedVersion: 1, land: { forest: '1' } });
    await store.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2015');
    expect(closed.codes).toEqual(['YEAR_CLOSED']);
  },
);

rule(
  'PA-YR-03',
  'every indicator of a county is entered, changed, and shown as it was typed in',
  async () => {
    const shown = async () => {
      const { data } = await ask(
        `query { county(year: 2015, code: "${COUNTY}") { ${selectionOf(COUNTY_SECTIONS)} } }`,
      );
      return Object.entries(data!.county as Record<string, object>).map(([name, values]) => [
        name,
        comparable({ ...values }),
      ]);
    };
    for (const [expectedVersion, first] of [
      [null, 1],
      [1, 200],
    ] as const) {
      const stated = everySection(COUNTY_SECTIONS, first);
      expect((await save({ year: 2015, expectedVersion, ...stated })).codes).toEqual([]);
      expect(await shown()).toEqual(
        Object.entries(stated).map(([name, values]) => [name, comparable(values)]),
      );
    }
  },
);

it('of several officers who make one record at once, exactly one does', async () => {
  const outcomes = await Promise.all([1, 2, 3].map((gdp) => save({ economy: { gdp: String(gdp) } })));
  expect(outcomes.map(({ codes }) => codes.join()).sort()).toEqual(['', 'STALE_VERSION', 'STALE_VERSION']);
  expect(await rows()).toHaveLength(1);
});

scenario(
  'poverty-alleviation',
  19,
  'sending poorHouseholds for the county record of 2015 is refused',
  async () => {
    await imported(2015, COUNTY, '01');
    const { codes, errors } = await save({ year: 2015, expectedVersion: 1, poorHouseholds: 10 });
    expect(codes).toEqual(['FIELD_LOCKED']);
    expect(errors![0]!.extensions).toMatchObject({ field: 'poorHouseholds' });
    expect(await rows()).toMatchObject([{ version: 1 }]);
  },
);

rule(
  'PA-CT-01',
  'attribute and generated counts cannot be edited; the counts are those of the year',
  async () => {
    await imported(2017, COUNTY, '02');
    const { errors } = await save({
      expectedVersion: 1,
      land: { forest: '5' },
      countyAttribute: 'NON_POOR',
      poorVillageCount: 0,
      poorHouseholds: 1,
      poorPopulation: 4,
    });
    const { faults } = errors![0]!.extensions as unknown as { faults: { code: string; field: string }[] };
    expect(faults.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'FIELD_LOCKED countyAttribute',
      'FIELD_LOCKED poorVillageCount',
      'FIELD_LOCKED poorHouseholds',
      'FIELD_LOCKED poorPopulation',
    ]);
    expect(await rows()).toMatchObject([{ county_attribute: '02', forest: null, version: 1 }]);

    await oldPoorVillage(store, VILLAGES.yunzhou1, [2016, 2017]);
    await oldPoorVillage(store, VILLAGES.yunzhou2, [2017]);
    await oldPoorVillage(store, VILLAGES.yungang, [2017]);
    await store.identify(
      householdForm(VILLAGES.yunzhou1, [memberForm(1), memberForm(2, { relationToHead: 'SON' })]),
    );
    await store.identify(householdForm(VILLAGES.yungang, [memberForm(3)]));
    await store.deliver();
    const { data } = await ask(
      `query { county(year: 2017, code: "${COUNTY}") { attribute poorVillageCount poorHouseholds poorPopulation } }`,
    );
    expect(data!.county).toEqual({
      attribute: 'CONTIGUOUS_POOR_AREA',
      poorVillageCount: 2,
      poorHouseholds: 1,
      poorPopulation: 2,
    });
  },
);

rule(['PA-QS-07', 'PA-YR-02'], 'a county is queried by a county code, from 2015 on', async () => {
  await imported(2015, COUNTY, '01');
  const county = async (year: number, code: string) => {
    const { data, codes } = await ask(
      'query ($year: Int!, $code: ID!) { county(year: $year, code: $code) { year } }',
      { year, code },
      city,
    );
    return codes.join() || data!.county;
  };
  expect(await county(2015, COUNTY)).toEqual({ year: 2015 });
  expect(await county(2016, COUNTY)).toBeNull();
  expect(await county(2014, COUNTY)).toBe('INVALID_INPUT');
  expect(await county(2015, '140200000000')).toBe('SCOPE_TOO_WIDE');
  expect(await county(2015, '140215100000')).toBe('INVALID_REGION_CODE');
  expect((await save({ year: 2014 })).codes).toEqual(['INVALID_INPUT']);
  expect((await save({ countyCode: '140215100000' }, city)).codes).toEqual(['INVALID_REGION_CODE']);
});

rule(
  'PA-QY-02',
  'counties are listed by code with their figures, in a fixed number of statements',
  async () => {
    await imported(2017, COUNTY, '01');
    await imported(2017, NEXT, '03');
    await imported(2016, NEXT, '03');
    const page = (first: number, after: string | null = null) =>
      countStatements(store.database, () =>
        ask(
          `query ($first: Int, $after: String) { counties(year: 2017, first: $first, after: $after) { endCursor hasNextPage
           nodes { county { code } attribute poorVillageCount poorHouseholds history { operation } } } }`,
          { first, after },
          city,
        ),
      );
    const both = await page(10);
    expect(both.result.data!.counties).toMatchObject({
      hasNextPage: false,
      nodes: [
        { county: { code: NEXT }, attribute: 'PROVINCIAL_KEY_COUNTY' },
        { county: { code: COUNTY }, attribute: 'NATIONAL_KEY_COUNTY' },
      ],
    });
    const first = await page(1);
    expect(first.statements).toBe(both.statements);
    const second = await page(1, first.result.data!.counties.endCursor);
    expect(second.result.data!.counties).toMatchObject({
      hasNextPage: false,
      nodes: [{ county: { code: COUNTY } }],
    });
  },
);

rule('PA-QY-04', 'a change of a county is written down with what stood before and stands after', async () => {
  await save({ economy: { gdp: '100' } });
  await save({ expectedVersion: 1, economy: { gdp: '250.5' }, roads: { busVillages: 3 } });
  const { data } = await ask(
    `query { county(year: 2017, code: "${COUNTY}") { history { operation year operator changes { field before after } } } }`,
  );
  expect(data!.county.history).toEqual([
    {
      operation: 'SAVE_RECORD',
      year: 2017,
      operator: manager.accountId,
      changes: [
        { field: 'gdp', before: '100.00', after: '250.5' },
        { field: 'busVillages', before: null, after: '3' },
      ],
    },
    {
      operation: 'SAVE_RECORD',
      year: 2017,
      operator: manager.accountId,
      changes: [{ field: 'gdp', before: null, after: '100' }],
    },
  ]);
});
