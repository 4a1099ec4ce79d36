import { buildSchema, execute, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { AnswerWriter } from './answer-writer';

const schema = buildSchema(`
  type Query { thing: Thing must: Thing! things: [Thing!] loose: [Thing] grid: [[Int!]]! any: [Any] named: Named level: Level day: Day }
  interface Named { name: String }
  type Thing implements Named { id: ID! name: String count: Int rate: Float open: Boolean inner: Thing must: Thing! day: Day }
  type Other implements Named { name: String other: Int! }
  union Any = Thing | Other
  enum Level { CITY COUNTY }
  scalar Day
`);

function project(query: string, data: Record<string, unknown>, variables: Record<string, unknown> = {}) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document)!;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  const writer = new AnswerWriter(schema, document, operation);
  const first = writer.write(data, coerced!, undefined);
  expect(writer.write(data, coerced!, undefined)).toEqual(first);
  // What needs no escapes is written the same without a look at each text.
  if (!JSON.stringify(data).includes('\\'))
    expect(writer.write(data, coerced!, undefined, true)).toEqual(first);
  return { data: JSON.parse(first.text) as unknown, text: first.text, errors: first.errors, document };
}

const thing = (id: string, more: object = {}) => ({
  __typename: 'Thing',
  id,
  name: `n${id}`,
  extra: 'x',
  ...more,
});

describe('is what graphql-js would answer', () => {
  const DATA = {
    thing: thing('1', {
      inner: thing('2', { inner: null }),
      must: thing('3'),
      count: 4,
      rate: 1.5,
      open: false,
      day: '2018-03-01',
    }),
    must: thing('5'),
    b: { ...thing('4'), z: '4', a: 'n4' },
    a: thing('5'),
    things: [thing('6'), thing('7')],
    loose: [null, thing('8')],
    grid: [[1, 2], null, []],
    any: [thing('9'), { __typename: 'Other', name: 'o', other: 3 }, null],
    named: { __typename: 'Other', name: 'o', other: 3 },
    level: 'CITY',
    day: { any: ['thing'] },
    hidden: 1,
  };

  it.each<[string, Record<string, unknown>?]>([
    ['{ thing { id name inner { id inner { id } } must { name } } }'],
    ['{ b: thing { z: id a: name } a: must { id } __typename }'],
    ['{ things { id } loose { id __typename } grid }'],
    ['{ any { __typename ... on Thing { id } ... on Other { other } ... on Named { name } } }'],
    ['{ named { name __typename ... on Thing { id } ... on Other { other } } }'],
    [
      '{ thing { ...A ...B } } fragment A on Thing { inner { id } count } fragment B on Thing { inner { name } rate open ...A }',
    ],
    [
      'query ($a: Boolean!) { thing { id @skip(if: $a) name @include(if: $a) ... @include(if: $a) { count } } }',
      { a: true },
    ],
    [
      'query ($a: Boolean!) { thing { id @skip(if: $a) name @include(if: $a) ... @include(if: $a) { count } } }',
      { a: false },
    ],
    ['{ level day thing { day } }'],
    ['{ thing { inner { inner { inner { id } } } } }'],
  ])('%s', (query, variables = {}) => {
    const { text, errors, document } = project(query, DATA, variables);
    const expected = execute({
      schema,
      document,
      variableValues: variables,
      rootValue: DATA,
      // Collected data is already named as in the answer.
      fieldResolver: (source, _args, _context, info) => source[info.path.key],
    }) as { data: unknown };
    expect(errors).toEqual([]);
    expect(text).toBe(JSON.stringify(expected.data));
  });
});

