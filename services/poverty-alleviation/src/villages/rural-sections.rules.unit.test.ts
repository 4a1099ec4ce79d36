import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Refusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import { type InputObjectTypeDefinitionNode, Kind, parse } from 'graphql';
import { COUNTY_INDICATORS, COUNTY_SECTIONS } from '../counties/county-fields.rules';
import { FormFaults } from '../households/form-faults.rules';
import { NATURAL_VILLAGE } from '../natural-villages/natural-village.rules';
import { setClause } from '../record-fields';
import { changesOf } from './rural-records.service';
import type { Sections } from './rural-sections.rules';
import { givenOf } from './rural-sections.rules';
import { checkLocked, checkVillageForm, VILLAGE_INDICATORS, VILLAGE_SECTIONS } from './village-fields.rules';
import { expectDataOf } from './village-list.rules';

const inputs = new Map(
  [
    'villages/rural-sections.graphql',
    'villages/villages.graphql',
    'counties/counties.graphql',
    'natural-villages/natural-villages.graphql',
  ]
    .flatMap((file) => parse(readFileSync(join(__dirname, '..', file), 'utf8')).definitions)
    .filter((node): node is InputObjectTypeDefinitionNode => node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
    .map((node) => [
      node.name.value,
      new Map(
        (node.fields ?? []).map((field) => [
          field.name.value,
          { type: typeName(field.type), label: field.description?.value },
        ]),
      ),
    ]),
);

function typeName(type: { kind: string; type?: unknown; name?: { value: string } }): string {
  return type.name?.value ?? typeName(type.type as typeof type);
}

const faultsOf = (check: (faults: FormFaults) => void) => {
  const faults = new FormFaults();
  check(faults);
  return faults.list.map(({ code, field }: Refusal) => `${code} ${field}`);
};

describe.each<[string, string, Sections]>([
  ['a village', 'SaveVillageRecordInput', VILLAGE_SECTIONS],
  ['a new poor village', 'AddPoorVillageInput', VILLAGE_SECTIONS],
  ['a county', 'SaveCountyRecordInput', COUNTY_SECTIONS],
])('the form of %s', (_title, form, sections) => {
  it.each(Object.entries(sections))(
    'has section %s with the indicators of the field table and their labels',
    (name, section) => {
      const type = inputs.get(form)!.get(name)!.type;
      expect([...inputs.get(type)!].map(([field, { label }]) => [field, label])).toEqual(
        Object.entries(section).map(([field, { label }]) => [field, label]),
      );
    },
  );
});

it('the form of a natural village has the indicators of the field table', () => {
  const form = inputs.get('SaveNaturalVillageInput')!;
  for (const [field, { label }] of Object.entries(NATURAL_VILLAGE))
    expect(form.get(field)?.label).toBe(label);
});

it('no two sections have an indicator of one name, since each is a column', () => {
  const count = (sections: Sections) =>
    Object.values(sections).flatMap((section) => Object.keys(section)).length;
  expect(Object.keys(VILLAGE_INDICATORS)).toHaveLength(count(VILLAGE_SECTIONS));
  expect(Object.keys(COUNTY_INDICATORS)).toHaveLength(count(COUNTY_SECTIONS));
});

describe('a village form', () => {
  const totals = { totalHouseholds: 120, totalPopulation: 430 };

  it.each([
    [
      'in order',
      { population: totals, basic: { officePhone: '0352-1234567', longitude: '113.25', latitude: '40.1' } },
      [],
    ],
    ['empty but for the totals', { population: totals }, []],
    [
      'a negative count',
      { population: { ...totals, totalPopulation: -1 } },
      ['INVALID_INPUT population.totalPopulation'],
    ],
    [
      'a count beyond bounds',
      { tourism: { tourismWorkers: 100_000_000 } },
      ['INVALID_INPUT tourism.tourismWorkers'],
    ],
    ['three decimals', { land: { cultivated: '1.234' } }, ['INVALID_INPUT land.cultivated']],
    ['no number', { income: { collectiveIncome: '很多' } }, ['INVALID_INPUT income.collectiveIncome']],
    ['blank head', { basic: { villageHead: ' ' } }, ['INVALID_INPUT basic.villageHead']],
    ['a phone that is none', { basic: { officePhone: '110' } }, ['INVALID_INPUT basic.officePhone']],
    [
      'a place outside China',
      { basic: { longitude: '30.5', latitude: '-1' } },
      ['INVALID_INPUT basic.longitude', 'INVALID_INPUT basic.latitude'],
    ],
    [
      'cleared totals',
      { population: { totalHouseholds: null } },
      ['FIELD_REQUIRED population.totalHouseholds'],
    ],
  ])('%s', (_title, input, expected) => {
    expect(faultsOf((faults) => checkVillageForm(input, false, faults))).toEqual(expected);
  });

  rule(
    'PA-VD-02',
    'a new poor village needs total households and persons, and nothing else of the population',
    () => {
      expect(faultsOf((faults) => checkVillageForm({}, true, faults))).toEqual([
        'FIELD_REQUIRED population.totalHouseholds',
        'FIELD_REQUIRED population.totalPopulation',
      ]);
      expect(faultsOf((faults) => checkVillageForm({ population: totals }, true, faults))).toEqual([]);
      expect([...inputs.get('VillagePopulationInput')!.keys()]).toEqual([
        'totalHouseholds',
        'totalPopulation',
      ]);
    },
  );

  rule(
    'PA-VL-02',
    'a figure that is generated is refused, whatever its value, also together with other faults',
    () => {
      const locked = {
        poorHouseholds: 0,
        women: 12,
        delisted: false,
        villageAttribute: null,
        unsafeWaterHouseholds: undefined,
      };
      expect(faultsOf((faults) => checkLocked(locked, 'locked', faults))).toEqual([
        'FIELD_LOCKED locked.poorHouseholds',
        'FIELD_LOCKED locked.women',
        'FIELD_LOCKED locked.delisted',
      ]);
    },
  );
});

it('what a form leaves out is not given, null is', () => {
  const form = { land: { cultivated: null, forest: undefined, water: '3' }, income: null, basic: undefined };
  expect(givenOf(VILLAGE_SECTIONS, form)).toEqual({ cultivated: null, water: '3' });
});

it.each([
  ['another value', { a: 1 }, { a: 2 }, { before: { a: 1 }, after: { a: 2 } }],
  ['the same decimal written otherwise', { a: '3.00' }, { a: '3' }, { before: {}, after: {} }],
  ['the same decimal with zeros before it', { a: '3.50' }, { a: '03.5' }, { before: {}, after: {} }],
  ['another decimal', { a: '3.00' }, { a: '30' }, { before: { a: '3.00' }, after: { a: '30' } }],
  ['a text with zeros', { a: '0352-1' }, { a: '352-1' }, { before: { a: '0352-1' }, after: { a: '352-1' } }],
  ['a value cleared', { a: false }, { a: null }, { before: { a: false }, after: { a: null } }],
  ['nothing there before', {}, { a: null, b: 0 }, { before: { b: null }, after: { b: 0 } }],
])('changes: %s', (_title, before, given, expected) => {
  expect(changesOf(before, given)).toEqual(expected);
});

it('a field that the record does not have is a defect, never SQL', () => {
  const by = { actor: 'a', now: new Date(0) };
  expect(() => setClause(VILLAGE_INDICATORS, { 'x = 1; --': 1 }, by)).toThrow(RangeError);
});

rule('PA-YR-02', '2014 has villages only, counties come with 2015, natural villages with 2016', () => {
  const year = (number: number) => ({
    year: number,
    hasCounty: number >= 2015,
    hasNaturalVillage: number >= 2016,
  });
  const refused = (kind: 'COUNTY' | 'NATURAL_VILLAGE') =>
    [2014, 2015, 2016, 2017].filter((number) => {
      try {
        expectDataOf(kind, year(number));
        return false;
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_INPUT', field: 'year' });
        return true;
      }
    });
  expect(refused('COUNTY')).toEqual([2014]);
  expect(refused('NATURAL_VILLAGE')).toEqual([2014, 2015]);
});
