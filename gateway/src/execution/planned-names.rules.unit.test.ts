import { type OperationDefinitionNode, parse, print } from 'graphql';
import { neededNames, plannedOperation } from './planned-names.rules';

const needed = neededNames(
  parse(`
    type Post @join__type(graph: A, key: "id") @join__type(graph: B, key: "id owner { code }") {
      id: ID! @join__field(graph: A)
      author: Author @join__field(graph: B, requires: "comments(limit: 3) { authorId }")
      cost: Int @join__field(graph: B, requires: "price(currency: \\"CNY\\") weight")
      duty: Int @join__field(graph: B, requires: "price(currency: \\"EUR\\")")
    }`),
);

const planned = (text: string) => {
  const document = parse(text, { noLocation: true });
  const operation = document.definitions[0] as OperationDefinitionNode;
  const result = plannedOperation(document, operation, needed);
  return {
    text: print(result.document).replace(/\s+/g, ' '),
    shownAs: Object.fromEntries(result.shownAs),
    isSame: result.document === document && result.operation === operation,
    operation: result.document.definitions[0] === result.operation,
  };
};

test('what keys and @requires name is needed, with its arguments', () => {
  expect([...needed].map(([name, given]) => [name, [...given]])).toEqual([
    ['__typename', ['']],
    ['id', ['']],
    ['owner', ['']],
    ['code', ['']],
    ['comments', ['limit: 3']],
    ['authorId', ['']],
    ['price', ['currency: "CNY"', 'currency: "EUR"']],
    ['weight', ['']],
  ]);
});

test.each([
  ['fields under their own names', '{ feed { id weight owner { code } other: title __typename } }'],
  ['the required arguments themselves', '{ feed { comments(limit: 3) { authorId } } }'],
  ['introspection', '{ id: __type(name: "Post") { id: name ...F } } fragment F on __Type { weight: kind }'],
])('nothing is renamed: %s', (_, text) => {
  expect(planned(text)).toMatchObject({ isSame: true, shownAs: {} });
});

test.each([
  [
    'other arguments than the required ones',
    '{ feed { author { id } comments(limit: 1) { id } } }',
    '{ feed { author { id } planned_comments_1: comments(limit: 1) { id } } }',
    { planned_comments_1: 'comments' },
  ],
  [
    'what merges still merges, in fragments too',
    'query ($n: Int) { feed { comments(limit: $n) { id } ...F } } fragment F on Post { comments(limit: $n) { text } }',
    'query ($n: Int) { feed { planned_comments_1: comments(limit: $n) { id } ...F } } fragment F on Post { planned_comments_1: comments(limit: $n) { text } }',
    { planned_comments_1: 'comments' },
  ],
  [
    'another field under the name of a key',
    '{ feed { id: title ... on Post { id: code } } }',
    '{ feed { planned_id_1: title ... on Post { planned_id_2: code } } }',
    { planned_id_1: 'id', planned_id_2: 'id' },
  ],
  [
    'one name that is required with two arguments',
    '{ feed { price(currency: "CNY") } }',
    '{ feed { planned_price_1: price(currency: "CNY") } }',
    { planned_price_1: 'price' },
  ],
  [
    'the type name, and under its name something else',
    '{ feed { weight: __typename __typename: title } }',
    '{ feed { planned_weight_1: __typename planned_typename_1: title } }',
    { planned_weight_1: 'weight', planned_typename_1: '__typename' },
  ],
  [
    'a new name that the client uses already',
    '{ feed { id: title planned_id_1: text } }',
    '{ feed { planned_id_2: title planned_id_1: text } }',
    { planned_id_2: 'id' },
  ],
])('renamed: %s', (_, text, expected, shownAs) => {
  expect(planned(text)).toEqual({ text: expected, shownAs, isSame: false, operation: true });
});
