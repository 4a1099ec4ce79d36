import fc from 'fast-check';
import { buildSchema } from 'graphql';
import type { Json } from './json.rules';
import type { RequiredSelection } from './plan';
import { compileRepresentation, distinctRepresentations } from './representations.rules';
import { typeTestOf } from './type-conditions.rules';

const isOfType = typeTestOf(
  buildSchema(`
    interface Item { id: ID }
    type Book implements Item { id: ID }
    type Film implements Item { id: ID }
    type Query { items: [Item] }
  `),
);

const field = (name: string, selections?: RequiredSelection[], alias?: string): RequiredSelection => ({
  kind: 'Field',
  name,
  ...(selections && { selections }),
  ...(alias && { alias }),
});
const on = (typeCondition: string, ...selections: RequiredSelection[]): RequiredSelection => ({
  kind: 'InlineFragment',
  typeCondition,
  selections,
});
const key = [field('__typename'), field('id')];

describe('what is sent of an entity', () => {
  it.each<[string, RequiredSelection[], Json, unknown]>([
    [
      'its key',
      [on('Book', ...key)],
      { __typename: 'Book', id: '1', more: 2 },
      { __typename: 'Book', id: '1' },
    ],
    ['nothing of another type', [on('Book', ...key)], { __typename: 'Film', id: '1' }, null],
    ['nothing without a type', [on('Book', ...key)], { id: '1' }, null],
    ['nothing without its key', [on('Book', ...key)], { __typename: 'Book' }, null],
    ['a null key', [on('Book', ...key)], { __typename: 'Book', id: null }, { __typename: 'Book', id: null }],
    ['by an interface', [on('Item', ...key)], { __typename: 'Film', id: 3 }, { __typename: 'Film', id: 3 }],
    [
      'every condition that applies and is complete',
      [on('Book', ...key), on('Item', field('__typename'), field('size')), on('Item', field('missing'))],
      { __typename: 'Book', id: '1', size: { a: 1 } },
      { __typename: 'Book', id: '1', size: { a: 1 } },
    ],
    [
      'inner selections, through lists, null where a part is missing',
      [on('Book', ...key, field('parts', [field('a'), field('b', [field('c')])]))],
      { __typename: 'Book', id: '1', parts: [{ a: 1, b: { c: 'x', d: 1 }, e: 3 }, null, { a: 2 }] },
      { __typename: 'Book', id: '1', parts: [{ a: 1, b: { c: 'x' } }, null, null] },
    ],
    [
      'inner conditions',
      [on('Book', ...key, field('of', [on('Film', field('id'))]))],
      {
        __typename: 'Book',
        id: '1',
        of: [
          { __typename: 'Film', id: 'f' },
          { __typename: 'Book', id: 'b' },
        ],
      },
      { __typename: 'Book', id: '1', of: [{ id: 'f' }, {}] },
    ],
    [
      'inner fields beside conditions',
      [on('Book', ...key, field('of', [field('id'), on('Item', field('x'))]))],
      { __typename: 'Book', id: '1', of: { __typename: 'Film', id: 'f', x: [1, { y: 2 }] } },
      { __typename: 'Book', id: '1', of: { id: 'f', x: [1, { y: 2 }] } },
    ],
    [
      'aliased',
      [on('Book', ...key, field('price', undefined, 'p'))],
      { __typename: 'Book', id: '1', p: 1.5, price: 9 },
      { __typename: 'Book', id: '1', p: 1.5 },
    ],
    ['fields outside any condition', key, { __typename: 'Book', id: '1' }, { __typename: 'Book', id: '1' }],
    [
      'names every object has',
      [on('Book', ...key, field('constructor'))],
      { __typename: 'Book', id: '1' },
      null,
    ],
  ])('%s', (_what, requires, entity, expected) => {
    const text = compileRepresentation(requires, isOfType, undefined)(entity);
    expect(text === null ? null : JSON.parse(text)).toEqual(expected);
  });

  it('rewritten before it is sent, without a change to what is kept', () => {
    const entity = { __typename: 'Book', id: '1' };
    const represent = compileRepresentation([on('Book', ...key)], isOfType, (value) => {
      (value as Json).__typename = 'Item';
    });
    expect(represent(entity)).toBe('{"__typename":"Item","id":"1"}');
    expect(entity.__typename).toBe('Book');
  });

  it('is the same text for any text of a key as JSON makes it', () => {
    const represent = compileRepresentation([on('Book', ...key)], isOfType, undefined);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()), (id) => {
        expect(represent({ __typename: 'Book', id })).toBe(JSON.stringify({ __typename: 'Book', id }));
      }),
    );
  });
});

it('sends each distinct representation once and knows whose is which', () => {
  const represent = ({ id }: Json) => (id === null ? null : `{"id":${JSON.stringify(id)}}`);
  expect(
    distinctRepresentations([{ id: 1 }, { id: 2 }, { id: null }, { id: 1 }, { id: '1' }], represent),
  ).toEqual({ texts: ['{"id":1}', '{"id":2}', '{"id":"1"}'], positions: [0, 1, -1, 0, 2], asked: 4 });
  expect(distinctRepresentations([], represent)).toEqual({ texts: [], positions: [], asked: 0 });
});
