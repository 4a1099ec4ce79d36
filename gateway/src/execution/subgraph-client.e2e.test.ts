import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Cancellation } from './cancellation';
import { type SubgraphCall, SubgraphClient } from './subgraph-client';

let server: Server;
let client: SubgraphClient;
let requests: string[];
let calls: SubgraphCall[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  requests = [];
  calls = [];
  answer = (_request, response) => response.end('{"data":{"a":1}}');
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push(body);
      answer(request, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  client = new SubgraphClient('a', `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, {
    connections: 1,
    waiting: 1,
    connectTimeoutMilliseconds: 1_000,
    answerTimeoutMilliseconds: 5_000,
    maxAnswerBytes: 10_000,
    circuit: { failures: 3, coolDownMilliseconds: 1_000 },
    share: true,
    observe: (call) => calls.push(call),
  });
});

afterEach(async () => {
  server.closeAllConnections();
  await client.close();
  await new Promise((done) => server.close(done));
});

const ask = (body: string, more: { isQuery?: boolean; cancellation?: Cancellation } = {}) =>
  client.ask({
    body,
    isQuery: true,
    isShareable: true,
    asked: 0,
    sent: 0,
    headers: { 'content-type': 'application/json' },
    caller: 'somebody',
    cancellation: undefined,
    ...more,
  });

it.each([
  [true, ['q', 'q'], 'answered'],
  [false, ['q'], 'unavailable'],
])('a connection that breaks: query %s', async (isQuery, sent, outcome) => {
  answer = (_request, response) => {
    answer = (_again, next) => next.end('{"data":{"a":1}}');
    response.destroy();
  };
  const asked = ask('q', { isQuery });
  if (isQuery) expect(await asked).toMatchObject({ data: { a: 1 } });
  else await expect(asked).rejects.toMatchObject({ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
  expect(requests).toEqual(sent);
  expect(calls.map((call) => call.outcome)).toEqual([outcome]);
});

it('lets so many wait for a connection and refuses the next at once; identical ones need none', async () => {
  let release: () => void = () => undefined;
  answer = (_request, response) => {
    release = () => response.end('{"data":{"a":1}}');
  };
  const running = ask('1');
  const shared = ask('1');
  const waiting = ask('2');
  await expect(ask('3')).rejects.toMatchObject({
    extensions: { code: 'OVERLOADED', details: { retryAfterSeconds: 2 } },
  });
  while (requests.length < 1) await new Promise((done) => setTimeout(done, 5));
  answer = (_request, response) => void response.end('{"data":{"a":2}}');
  release();
  const [first, second] = await Promise.all([running, shared]);
  expect([first, second, await waiting]).toMatchObject([
    { data: { a: 1 } },
    { data: { a: 1 } },
    { data: { a: 2 } },
  ]);
  // Each may be changed without the other.
  expect(first).not.toBe(second);
  expect(calls.map((call) => call.outcome).sort()).toEqual(['answered', 'answered', 'overloaded', 'shared']);
});

it('tells whether a text of an answer needs escapes when it is written again', async () => {
  answer = (_request, response) => void response.end('{"data":{"a":"云州"}}');
  expect(await ask('plain')).toEqual({ data: { a: '云州' }, isPlain: true });
  answer = (_request, response) => void response.end('{"data":{"a":"\\u0022"}}');
  expect(await ask('quoted')).toEqual({ data: { a: '"' }, isPlain: false });
});

it('gives up what nobody waits for, whether it waits or is under way', async () => {
  let closed = 0;
  answer = (_request, response) => void response.on('close', () => (closed += 1));
  const [first, second] = [new Cancellation(), new Cancellation()];
  const running = ask('1', { cancellation: first });
  const waiting = ask('2', { cancellation: second });
  while (requests.length < 1) await new Promise((done) => setTimeout(done, 5));
  second.abort();
  await expect(waiting).rejects.toMatchObject({ extensions: { code: 'OPERATION_STOPPED' } });
  first.abort();
  await expect(running).rejects.toMatchObject({ extensions: { code: 'OPERATION_STOPPED' } });
  while (closed < 1) await new Promise((done) => setTimeout(done, 5));
  answer = (_request, response) => void response.end('{"data":null}');
  expect(await ask('3')).toMatchObject({ data: null });
  expect(requests).toEqual(['1', '3']);
});

it.each([
  [401, '', /does not trust/],
  [200, 'no json', /without a GraphQL result/],
  [200, '[]', /without a GraphQL result/],
])('status %s with %j is a defect', async (status, text, message) => {
  answer = (_request, response) => void response.writeHead(status).end(text);
  await expect(ask('q')).rejects.toThrow(message);
  expect(calls.map((call) => call.outcome)).toEqual(['broken']);
});