describe('what may not stand is nulled up to where null may stand', () => {
  it.each<[string, Record<string, unknown>, unknown, (string | number)[]]>([
    ['{ thing { id name } }', { thing: { id: null, name: 'a' } }, { thing: null }, ['thing', 'id']],
    [
      '{ thing { inner { must { id } } } }',
      { thing: { inner: { must: null } } },
      { thing: { inner: null } },
      ['thing', 'inner', 'must'],
    ],
    ['{ things { id } }', { things: [thing('1'), { id: null }] }, { things: null }, ['things', 1, 'id']],
    [
      '{ loose { id } }',
      { loose: [thing('1'), { id: null }] },
      { loose: [{ id: '1' }, null] },
      ['loose', 1, 'id'],
    ],
    ['{ must { id } }', { must: null }, null, ['must']],
    ['{ grid }', { grid: [[1, null]] }, { grid: [null] }, ['grid', 0, 1]],
    ['{ level }', { level: 'SECRET_LEVEL' }, { level: null }, ['level']],
    [
      '{ thing { count } }',
      { thing: thing('1', { count: 'many' }) },
      { thing: { count: null } },
      ['thing', 'count'],
    ],
    ['{ thing { open } }', { thing: thing('1', { open: 1 }) }, { thing: { open: null } }, ['thing', 'open']],
    ['{ named { name } }', { named: { __typename: 'HiddenType', name: 'x' } }, { named: null }, ['named']],
    ['{ things { id } }', { things: 'no list' }, { things: null }, ['things']],
    ['{ named { __typename } }', { named: { name: 'x' } }, { named: null }, ['named', '__typename']],
  ])('%s of %j', (query, collected, expected, path) => {
    const { data, errors } = project(query, collected);
    expect(data).toEqual(expected);
    expect(errors.map((error) => error.path)).toEqual([path]);
  });
});

it('every item of a list tells what it misses', () => {
  const { data, errors } = project('{ things { id } }', { things: [{ id: null }, thing('1'), {}] });
  expect(data).toEqual({ things: null });
  expect(errors.map(({ path }) => path)).toEqual([
    ['things', 0, 'id'],
    ['things', 2, 'id'],
  ]);
});

it('what several objects share is written at each place, with its faults at each', () => {
  const shared = [thing('6'), { __typename: 'Thing', id: null }];
  const whole = [thing('7')];
  const { text, errors } = project('{ a: loose { id } b: loose { id } c: loose { id } }', {
    a: shared,
    b: whole,
    c: shared,
  });
  expect(text).toBe('{"a":[{"id":"6"},null],"b":[{"id":"7"}],"c":[{"id":"6"},null]}');
  expect(errors.map(({ path }) => path)).toEqual([
    ['a', 1, 'id'],
    ['c', 1, 'id'],
  ]);
});

it.each([
  ['plain', '区划'],
  ['quoted', 'a"b\\\\c'],
  ['control characters', '\n\u0000\u001f'],
  ['half a surrogate pair', '\ud83d'],
  ['a surrogate pair', '\u{20000}'],
])('writes %s text as JSON does', (_what, name) => {
  expect(project('{ thing { name } }', { thing: { name } }).text).toBe(JSON.stringify({ thing: { name } }));
});

it('names that every JavaScript object has are fields like others', () => {
  const collected = JSON.parse('{"thing":{"__proto__":"a","constructor":"b"}}');
  const query = '{ thing { __proto__: name constructor: name toString: name } }';
  expect(project(query, collected).text).toBe(
    '{"thing":{"__proto__":"a","constructor":"b","toString":null}}',
  );
});

describe('a reference to what is out of sight', () => {
  const answerTo = (query: string, collected: Record<string, unknown>, hidden: object) => {
    const document = parse(query);
    const writer = new AnswerWriter(schema, document, getOperationAST(document)!);
    const { text, errors } = writer.write(collected, {}, new Set([hidden]));
    return { data: JSON.parse(text) as unknown, paths: errors.map((error) => error.path) };
  };
  const hidden = { __typename: 'Thing', id: '1' };

  it.each<[string, Record<string, unknown>, unknown, unknown]>([
    ['{ thing { id must { id } } }', { thing: hidden }, { thing: null }, []],
    ['{ loose { id must { id } } }', { loose: [hidden] }, { loose: [null] }, []],
    ['{ thing { id name } }', { thing: hidden }, { thing: { id: '1', name: null } }, []],
    ['{ must { must { id } } }', { must: hidden }, null, [['must']]],
    ['{ things { must { id } } }', { things: [hidden] }, { things: null }, [['things', 0]]],
  ])('%s of %j', (query, collected, data, paths) => {
    expect(answerTo(query, collected, hidden)).toEqual({ data, paths });
  });
});
