import type { Json } from './json.rules';
import { mergeInto } from './merge.rules';

/** Media is an interface of Film. */
const isOfType = (typename: string, condition: string) =>
  typename === condition || (typename === 'Film' && condition === 'Media');

it.each<[Json, Json, Json]>([
  [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
  [{ a: 1 }, { a: null }, { a: null }],
  [{ a: { b: 1 } }, { a: { c: 2 } }, { a: { b: 1, c: 2 } }],
  [{ a: null }, { a: { c: 2 } }, { a: { c: 2 } }],
  [
    { a: [{ b: 1 }, { b: 2 }] },
    { a: [{ c: 1 }, { c: 2 }] },
    {
      a: [
        { b: 1, c: 1 },
        { b: 2, c: 2 },
      ],
    },
  ],
  [{ a: [[{ b: 1 }]] }, { a: [[{ c: 1 }]] }, { a: [[{ b: 1, c: 1 }]] }],
  [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
  [{ a: [null, { b: 1 }] }, { a: [{ c: 1 }, null] }, { a: [{ c: 1 }, null] }],
  // The name of the object's type, whichever of two services tells it first.
  [{ __typename: 'Film' }, { __typename: 'Media', a: 1 }, { __typename: 'Film', a: 1 }],
  [{ __typename: 'Media' }, { __typename: 'Film' }, { __typename: 'Film' }],
  [{ kind: 'Film' }, { kind: 'Media' }, { kind: 'Media' }],
])('merges %j and %j', (target, source, expected) => {
  mergeInto(target, source, isOfType);
  expect(target).toEqual(expected);
  mergeInto(target, structuredClone(expected), isOfType);
  expect(target).toEqual(expected);
});

it('leaves lists of plain values as they are where they stand at other places too', () => {
  const [one, other]: [Json, Json] = [{}, {}];
  const brought = { tags: [1, 2] };
  mergeInto(one, brought, isOfType);
  mergeInto(other, brought, isOfType);
  mergeInto(other, { tags: [3, 4] }, isOfType);
  expect([one, other]).toEqual([{ tags: [1, 2] }, { tags: [3, 4] }]);
});

it('takes a field called __proto__ for a field, and never touches a prototype', () => {
  const target: Json = {};
  mergeInto(target, JSON.parse('{"__proto__":{"polluted":1},"constructor":{"polluted":2}}'), isOfType);
  mergeInto(target, JSON.parse('{"__proto__":{"more":1}}'), isOfType);
  expect(JSON.stringify(target)).toBe('{"__proto__":{"polluted":1,"more":1},"constructor":{"polluted":2}}');
  expect(({} as Json).polluted).toBeUndefined();
  expect((Object as unknown as Json).polluted).toBeUndefined();
});
