import { buildSchema } from 'graphql';
import type { DataRewrite } from './plan';
import { compileRewrites } from './rewrites.rules';
import { typeTestOf } from './type-conditions.rules';

const isOfType = typeTestOf(
  buildSchema(`
    interface Item { id: ID }
    type Book implements Item { id: ID }
    type Film implements Item { id: ID }
    union Any = Book | Film
    type Query { items: [Item] any: Any }
  `),
);

it.each<[string, DataRewrite, unknown, unknown]>([
  [
    'sets a value where the type fits',
    { kind: 'ValueSetter', path: ['... on Book', '__typename'], setValueTo: 'Item' },
    [
      { __typename: 'Book', id: 1 },
      { __typename: 'Film', id: 2 },
    ],
    [
      { __typename: 'Item', id: 1 },
      { __typename: 'Film', id: 2 },
    ],
  ],
  [
    'takes an object that does not say its type for the one meant',
    { kind: 'ValueSetter', path: ['... on Book', 'id'], setValueTo: 9 },
    { id: 1 },
    { id: 9 },
  ],
  [
    'renames through fields, lists and conditions',
    { kind: 'KeyRenamer', path: ['items', '... on Item', 'size__alias_0'], renameKeyTo: 'size' },
    { items: [{ __typename: 'Book', size__alias_0: 'L' }, null, [{ __typename: 'Film', size__alias_0: 0 }]] },
    { items: [{ __typename: 'Book', size: 'L' }, null, [{ __typename: 'Film', size: 0 }]] },
  ],
  ['renames null as well', { kind: 'KeyRenamer', path: ['a'], renameKeyTo: 'b' }, { a: null }, { b: null }],
  [
    'leaves alone what is not there',
    { kind: 'KeyRenamer', path: ['a', 'b'], renameKeyTo: 'c' },
    { a: 'x' },
    { a: 'x' },
  ],
])('%s', (_what, rewrite, value, expected) => {
  const rewritten = structuredClone(value);
  compileRewrites([rewrite], isOfType)!(rewritten);
  expect(JSON.parse(JSON.stringify(rewritten))).toEqual(expected);
});

it('has nothing to do where a plan rewrites nothing', () => {
  expect(compileRewrites(undefined, isOfType)).toBeUndefined();
  expect(compileRewrites([], isOfType)).toBeUndefined();
});

it.each<[string, string, boolean]>([
  ['Book', 'Book', true],
  ['Book', 'Item', true],
  ['Book', 'Any', true],
  ['Book', 'Film', false],
  ['Item', 'Any', false],
  ['Unknown', 'Item', false],
  ['Book', 'Unknown', false],
])('%s is of %s: %s', (typename, condition, expected) => {
  expect(isOfType(typename, condition)).toBe(expected);
  expect(isOfType(typename, condition)).toBe(expected);
});
