import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rule } from '@junxian/test-kit';
import { type EnumTypeDefinitionNode, Kind, parse } from 'graphql';
import { faultsOf } from '../testing/refusals.support.test';
import { CONDITION_FIELDS, CONDITION_OPS, type ConditionOp, OPS_OF_KIND } from './condition-fields.rules';
import { type Condition, compileConditions, conditionFieldInfos } from './conditions.rules';
import { BASIC, INCOME_AND_HEALTH, PRODUCTION_AND_LIVING, RELOCATION } from './household-fields.rules';

const compiled = (...conditions: Condition[]) => {
  const parameters: unknown[] = [];
  const conditionsOfPage = compileConditions(conditions, (value) => `$${parameters.push(value)}`);
  return { ...conditionsOfPage, parameters };
};
const faults = (...conditions: Condition[]) => faultsOf(() => compiled(...conditions));
const enumOf = (name: string) =>
  parse(readFileSync(join(__dirname, 'conditions.graphql'), 'utf8'))
    .definitions.find(
      (node): node is EnumTypeDefinitionNode =>
        node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === name,
    )!
    .values!.map(({ name: value, description }) => [value.value, description?.value]);

it('the schema has the fields and operators of the table, with the same labels', () => {
  expect(enumOf('ConditionField')).toEqual([...CONDITION_FIELDS].map(([name, { label }]) => [name, label]));
  expect(enumOf('Op')).toEqual(Object.entries(CONDITION_OPS));
});

rule('PA-QS-12', 'every field of the four tabs can be a condition, but for the sealed ones', () => {
  const columns = new Set([...CONDITION_FIELDS.values()].map(({ sql }) => sql));
  const missing = Object.keys({
    ...BASIC,
    ...PRODUCTION_AND_LIVING,
    ...INCOME_AND_HEALTH,
    ...RELOCATION,
  }).filter((name) => !columns.has(`r.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`));
  expect(missing).toEqual(['phoneSealed', 'bankAccountSealed']);
  for (const named of [
    'MAIN_CAUSE',
    'OTHER_CAUSES',
    'IS_MILITARY_MARTYR_FAMILY',
    'CLOSURE_YEAR',
    'RETURN_YEAR',
    'BENEFIT_END_MONTH',
  ]) {
    expect(CONDITION_FIELDS.has(named)).toBe(true);
  }
});

rule('PA-QS-12', 'code fields open their value list, other fields have none', () => {
  const infos = new Map(conditionFieldInfos().map((info) => [info.field as string, info]));
  expect(infos.get('IDENTIFICATION_STANDARD')).toMatchObject({
    label: '识别标准',
    values: [
      { value: 'NATIONAL', label: '国家标准' },
      { value: 'PROVINCIAL', label: '省定标准' },
      { value: 'CITY', label: '市定标准' },
    ],
  });
  expect(infos.get('MAIN_CAUSE')!.values).toHaveLength(13);
  for (const [name, { kind }] of CONDITION_FIELDS) {
    expect([name, infos.get(name)!.values !== null]).toEqual([name, kind === 'CODE' || kind === 'CODES']);
  }
});

rule(
  'PA-QS-12',
  'values are parameters in the form in which they are stored, never part of the statement',
  () => {
    const { where, parameters } = compiled(
      { field: 'MAIN_CAUSE', op: 'EQ', value: ['ILLNESS', 'OTHER'] },
      { field: 'ADDRESS', op: 'CONTAINS', value: ["'; DROP TABLE household; --"] },
      { field: 'PER_CAPITA_NET_INCOME', op: 'LT', value: [' 3100.00 '] },
      { field: 'IS_KEY_TARGET', op: 'NE', value: ['true'] },
    );
    expect(parameters).toEqual([['01', '99'], "'; DROP TABLE household; --", '3100.00', ['true']]);
    expect(where.RECORD).toEqual([
      'r.main_cause = ANY($1::text[])',
      'position($2::text IN r.address) > 0',
      'r.per_capita_net_income < $3::numeric',
      '(r.is_key_target = ANY($4::boolean[])) IS NOT TRUE',
    ]);
  },
);

rule(
  'PA-QS-11',
  'an empty list narrows nothing; every listed condition is kept, wherever its field stands',
  () => {
    const none = { RECORD: [], FILE: [], OUTCOME: [], MEMBER: [] };
    const nothing = { asksForClosed: false, emptyOutcomeMeetsAll: true, unusualMembers: [] };
    expect(compiled()).toEqual({ where: none, parameters: [], ...nothing });
    const { where } = compiled(
      { field: 'RETURN_YEAR', op: 'NOT_NULL' },
      { field: 'RETURN_YEAR', op: 'EQ', value: ['2016'] },
      { field: 'MEMBER_SEX', op: 'EQ', value: ['FEMALE'] },
      { field: 'IDENTIFIED_YEAR', op: 'GTE', value: ['2014'] },
      { field: 'OUTCOME_WATER_SAFE', op: 'IS_NULL' },
    );
    expect(Object.values(where).map(({ length }) => length)).toEqual([2, 1, 1, 1]);
  },
);

it('closed households are asked for by their closure year or file status only', () => {
  const asks = (field: string, op: ConditionOp, ...value: string[]) =>
    compiled({ field, op, ...(value.length > 0 ? { value } : {}) }).asksForClosed;
  expect(asks('CLOSURE_YEAR', 'EQ', '2017')).toBe(true);
  expect(asks('CLOSURE_YEAR', 'NOT_NULL')).toBe(true);
  expect(asks('FILE_STATUS', 'EQ', 'CLEARED')).toBe(true);
  expect(asks('CLOSURE_YEAR', 'IS_NULL')).toBe(false);
  expect(asks('RETURN_YEAR', 'EQ', '2017')).toBe(false);
});

