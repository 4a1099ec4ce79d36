import type { Reveal } from '@junxian/access';
import { holidaysKnownUntil } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import { createLogger, createMetrics } from '@junxian/observability';
import { JunxianFunctions1000000000001 } from '@junxian/persistence';
import { principals, subgraphClient, type TestDatabase, testDatabase, testIssuer } from '@junxian/test-kit';
import type { RequestContext } from './request-context';
import { type RunningSubgraph, startSubgraph } from './subgraph';

const typeDefs = /* GraphQL */ `
  type Query {
    open: String @access(public: true)
    mine: String @access
    work: String @access(roles: ["test:WORKER"])
    inRegion(region: ID): String @access(region: "region", minRegionLevel: COUNTY)
    person: Person @access
    refused: String @access
    broken: String @access
    counted: Int @access
    trace: String @access
  }
  type Mutation {
    add: Added @access
    activate: String @access(pending: true)
  }
  type Added @access { count: Int }
  type Person @key(fields: "id") @access(roles: ["test:WORKER", "test:READER"]) {
    id: ID!
    idNumber(reveal: Boolean = false): String @masked(as: ID_NUMBER, reveal: ["test:WORKER"])
    salary: Int @access(roles: ["test:WORKER"])
  }
`;

type Context = RequestContext<object>;
const count = async (context: Context) =>
  (await (await context.read()).query<{ n: number }>('SELECT count(*)::int AS n FROM thing'))[0]!.n;

const person = { id: 'p1', citizenId: 'c1_x', idNumber: '140215199003074518', salary: 3 };
const resolvers = {
  Query: {
    open: () => 'open',
    mine: () => 'mine',
    work: () => 'work',
    inRegion: () => 'in',
    person: () => person,
    refused: () => {
      throw new Refusal(
        'STATE_CONFLICT',
        { zh: '状态不符', en: 'wrong state' },
        { field: 'state', details: { state: 'OPEN' } },
      );
    },
    broken: () => {
      throw new Error('SELECT secret FROM table at 10.0.0.1');
    },
    counted: (_: unknown, __: unknown, context: Context) => count(context),
    trace: async (_: unknown, __: unknown, context: Context) => (await context.read()).traceparent,
  },
  Mutation: {
    activate: () => 'done',
    add: async (_: unknown, __: unknown, context: Context) => {
      await count(context);
      await context.write((tx) => tx.query(`INSERT INTO thing VALUES (1)`));
      return {};
    },
  },
  Added: { count: (_: unknown, __: unknown, context: Context) => count(context) },
  Person: { __resolveReference: () => person },
};

class Things1000000000100 {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('CREATE TABLE thing (n int)');
  }
  async down(): Promise<void> {}
}

