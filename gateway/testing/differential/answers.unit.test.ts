import { buildSchema, parse } from 'graphql';
import { isInSelectionOrder } from './answers';

const SCHEMA = buildSchema(`
  type Query { all: [Media] found: [Found] }
  interface Media { id: ID! title: String }
  type Book implements Media { id: ID! title: String pages: Int }
  type Film implements Media { id: ID! title: String minutes: Int }
  union Found = Book | Film`);

const inOrder = (query: string, data: unknown): boolean =>
  isInSelectionOrder(SCHEMA, parse(query), undefined, {}, data);

const ALL = '{ all { ... on Film { minutes id } id title ... on Book { pages } } }';

it.each([
  ['a film', { minutes: 1, id: '1', title: 'a' }, true],
  ['a film with its fields in another order', { id: '1', minutes: 1, title: 'a' }, false],
  ['a book', { id: '1', title: 'a', pages: 1 }, true],
  [
    'a book without what was asked of books, which is what an unknown type has',
    { id: '1', title: 'a' },
    true,
  ],
  ['an unknown type with its fields in another order', { title: 'a', id: '1' }, false],
  ['nothing of what was asked', {}, false],
  ['no object', null, true],
])('judges %s', (_what, media, expected) => {
  expect(inOrder(ALL, { all: [media] })).toBe(expected);
});

it('an object of a union has one of its types', () => {
  const query = '{ found { ... on Book { id pages } ... on Film { minutes id } } }';
  expect(
    inOrder(query, {
      found: [
        { id: '1', pages: 1 },
        { minutes: 1, id: '1' },
      ],
    }),
  ).toBe(true);
  expect(inOrder(query, { found: [{ pages: 1, id: '1' }] })).toBe(false);
  expect(inOrder(query, { found: [{}] })).toBe(false);
});
