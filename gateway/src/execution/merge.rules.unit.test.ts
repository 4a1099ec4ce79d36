import { type Json, mergeInto, objectsAt, pathsAt } from './merge.rules';

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

const DATA = { list: [{ inner: { id: 1 } }, null, { inner: null }, { inner: { id: 2 } }], single: { id: 3 } };

it('collects the objects at a path and, in the same order, where they are', () => {
  expect(objectsAt(DATA, ['list', '@', 'inner'])).toEqual([{ id: 1 }, { id: 2 }]);
  expect(pathsAt(DATA, ['list', '@', 'inner'])).toEqual([
    ['list', 0, 'inner'],
    ['list', 3, 'inner'],
  ]);
  expect(objectsAt(DATA, ['single'])).toEqual([{ id: 3 }]);
  expect(objectsAt(DATA, ['missing', '@', 'x'])).toEqual([]);
  expect(objectsAt(DATA, [])).toEqual([DATA]);
});
