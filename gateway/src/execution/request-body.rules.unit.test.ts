import type { FetchNode } from './plan';
import { compileBody } from './request-body.rules';

const fetch = (more: Partial<FetchNode> = {}): FetchNode =>
  ({
    kind: 'Fetch',
    serviceName: 'a',
    operation: 'query Q__a__0($x: Int) { "q" }',
    operationName: 'Q__a__0',
    operationKind: 'query',
    ...more,
  }) as FetchNode;

const ENTITIES = { requires: [{ kind: 'Field', name: 'id' }] } as Partial<FetchNode>;

it.each<[string, FetchNode, Record<string, unknown>, string[] | undefined, unknown]>([
  ['no variables', fetch(), { x: 1 }, undefined, {}],
  [
    'those it uses',
    fetch({ variableUsages: ['x', 'y'] }),
    { x: { a: '"' }, z: 1 },
    undefined,
    { x: { a: '"' } },
  ],
  ['null', fetch({ variableUsages: ['x'] }), { x: null }, undefined, { x: null }],
  ['nothing inherited', fetch({ variableUsages: ['constructor'] }), {}, undefined, {}],
  [
    'representations',
    fetch({ ...ENTITIES, variableUsages: ['x'] }),
    { x: 1 },
    ['{"id":1}', '{"id":2}'],
    { representations: [{ id: 1 }, { id: 2 }], x: 1 },
  ],
  [
    'arguments from the context',
    fetch({
      ...ENTITIES,
      contextRewrites: [{ kind: 'KeyRenamer', path: ['..', 'unit'], renameKeyTo: 'c_0' }],
    }),
    { c_0: 'm' },
    ['{"id":1}'],
    { representations: [{ id: 1 }], c_0: 'm' },
  ],
])('sends %s', (_what, node, variables, representations, expected) => {
  expect(JSON.parse(compileBody(node)(variables, representations))).toEqual({
    query: node.operation,
    operationName: node.operationName,
    variables: expected,
  });
});

it('refuses a variable that would stand where representations stand', () => {
  expect(() => compileBody(fetch({ ...ENTITIES, variableUsages: ['representations'] }))).toThrow(
    'representations',
  );
  expect(
    JSON.parse(compileBody(fetch({ variableUsages: ['representations'] }))({ representations: 1 })),
  ).toMatchObject({ variables: { representations: 1 } });
});