it.each<[met: boolean, ...conditions: Condition[]]>([
  [true, { field: 'OUTCOME_WATER_SAFE', op: 'IS_NULL' }],
  [true, { field: 'OUTCOME_WATER_SAFE', op: 'NE', value: ['true'] }],
  [true, { field: 'RETURN_YEAR', op: 'NOT_NULL' }],
  [false, { field: 'OUTCOME_WATER_SAFE', op: 'NOT_NULL' }],
  [false, { field: 'OUTCOME_WATER_SAFE', op: 'EQ', value: ['false'] }],
  [
    false,
    { field: 'OUTCOME_WATER_SAFE', op: 'IS_NULL' },
    { field: 'OUTCOME_FOOD_ASSURED', op: 'EQ', value: ['true'] },
  ],
])('a household without an outcome meets all conditions on it: %s', (met, ...conditions) => {
  expect(compiled(...conditions).emptyOutcomeMeetsAll).toBe(met);
});

it.each<[unusual: boolean, op: ConditionOp, ...value: string[]]>([
  [true, 'EQ', 'DISABLED'],
  [true, 'CONTAINS', 'SERIOUS_ILLNESS', 'CHRONIC_ILLNESS'],
  [false, 'EQ', 'HEALTHY'],
  [false, 'CONTAINS', 'DISABLED', 'HEALTHY'],
  [false, 'NE', 'DISABLED'],
  [false, 'NOT_NULL'],
])('only conditions that no healthy member meets leave those out: %s %s %s', (unusual, op, ...value) => {
  const condition = { field: 'MEMBER_HEALTH', op, ...(value.length > 0 ? { value } : {}) };
  expect(compiled(condition).unusualMembers).toEqual(unusual ? [`m.health <> '{01}'`] : []);
});

/** A condition in order for each kind of field, and values that are none of it. */
const KINDS: [field: string, good: string, bad: string[]][] = [
  ['MAIN_CAUSE', 'ILLNESS', ['01', '因病', 'illness', ' ILLNESS', '']],
  ['OTHER_CAUSES', 'ILLNESS', ['LAZINESS']],
  ['HOUSEHOLD_NO', '140215', ['', '  ', 'x'.repeat(101), 'a\u0000b']],
  ['RETURN_YEAR', '2016', ['', '-1', '20 16', '2016.5', '9999999999', 'x']],
  ['PER_CAPITA_NET_INCOME', '3100.00', ['', '1e3', '3,100', '1.234', 'NaN']],
  ['NET_INCOME', '-200', ['--1']],
  ['IS_KEY_TARGET', 'true', ['', '1', '是', 'TRUE']],
  ['RELOCATED_DATE', '2016-02-29', ['2017-02-29', '2016-2-9', '20160209', '']],
  ['BENEFIT_END_MONTH', '2016-12', ['2016-13', '2016-1', '2016', '2016-12-01']],
];

it.each(KINDS)('%s takes %s and refuses what is none of its values', (field, good, bad) => {
  expect(faults({ field, op: 'EQ', value: [good] })).toEqual([]);
  for (const value of bad) {
    expect([value, faults({ field, op: 'EQ', value: [good, value] })]).toEqual([
      value,
      ['INVALID_INPUT conditions[0].value'],
    ]);
  }
});

rule('PA-QS-12', 'an operator that a field does not take is refused, naming the ones it takes', () => {
  for (const [field, good] of KINDS) {
    const takes = OPS_OF_KIND[CONDITION_FIELDS.get(field)!.kind];
    for (const op of Object.keys(CONDITION_OPS) as ConditionOp[]) {
      const value = op === 'IS_NULL' || op === 'NOT_NULL' ? undefined : [good];
      const expected = takes.includes(op) ? [] : ['INVALID_INPUT conditions[0].op'];
      expect([field, op, faults({ field, op, value })]).toEqual([field, op, expected]);
    }
  }
  expect(() => compiled({ field: 'MAIN_CAUSE', op: 'GT', value: ['ILLNESS'] })).toThrow(
    expect.objectContaining({
      text: {
        zh: '“主要致贫原因”不能用“大于”，可用：等于、不等于、为空、不为空',
        en: 'MAIN_CAUSE does not take GT; it takes EQ, NE, IS_NULL, NOT_NULL',
      },
    }),
  );
});

it('all faults of a list are told at once, each with its place', () => {
  expect(
    faults(
      { field: 'RETURN_YEAR', op: 'EQ', value: ['2016'] },
      { field: 'RETURN_YEAR', op: 'EQ' },
      { field: 'RETURN_YEAR', op: 'IS_NULL', value: ['2016'] },
      { field: 'RETURN_YEAR', op: 'GT', value: ['2015', '2016'] },
      { field: 'MEMBER_SEX', op: 'CONTAINS', value: ['MALE'] },
      { field: 'RETURN_YEAR', op: 'EQ', value: Array.from({ length: 101 }, () => '2016') },
    ),
  ).toEqual([
    'FIELD_REQUIRED conditions[1].value',
    'INVALID_INPUT conditions[2].value',
    'INVALID_INPUT conditions[3].value',
    'INVALID_INPUT conditions[4].op',
    'INVALID_INPUT conditions[5].value',
  ]);
  const many = Array.from({ length: 31 }, (): Condition => ({ field: 'RETURN_YEAR', op: 'NOT_NULL' }));
  expect(faults(...many)).toEqual(['INVALID_INPUT conditions']);
});
