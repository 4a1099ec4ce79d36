import { compileReach, pathsAt } from './flatten-path.rules';

const DATA = {
  list: [{ inner: { id: 1 } }, null, { inner: null }, { inner: { id: 2 } }],
  single: { id: 3 },
  grid: [[{ id: 4 }], [], null, [{ id: 5 }]],
};

it.each<[(string | number)[], unknown[], unknown[]]>([
  [
    ['list', '@', 'inner'],
    [{ id: 1 }, { id: 2 }],
    [
      ['list', 0, 'inner'],
      ['list', 3, 'inner'],
    ],
  ],
  [['single'], [{ id: 3 }], [['single']]],
  [
    ['grid', '@', '@'],
    [{ id: 4 }, { id: 5 }],
    [
      ['grid', 0, 0],
      ['grid', 3, 0],
    ],
  ],
  [['missing', '@', 'x'], [], []],
  [['single', '@'], [], []],
  [['constructor'], [], []],
  [[], [DATA], [[]]],
])('%j leads to %j at %j', (path, objects, places) => {
  expect(compileReach([path])(DATA)).toEqual(objects);
  expect(pathsAt(DATA, path, 100).map((place) => place.path)).toEqual(places);
  expect(pathsAt(DATA, path, 100).map(({ object }) => object)).toEqual(objects);
});

it('opens a list that several objects share once, but knows all places', () => {
  const shared = [{ id: 1 }, { id: 2 }];
  const data = { list: [{ inner: shared }, { inner: shared }] };
  expect(compileReach([['list', '@', 'inner', '@']])(data)).toEqual(shared);
  expect(pathsAt(data, ['list', '@', 'inner', '@'], 100).map(({ path }) => path.join('.'))).toEqual([
    'list.0.inner.0',
    'list.0.inner.1',
    'list.1.inner.0',
    'list.1.inner.1',
  ]);
  expect(pathsAt(data, ['list', '@', 'inner', '@'], 3)).toHaveLength(3);
});

it('walks every path, through lists that they share', () => {
  const data = { list: [{ a: { id: 1 }, b: { id: 2 } }] };
  const paths = [
    ['list', '@', 'b'],
    ['list', '@', 'a'],
  ];
  expect(compileReach(paths)(data)).toEqual([{ id: 2 }, { id: 1 }]);
});

it('refuses steps that no plan of ours has', () => {
  expect(() => compileReach([['a', '|[B]']])).toThrow('unknown step');
});
