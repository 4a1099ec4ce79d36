import { ApolloServer } from '@apollo/server';
import { request } from 'undici';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { officerClaims } from '../../testing/test-issuer';
import { startTwoServices, type TwoServices } from '../../testing/two-services';

let services: TwoServices;
let gateway: TestGateway;
const lines: string[] = [];
const tokens: Record<string, string> = {};
const byApollo = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');

beforeAll(async () => {
  services = await startTwoServices();
  gateway = await startTestGateway(services.all, {
    log: (line) => lines.push(line),
    environment: { OPERATION_TIMEOUT_MS: '2000' },
  });
  const { directory } = gateway;
  tokens.officer = await directory.token(officerClaims());
  tokens.operator = await directory.token(officerClaims({ roles: ['poverty-alleviation:OPERATOR'] }));
  tokens.expired = await directory.token(officerClaims(), { lifetimeSeconds: -60 });
  tokens.broken = `${tokens.officer}x`;
});

afterAll(async () => {
  byApollo.mockRestore();
  await gateway.stop();
  await services.stop();
});

interface Asked {
  query: string;
  variables?: unknown;
  operationName?: string | null;
  token?: string;
  headers?: Record<string, string>;
}

interface Seen {
  status: number;
  headers: Record<string, unknown>;
  body: string;
  log: readonly string[];
  counted: readonly string[];
}

const ID = 'request-0001';

/** What the client, the log and the metrics get of a request. */
async function seenOf({ token, headers, ...body }: Asked, more: object = {}): Promise<Seen> {
  const before = await counters();
  lines.length = 0;
  const answer = await request(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-request-id': ID,
      ...(token === undefined ? {} : { authorization: `Bearer ${tokens[token]}` }),
      ...headers,
    },
    body: JSON.stringify({ ...body, ...more }),
  });
  const { date: _date, ...answered } = answer.headers;
  const text = await answer.body.text();
  const after = await counters();
  return {
    status: answer.statusCode,
    headers: answered,
    body: text,
    log: lines.map((line) => line.replace(/milliseconds: \d+/, 'milliseconds: 0')),
    counted: [...after].flatMap(([name, value]) => {
      const added = value - (before.get(name) ?? 0);
      return added === 0 ? [] : [`${name} +${added}`];
    }),
  };
}

/** Of the gateway's operations and errors. */
async function counters(): Promise<Map<string, number>> {
  const { body } = await request(new URL('/metrics', gateway.url));
  const found = (await body.text()).matchAll(
    /^(junxian_gateway_(?:operations_total|errors_total|operation_seconds_count)\S*) (\d+)$/gm,
  );
  return new Map([...found].map(([, name, value]) => [name!, Number(value)]));
}

/** Apollo Server's alone, and means nothing. */
const LONG_WAY = { extensions: { persistedQuery: null } };

const CASES: readonly Asked[] = [
  { query: '{ version }' },
  { query: '{ __typename version }', operationName: null, variables: null },
  { query: '{ __schema { queryType { name } } version }' },
  { query: '{ region(code: "140200000000") { name children(first: 2) { code } } }', token: 'officer' },
  {
    query: 'query ($code: ID!, $on: Boolean = false) { region(code: $code) { name code @include(if: $on) } }',
    variables: { code: '1' },
    token: 'officer',
  },
  { query: 'query A { version } query B { __typename }', operationName: 'B' },
  { query: 'mutation { activate(name: "x") }', token: 'officer' },
  { query: '{ region(code: "0") { name } households(first: 1) { id region { name } } }', token: 'operator' },
  // Who accepts what.
  ...['*/*', 'application/json', 'application/graphql-response+json'].map((accept) => ({
    query: '{ version }',
    headers: { accept },
  })),
  {
    query: '{ version }',
    headers: { accept: 'application/graphql-response+json,application/json;q=0.9' },
  },
  { query: '{ version }', headers: { 'content-type': 'application/json; charset=utf-8' } },
  { query: '{ version }', headers: { origin: 'https://evil.example' } },
];

const FAULTY: readonly Asked[] = [
  { query: '{ refused version }' },
  { query: '{ refused version }', headers: { 'accept-language': 'en' } },
  { query: '{ broken version }' },
  { query: '{ region(code: "1") { name } }' },
  { query: '{ region(code: "1") { name } }', token: 'expired' },
  { query: '{ region(code: "1") { name } }', token: 'broken', headers: { 'accept-language': 'en' } },
  { query: '{ region(code: "1") { name secret } }', token: 'officer' },
  { query: 'query ($code: ID!) { region(code: $code) { name } }', variables: {}, token: 'officer' },
  { query: 'query ($code: ID!) { region(code: $code) { name } }', variables: { code: [] }, token: 'officer' },
  { query: 'query ($n: Int) { regions(first: $n) { endCursor } }', variables: { n: 'x' }, token: 'officer' },
  {
    query:
      'query ($n: Int) { regions(first: $n) { nodes { children(first: $n) { children(first: $n) { name } } } } }',
    variables: { n: 1_000 },
    token: 'officer',
  },
  { query: 'query A { version } query B { version }', operationName: 'C' },
  { query: 'query A { version } query B { version }' },
  { query: '{ nothing }' },
  { query: '{ version' },
  { query: '{ ...A } fragment A on Query { ...A }' },
];

describe('the short way and the way through Apollo Server answer, log and count the same', () => {
  it.each(CASES)('$query $variables $headers', async (asked) => {
    await seenOf(asked);
    byApollo.mockClear();
    const short = await seenOf(asked);
    expect(byApollo).not.toHaveBeenCalled();
    const long = await seenOf(asked, LONG_WAY);
    expect(byApollo).toHaveBeenCalledTimes(1);
    expect(short).toEqual(long);
    expect([short.status, short.log.length, short.counted.length]).toEqual([200, 1, 2]);
  });

  it.each(FAULTY)('$query $variables $token', async (asked) => {
    await seenOf(asked);
    const short = await seenOf(asked);
    expect(short).toEqual(await seenOf(asked, LONG_WAY));
    expect(JSON.parse(short.body).errors).toBeDefined();
  });
});

it('what has errors is not run a second time for Apollo Server to word them', async () => {
  const query = 'mutation { activate(name: "y") }';
  await gateway.ask(query, { token: tokens.officer! });
  services.directory.answerWith = { status: 200, body: '{"errors":[{"message":"x"}],"data":null}' };
  services.forget();
  try {
    const answer = await gateway.ask(query, { token: tokens.officer! });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL']);
    expect(services.directory.requests).toHaveLength(1);
  } finally {
    services.directory.answerWith = null;
  }
});

it('a client that leaves ends the operation', async () => {
  const query = '{ regions(first: 3) { nodes { level } } }';
  await gateway.ask(query, { token: tokens.officer! });
  services.directory.delay = 1_000;
  const abandoned = services.directory.abandoned;
  try {
    const asked = fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.officer}` },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(200),
    });
    await expect(asked).rejects.toThrow();
    const until = Date.now() + 500;
    while (services.directory.abandoned === abandoned && Date.now() < until)
      await new Promise((done) => setTimeout(done, 20));
    expect(services.directory.abandoned).toBe(abandoned + 1);
  } finally {
    services.directory.delay = 0;
  }
});
