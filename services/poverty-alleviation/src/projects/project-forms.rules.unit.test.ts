import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Refusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import { type DefinitionNode, parse } from 'graphql';
import { PROJECT_SUBTYPE, PROJECT_TYPE, type ProjectType } from '../project-code-lists';
import { isSubtypeOf, missingFields, PROJECT_FORMS, readForm } from './project-forms.rules';
import { FORMS } from './projects.fixture';

const schema = ['projects.graphql', 'project-forms.graphql'].flatMap(
  (file) => parse(readFileSync(join(__dirname, file), 'utf8')).definitions,
);
const fieldsOf = (name: string) => {
  const node = schema.find(
    (one: DefinitionNode) => 'name' in one && one.name?.value === name && 'fields' in one,
  ) as { fields: { name: { value: string } }[] } | undefined;
  return node?.fields.map((field) => field.name.value);
};
const TYPES = PROJECT_TYPE.names;
const read = (type: ProjectType, part: 'details' | 'results', input: object | null) => {
  const faults: Refusal[] = [];
  const values = readForm(type, part, input, `input.${part}`, faults);
  return { values, faults: faults.map(({ code, field }) => `${code} ${field}`) };
};

describe.each(TYPES)('the forms of %s', (type) => {
  const { key, details, results } = PROJECT_FORMS[type];
  const name = key[0]!.toUpperCase() + key.slice(1);

  rule('PA-PJ-01', 'has fields of its own in library, approval, adjustment and implementation', () => {
    expect(fieldsOf(`${name}Details`)).toEqual(Object.keys(details));
    expect(fieldsOf(`${name}DetailsInput`)).toEqual(Object.keys(details));
    expect(fieldsOf(`${name}Results`)).toEqual(Object.keys(results));
    expect(fieldsOf(`${name}ResultsInput`)).toEqual(Object.keys(results));
    for (const mutation of ['SaveProjectInput', 'ApproveProjectInput', 'AdjustProjectInput'])
      expect(fieldsOf(mutation)).toContain('details');
    expect(fieldsOf('ReportImplementationInput')).toContain('results');
  });

  rule('PA-PJ-01', 'takes its own form and refuses that of every other type', () => {
    expect(read(type, 'details', FORMS[type].details).faults).toEqual([]);
    expect(Object.keys(read(type, 'details', FORMS[type].details).values)).toEqual(Object.keys(details));
    for (const other of TYPES.filter((one) => one !== type)) {
      const given = { ...FORMS[type].details, ...FORMS[other].details };
      expect(read(type, 'details', given).faults).toEqual([
        `INVALID_INPUT input.details.${PROJECT_FORMS[other].key}`,
      ]);
    }
  });

  rule('PA-PJ-01', 'names what is required and missing', () => {
    const missing = missingFields(type, 'details', {}, 'input.details').map(({ field }) => field);
    const required = Object.entries(details).filter(([, field]) => field.required);
    expect(missing).toEqual(required.map(([field]) => `input.details.${key}.${field}`));
    expect(missing.length).toBeGreaterThan(0);
    expect(missingFields(type, 'details', read(type, 'details', FORMS[type].details).values, '')).toEqual([]);
    expect(missingFields(type, 'results', read(type, 'results', FORMS[type].results).values, '')).toEqual([]);
  });
});

it.each([
  [
    'EDUCATION_TRAINING',
    { educationTraining: { trainingKind: '  ', hours: 1.5, subsidyPerPerson: '-1' } },
    3,
  ],
  [
    'EDUCATION_TRAINING',
    { educationTraining: { trainingKind: '字'.repeat(201), hours: -1, subsidyPerPerson: '1.234' } },
    3,
  ],
  ['FINANCE', { finance: { rate: '100.01', discount: '100', loanAmount: '1.00001', term: 100_000_000 } }, 3],
  ['INDUSTRY', { industry: { scale: '100000000' } }, 1],
] as const)('refuses values of %s that are none of their kind', (type, input, count) => {
  expect(read(type, 'details', input).faults).toHaveLength(count);
});

it('keeps decimals in one form, blanks out, and nothing for what is left out', () => {
  expect(
    read('FINANCE', 'details', {
      finance: { bank: ' 信用社 ', loanAmount: '12.5', rate: '4.3', discount: null },
    }).values,
  ).toEqual({
    bank: '信用社',
    loanAmount: '12.5000',
    rate: '4.30',
  });
  expect(read('FINANCE', 'details', null)).toEqual({ values: {}, faults: [] });
});

it('every subtype belongs to exactly one type', () => {
  for (const subtype of PROJECT_SUBTYPE.names)
    expect(TYPES.filter((type) => isSubtypeOf(subtype, type))).toHaveLength(1);
});
