import { buildSchema, getOperationAST, getVariableValues, parse } from 'graphql';
import { compileCost } from './operation-cost.rules';

const schema = buildSchema(`
  type Query { one: Thing list: [Thing!]! page(first: Int = 20): Page! things(first: Int, last: Int): [Thing] any: [Any!]! }
  type Mutation { change: Thing }
  type Page { nodes: [Thing!]! total: Int }
  type Thing { name: String one: Thing list: [Thing] page(first: Int = 5): Page! things(first: Int): [Thing] }
  union Any = Thing | Page
`);

const WEIGHTS = { defaultListSize: 10, mutation: 7 };

function cost(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  const operation = getOperationAST(document)!;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  return compileCost(schema, document, operation, WEIGHTS)(coerced!);
}

it.each<[string, number, Record<string, unknown>?]>([
  ['{ __typename }', 0],
  ['{ one { name } }', 1],
  ['{ one { one { name } } }', 2],
  ['{ list { name } }', 10],
  ['{ list { list { name } } }', 110],
  // A connection costs itself and its nodes; the page size is its own.
  ['{ page { nodes { name } } }', 21],
  ['{ page(first: 3) { nodes { name } } }', 4],
  ['{ page(first: 3) { nodes { page { nodes { name } } } } }', 1 + 3 * (1 + 1 + 5)],
  ['{ page(first: 3) { total } }', 1],
  ['{ things(first: 4) { name } }', 4],
  ['{ things(last: 4) { name } }', 4],
  ['{ things { name } }', 10],
  ['query ($n: Int!) { things(first: $n) { name } }', 50, { n: 50 }],
  ['query ($n: Int = 9) { things(first: $n) { name } }', 9],
  ['query ($n: Int) { page(first: $n) { nodes { name } } }', 21],
  ['{ things(first: -5) { name } }', 1],
  ['{ one { things(first: 4) { list { name } } } }', 1 + 4 * (1 + 10)],
  ['{ any { ... on Thing { list { name } } ... on Page { nodes { name } } } }', 10 * (1 + 10 + 10)],
  ['{ page(first: 3) { ...P } } fragment P on Page { nodes { name } }', 4],
  [
    '{ a: page(first: 3) { ...P } b: page(first: 50) { ...P } } fragment P on Page { nodes { name } }',
    4 + 51,
  ],
  ['mutation { change { name } }', 8],
])('%s costs %d', (query, expected, variables = {}) => {
  expect(cost(query, variables)).toBe(expected);
});

it('is estimated anew for other page sizes', () => {
  const document = parse('query ($n: Int!) { list { name } things(first: $n) { name } }');
  const estimate = compileCost(schema, document, getOperationAST(document)!, WEIGHTS);
  expect([50, 3, 50].map((n) => estimate({ n }))).toEqual([60, 13, 60]);
});

it('fragments that double each other are estimated at once', () => {
  const layers = Array.from(
    { length: 40 },
    (_, i) => `fragment F${i + 1} on Thing { ...F${i} one { ...F${i} } }`,
  ).join(' ');
  const started = performance.now();
  expect(cost(`{ one { ...F40 } } ${layers} fragment F0 on Thing { one { name } }`)).toBeGreaterThan(2 ** 40);
  expect(performance.now() - started).toBeLessThan(500);
});
