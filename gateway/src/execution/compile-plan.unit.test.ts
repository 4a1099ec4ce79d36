import { compilePlan } from './compile-plan';
import type { GatewayContext } from './gateway-context';
import type { Json } from './json.rules';
import { KnownEntities } from './known-entities';
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
async function run(
  plan: PlanNode,
  answer: (body: string, ids: number[]) => SubgraphAnswer | Promise<SubgraphAnswer>,
  collected: Json = dataOf(),
) {
  const asked: number[][] = [];
  const ask = async ({ body }: SubgraphFetch): Promise<SubgraphAnswer> => {
    const { variables } = JSON.parse(body) as { variables: { representations?: { id: number }[] } };
    asked.push((variables.representations ?? []).map(({ id }) => id));
    return answer(body, asked.at(-1)!);
  };
  const sources = new Map([['stock', { ask, forgetInFlight: () => undefined }]]);
  const isOfType = (typename: string, condition: string) => typename === condition;
  const state: PlanRun = {
    context: {} as GatewayContext,
    variables: {},
    coerced: {},
    data: collected,
    errors: [],
    hidden: undefined,
    known: new KnownEntities(),
    isPlain: true,
  };
  await compilePlan(plan, { sources, isOfType, written: () => undefined, shownAs: new Map() })(state);
  return { asked, data: state.data, errors: state.errors, hidden: state.hidden?.size };
}

const left = (_body: string, ids: number[]): SubgraphAnswer => ({
  data: { _entities: ids.map((id) => ({ left: id * 10 })) },
});
const right = {
  operation:
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Thing{right}}}',
};
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
      nodes('Sequence', at(path, fetch(name)), at(path, fetch(`${name}2`, right)));
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

describe('what an operation knows of an entity', () => {
  it('is not asked for again where it stands elsewhere', async () => {
    const plan = nodes('Sequence', at(FIRST, fetch('a')), at(SECOND, fetch('b')));
    const { asked, data } = await run(plan, left);
    expect(asked).toEqual([[1, 2]]);
    expect(data.second).toEqual({ of: { ...thing(2), left: 20 } });
  });

  it('is asked for together with nothing but what is not known', async () => {
    const plan = nodes('Sequence', at(SECOND, fetch('b')), at(FIRST, fetch('a')));
    const { asked, data } = await run(plan, left);
    expect(asked).toEqual([[2], [1]]);
    expect(data.first).toEqual([
      { ...thing(1), left: 10 },
      { ...thing(2), left: 20 },
    ]);
  });

  it('is waited for while it is under way', async () => {
    // Of two shapes side by side, so that the requests for the left ones are not one from the start.
    const plan = nodes('Parallel', at(FIRST, fetch('a')), nodes('Sequence', at(SECOND, fetch('b'))));
    const { asked, data } = await run(plan, left);
    expect(asked).toEqual([[1, 2]]);
    expect(data.second).toEqual({ of: { ...thing(2), left: 20 } });
  });

  it('is waited for also where what is not known cannot be had', async () => {
    const later = nodes('Sequence', at(['all', '@'], fetch('b')), at(FIRST, fetch('c', right)));
    const plan = nodes('Parallel', at(SECOND, fetch('a')), later);
    const slow = new Promise((done) => setTimeout(done, 20));
    const all = [thing(1), thing(2)];
    let stood: unknown;
    const { errors } = await run(
      plan,
      async (body, ids) => {
        if (body.includes('right')) stood = structuredClone(all);
        else if (ids.includes(1)) throw new Error('gone');
        else await slow;
        return left(body, ids);
      },
      { ...dataOf(), all },
    );
    expect(errors.map(({ message }) => message)).toEqual(['gone']);
    // Before the next step began.
    expect(stood).toEqual([thing(1), { ...thing(2), left: 20 }]);
  });

  it('stays out of sight where the service does not show it', async () => {
    const plan = nodes('Sequence', at(FIRST, fetch('a')), at(SECOND, fetch('b')));
    const { asked, hidden } = await run(plan, (_body, ids) => ({ data: { _entities: ids.map(() => null) } }));
    expect(asked).toEqual([[1, 2]]);
    expect(hidden).toEqual(3);
  });

  it.each<[string, SubgraphAnswer | Error]>([
    [
      'had an error',
      { data: { _entities: [null, null] }, errors: [{ message: 'no', path: ['_entities', 1] }] },
    ],
    ['had no data', { data: null, errors: [{ message: 'no' }] }],
    ['did not come', new Error('gone')],
  ])('is asked for again where the first answer %s', async (_what, first) => {
    const plan = nodes('Sequence', at(FIRST, fetch('a')), at(SECOND, fetch('b')));
    let calls = 0;
    const { asked, data, errors } = await run(plan, (body, ids) => {
      calls += 1;
      if (calls > 1) return left(body, ids);
      if (first instanceof Error) throw first;
      return first;
    });
    expect(asked).toEqual([[1, 2], [2]]);
    expect(errors).toHaveLength(1);
    expect(data.second).toEqual({ of: { ...thing(2), left: 20 } });
  });

  it('is asked for again after something was written', async () => {
    const write = {
      kind: 'Fetch',
      serviceName: 'stock',
      operation: 'mutation{write}',
      operationKind: 'mutation',
    };
    const plan = nodes('Sequence', at(FIRST, fetch('a')), write as never, at(SECOND, fetch('b')));
    expect((await run(plan, left)).asked).toEqual([[1, 2], [], [2]]);
  });

  it.each<[string, Partial<FetchNode>]>([
    ['has objects inside', { operation: 'query a{_entities{...on Thing{inner{left}}}}' }],
    ['is revealed', { operation: 'query a{_entities{...on Thing{left(reveal:true)}}}' }],
  ])('is asked for at each place where it %s', async (_what, more) => {
    const plan = nodes('Sequence', at(FIRST, fetch('a', more)), at(SECOND, fetch('b', more)));
    expect((await run(plan, left)).asked).toEqual([[1, 2], [2]]);
  });
});

it('entities with objects inside are asked for place by place: what is asked about those may differ', async () => {
  const inner = {
    operation:
      'query($representations:[_Any!]!){_entities(representations:$representations){...on Thing{inner{left}}}}',
  };
  const plan = nodes('Parallel', at(FIRST, fetch('a', inner)), at(SECOND, fetch('b', inner)));
  expect((await run(plan, left)).asked).toEqual([[1, 2], [2]]);
});

it('equal entities share nothing where arguments come from what stands above them', async () => {
  const inner = { operation: 'query a{_entities{...on Thing{inner{left}}}}' };
  const above = {
    ...right,
    variableUsages: ['above'],
    contextRewrites: [{ kind: 'KeyRenamer', path: ['..', 'x'], renameKeyTo: 'above' }],
  } as never;
  const whole = (_body: string, ids: number[]): SubgraphAnswer => ({
    data: { _entities: ids.map((id) => ({ inner: thing(id) })) },
  });
  const both: Json = { all: [thing(1), thing(1)] };
  const shared = await run(at(['all', '@'], fetch('a', inner)), whole, structuredClone(both));
  const [first, second] = shared.data.all as Json[];
  expect(first!.inner).toBe(second!.inner);
  const plan = nodes('Sequence', at(['all', '@'], fetch('a', inner)), at(['none'], fetch('b', above)));
  const apart = await run(plan, whole, structuredClone(both));
  const [one, other] = apart.data.all as Json[];
  expect(one!.inner).toEqual(other!.inner);
  expect(one!.inner).not.toBe(other!.inner);
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
