import type { Json } from './json.rules';
import { mergeInto } from './merge.rules';

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
])('merges %j and %j', (target, source, expected) => {
  mergeInto(target, source);
  expect(target).toEqual(expected);
  mergeInto(target, structuredClone(expected));
  expect(target).toEqual(expected);
});

it('takes a field called __proto__ for a field, and never touches a prototype', () => {
  const target: Json = {};
  mergeInto(target, JSON.parse('{"__proto__":{"polluted":1},"constructor":{"polluted":2}}'));
  mergeInto(target, JSON.parse('{"__proto__":{"more":1}}'));
  expect(JSON.stringify(target)).toBe('{"__proto__":{"polluted":1,"more":1},"constructor":{"polluted":2}}');
  expect(({} as Json).polluted).toBeUndefined();
  expect((Object as unknown as Json).polluted).toBeUndefined();
});