describe('a subgraph', () => {
  const issuer = testIssuer();
  const reveals: Reveal[] = [];
  let store: TestDatabase;
  let running: RunningSubgraph;
  let today = '2026-01-01';

  beforeAll(async () => {
    store = await testDatabase({
      service: 'subgraph-test',
      migrations: [JunxianFunctions1000000000001, Things1000000000100],
    });
    running = await startSubgraph({
      name: 'subgraph-test',
      typeDefs: [typeDefs],
      resolvers: [resolvers],
      loaders: () => ({}),
      database: store.database,
      verifier: issuer.verifier,
      clock: { now: () => new Date(), today: () => today },
      logger: createLogger('test', 'silent'),
      metrics: createMetrics('test'),
      port: 0,
      recordReveals: async (_tx, made) => void reveals.push(...made),
      routes: (server) => void server.get('/internal/ping', async () => 'pong'),
    });
  });
  afterAll(async () => {
    await running.stop();
    await store.close();
  });

  const officer = (roles: string[], pending = false) =>
    principals.officer({ regionCode: '140200000000', regionLevel: 'CITY', roles, pending });
  const ask = (principal: Parameters<typeof subgraphClient>[2], document: string, variables = {}) =>
    subgraphClient(running.url, issuer, principal).query(document, variables);
  const codes = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
    answer.errors?.map((error) => error.extensions?.code);

  it.each([
    '{ open }',
    '{ _service { sdl } }',
    '{ _entities(representations: [{__typename: "Person", id: "p1"}]) { __typename } }',
  ])('answers 401 to whoever comes without an assertion: %s', async (document) => {
    const answer = await ask(null, document);
    expect(answer.status).toBe(401);
    expect(codes(answer)).toEqual(['UNAUTHENTICATED']);
    expect(answer.data).toBeNull();
  });

  it('works in the trace that it is asked in', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const client = subgraphClient(running.url, issuer, officer([]));
    expect((await client.query('{ trace }', {}, { traceparent })).data).toEqual({ trace: traceparent });
    expect((await client.query('{ trace }')).data).toEqual({ trace: null });
  });

  it('answers 401 to an assertion of a stranger', async () => {
    const answer = await subgraphClient(running.url, testIssuer(), officer([])).query('{ open }');
    expect(answer.status).toBe(401);
  });

  it('lets only services in below /internal', async () => {
    const get = async (headers: Record<string, string>) =>
      (await fetch(new URL('/internal/ping', running.url), { headers })).status;
    expect(await get({})).toBe(401);
    expect(await get({ 'x-junxian-assertion': await issuer.assert(officer([])) })).toBe(403);
    expect(await get({ 'x-junxian-assertion': await issuer.assert(principals.service('gateway')) })).toBe(
      200,
    );
  });

  it.each([
    ['anonymous, public field', principals.anonymous(), '{ open }', undefined],
    ['anonymous, other field', principals.anonymous(), '{ mine }', ['UNAUTHENTICATED']],
    ['officer', officer([]), '{ mine }', undefined],
    ['officer without the role', officer([]), '{ work }', ['FORBIDDEN']],
    ['officer with the role', officer(['test:WORKER']), '{ work }', undefined],
    ['pending account', officer(['test:WORKER'], true), '{ work }', ['ACTIVATION_REQUIRED']],
    ['pending account activates', officer([], true), 'mutation { activate }', undefined],
    ['region outside', officer([]), '{ inRegion(region: "140300000000") }', ['OUT_OF_REGION']],
    ['region too wide', officer([]), '{ inRegion(region: "140200000000") }', ['SCOPE_TOO_WIDE']],
    ['own region too wide', officer([]), '{ inRegion }', ['SCOPE_TOO_WIDE']],
    ['region within', officer([]), '{ inRegion(region: "140215000000") }', undefined],
    ['entity type without its role', officer([]), '{ person { id } }', ['FORBIDDEN']],
    ['field rule replaces the type rule', officer(['test:READER']), '{ person { salary } }', ['FORBIDDEN']],
  ])('graphql-shield: %s', async (_title, principal, document, expected) => {
    expect(codes(await ask(principal, document))).toEqual(expected);
  });

  it('holds the rules on _entities', async () => {
    const document =
      '{ _entities(representations: [{__typename: "Person", id: "p1"}]) { ... on Person { idNumber salary } } }';
    expect(codes(await ask(officer([]), document))).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const reader = await ask(officer(['test:READER']), document);
    expect(reader.data?._entities[0]).toEqual({ idNumber: '140215************', salary: null });
    expect(codes(await ask(officer(['test:WORKER']), document))).toBeUndefined();
  });

  it('masks unless a holder of the role asks for it, and writes every reveal down', async () => {
    const masked = await ask(officer(['test:WORKER']), '{ person { idNumber } }');
    expect(masked.data?.person.idNumber).toBe('140215************');
    expect(reveals).toEqual([]);
    expect(codes(await ask(officer(['test:READER']), '{ person { idNumber(reveal: true) } }'))).toEqual([
      'FORBIDDEN',
    ]);
    expect(reveals).toEqual([]);
    const full = await ask(officer(['test:WORKER']), '{ person { idNumber(reveal: true) } }');
    expect(full.data?.person.idNumber).toBe(person.idNumber);
    expect(reveals).toEqual([{ field: 'Person.idNumber', subject: 'c1_x' }]);
  });

  it('passes refusals on and masks defects', async () => {
    const [refused] = (await ask(officer([]), '{ refused }')).errors!;
    expect(refused).toMatchObject({
      message: '状态不符',
      extensions: {
        code: 'STATE_CONFLICT',
        text: { zh: '状态不符', en: 'wrong state' },
        field: 'state',
        details: { state: 'OPEN' },
      },
    });
    const broken = await ask(officer([]), '{ broken }');
    expect(codes(broken)).toEqual(['INTERNAL']);
    expect(JSON.stringify(broken)).not.toMatch(/SELECT|10\.0\.0\.1|stack/);
  });

  it('a mutation sees its own change in what it selects', async () => {
    const answer = await ask(officer([]), 'mutation { a: add { count } b: add { count } }');
    expect(answer.data).toEqual({ a: { count: 1 }, b: { count: 2 } });
  });

  it('is ready, and says so when the known holidays end soon', async () => {
    const until = holidaysKnownUntil();
    today = until;
    const ready = await fetch(new URL('/health/ready', running.url));
    today = '2026-01-01';
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', warnings: [expect.stringContaining(`until ${until} only`)] },
    ]);
  });

  it('serves health and metrics without an assertion', async () => {
    expect((await fetch(new URL('/health/live', running.url))).status).toBe(200);
    const ready = await fetch(new URL('/health/ready', running.url));
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    expect(await (await fetch(new URL('/metrics', running.url))).text()).toContain(
      'junxian_subgraph_request_seconds',
    );
  });
});
