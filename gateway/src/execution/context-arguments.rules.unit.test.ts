import { contextOf } from './context-arguments.rules';

const isOfType = (typename: string, condition: string) => typename === condition;
const at = (path: (string | number)[], ...rewrites: string[][]) =>
  contextOf(
    rewrites.map((from) => ({ kind: 'KeyRenamer', path: from, renameKeyTo: 'argument' })),
    path,
    isOfType,
  );

const DATA = {
  a: {
    __typename: 'A',
    unit: 'm',
    list: [{ child: { id: 1 } }, { child: { id: 2 } }],
    others: [
      { __typename: 'B', unit: 'ft', child: { id: 3 } },
      { __typename: 'C', unit: 'm', child: { id: 4 } },
    ],
  },
};

it('takes the value of the object so many fields above', () => {
  expect(at(['a', 'list', '@', 'child'], ['..', '..', '... on A', 'unit'])(DATA)).toEqual([
    { entities: [{ id: 1 }, { id: 2 }], variables: { argument: 'm' } },
  ]);
});

it('asks apart for entities whose values differ', () => {
  const rewrites = [
    ['..', '... on B', 'unit'],
    ['..', '... on C', 'unit'],
  ];
  expect(at(['a', 'others', '@', 'child'], ...rewrites)(DATA)).toEqual([
    { entities: [{ id: 3 }], variables: { argument: 'ft' } },
    { entities: [{ id: 4 }], variables: { argument: 'm' } },
  ]);
});

it('leaves the argument out where the context has none', () => {
  expect(at(['a', 'others', '@', 'child'], ['..', '... on D', 'unit'])(DATA)).toEqual([
    { entities: [{ id: 3 }, { id: 4 }], variables: {} },
  ]);
});
