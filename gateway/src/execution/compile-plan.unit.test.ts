import { compilePlan } from './compile-plan';
import type { GatewayContext } from './gateway-context';
import type { Json } from './json.rules';
import type { FetchNode, PlanNode, ResponsePath } from './plan';
import type { PlanRun } from './plan-run';
import type { SubgraphAnswer, SubgraphFetch } from './subgraph-client';

const fetch = (name: string, more: Partial<FetchNode> = {}): PlanNode =>
  ({
    kind: 'Fetch',
    serviceName: 'stock',
    operationName: name,
    operation: `query ${name}($representations:[_Any!]!){_entities(representations:$representations){...on Thing{left}}}`,
    operationKind: 'query',
    requires: [
      {
        kind: 'InlineFragment',
        typeCondition: 'Thing',
        selections: [
          { kind: 'Field', name: '__typename' },
          { kind: 'Field', name: 'id' },
        ],
      },
    ],
    ...more,
  }) as FetchNode;
const at = (path: ResponsePath, node: PlanNode): PlanNode => ({ kind: 'Flatten', path, node }) as PlanNode;
const nodes = (kind: 'Sequence' | 'Parallel', ...inner: PlanNode[]): PlanNode =>
  ({ kind, nodes: inner }) as PlanNode;

const thing = (id: number): Json => ({ __typename: 'Thing', id });
const dataOf = (): Json => ({ first: [thing(1), thing(2)], second: { of: thing(2) } });

/** Runs a plan over fresh data; tells what was asked and what came of it. */
async function run(plan: PlanNode, answer: (body: string, ids: number[]) => SubgraphAnswer) {
  const asked: number[][] = [];
  const ask = async ({ body }: SubgraphFetch): Promise<SubgraphAnswer> => {
    const { variables } = JSON.parse(body) as { variables: { representations: { id: number }[] } };
    asked.push(variables.representations.map(({ id }) => id));
    return answer(body, asked.at(-1)!);
  };
  const sources = new Map([['stock', { ask, forgetInFlight: () => undefined }]]);
  const isOfType = (typename: string, condition: string) => typename === condition;
  const state: PlanRun = {
    context: {} as GatewayContext,
    variables: {},
    coerced: {},
    data: dataOf(),
    errors: [],
    hidden: undefined,
    isPlain: true,
  };
  await compilePlan(plan, { sources, isOfType, written: () => undefined, shownAs: new Map() })(state);
  return { asked, data: state.data, errors: state.errors };
}

const left = (_body: string, ids: number[]): SubgraphAnswer => ({
  data: { _entities: ids.map((id) => ({ left: id * 10 })) },
});
const FIRST: ResponsePath = ['first', '@'];
const SECOND: ResponsePath = ['second', 'of'];

describe('requests side by side with nothing different but the place of their entities', () => {
  it('are sent as one, each entity once, and merged at every place', async () => {
    const plan = nodes('Parallel', at(FIRST, fetch('a')), at(SECOND, fetch('b')));
    const { asked, data } = await run(plan, left);
    expect(asked).toEqual([[1, 2]]);
    expect(data).toEqual({
      first: [
        { ...thing(1), left: 10 },
        { ...thing(2), left: 20 },
      ],
      second: { of: { ...thing(2), left: 20 } },
    });
  });

  it('are put together step by step where they begin chains of one shape', async () => {
    const chain = (path: ResponsePath, name: string) =>
      nodes('Sequence', at(path, fetch(name)), at(path, fetch(`${name}2`, { serviceName: 'stock' })));
    const { asked } = await run(nodes('Parallel', chain(FIRST, 'a'), chain(SECOND, 'b')), left);
    expect(asked).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('have the error of an entity at every place where it stands', async () => {
    const plan = nodes('Parallel', at(FIRST, fetch('a')), at(SECOND, fetch('b')));
    const { errors } = await run(plan, () => ({
      data: { _entities: [{ left: 1 }, null] },
      errors: [{ message: 'no', path: ['_entities', 1] }],
    }));
    expect(errors.map((error) => 'path' in error && error.path)).toEqual([
      ['first', 1],
      ['second', 'of'],
    ]);
  });
});

it.each<[string, Partial<FetchNode>]>([
  ['another selection', { operation: 'query b{_entities{...on Thing{right}}}' }],
  ['a variable more', { variableUsages: ['x'] }],
  ['another rewrite', { outputRewrites: [{ kind: 'KeyRenamer', path: ['x'], renameKeyTo: 'y' }] as never }],
  [
    'arguments from the context',
    { contextRewrites: [{ kind: 'KeyRenamer', path: ['..', 'x'], renameKeyTo: 'y' }] as never },
  ],
])('requests with %s are sent apart', async (_what, more) => {
  const plan = nodes('Parallel', at(FIRST, fetch('a')), at(SECOND, fetch('b', more)));
  expect((await run(plan, left)).asked).toHaveLength(2);
});
