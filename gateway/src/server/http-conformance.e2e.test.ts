import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import { serverAudits } from 'graphql-http';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { startTwoServices, type TwoServices } from '../../testing/two-services';

let services: TwoServices;
let gateway: TestGateway;
let url: string;

beforeAll(async () => {
  services = await startTwoServices();
  gateway = await startTestGateway(services.all, {
    environment: { NODE_ENV: 'production', OFFICIAL_HOSTS: 'x' },
  });
  url = gateway.url;
});

afterAll(async () => {
  await gateway.stop();
  await services.stop();
});

describe('GraphQL over HTTP', () => {
  // Some audits ask for introspection, which is off in production.
  let open: TestGateway;
  beforeAll(async () => {
    open = await startTestGateway(services.all);
  });
  afterAll(() => open.stop());

  const audits = serverAudits({ url: () => open.url });

  // Apollo Server answers 400 to a faulty operation whatever the client accepts; the specification
  // would rather have 200 where only application/json is accepted, so that old clients read on.
  const DIFFERS_ON_PURPOSE = ['572B', 'FDE2', '7B9B'];

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (id, name, audit) => {
    const result = await audit.fn();
    const reason = result.status === 'ok' ? '' : result.reason;
    if (name.startsWith('MAY ')) expect(result.status).not.toBe('error');
    else if (DIFFERS_ON_PURPOSE.includes(id)) expect(result.status).toBe('warn');
    else expect([result.status, reason]).toEqual(['ok', '']);
  });
});

it('answers a simple request from another site with a refusal, not with data', async () => {
  const simple = await fetch(`${url}?query={__typename}`, { headers: { 'content-type': 'text/plain' } });
  expect(simple.status).toBe(400);
  const form = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'query={__typename}',
  });
  expect(form.status).toBe(400);
  expect(await form.text()).not.toContain('"data"');
});

it('lets a GET through that no simple form could send', async () => {
  const answer = await fetch(`${url}?query={__typename}`, { headers: { 'apollo-require-preflight': '1' } });
  expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
});

it('never lets a GET change anything', async () => {
  const query = encodeURIComponent('mutation { activate(name: "x") }');
  const answer = await fetch(`${url}?query=${query}`, { headers: { 'content-type': 'application/json' } });
  expect(answer.status).toBe(405);
  expect(services.directory.requests.filter((seen) => seen.query.startsWith('mutation'))).toEqual([]);
});

it('answers health, metrics and security headers', async () => {
  const base = url.replace('/graphql', '');
  const ready = await fetch(`${base}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  expect((await fetch(`${base}/health/live`)).status).toBe(200);
  expect(await (await fetch(`${base}/metrics`)).text()).toContain('junxian_gateway_operations_total');
  expect(Object.fromEntries(ready.headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
  expect(ready.headers.get('access-control-allow-origin')).toBeNull();
});

it('is closed to introspection in production and suggests no names of the schema', async () => {
  const introspection = await gateway.ask('{ __schema { types { name } } }');
  expect(introspection.status).toBe(400);
  expect(introspection.data).toBeUndefined();
  const typo = await gateway.ask('{ regoin(code: "1") { code } }');
  expect(typo.errors?.[0]?.message).toBe('Cannot query field "regoin" on type "Query".');
  const wrongEnum = await gateway.ask('query ($l: Int) { regions(frist: $l) { endCursor } }');
  expect(wrongEnum.text).not.toContain('Did you mean');
});

it('outside production GraphiQL can read the whole schema', async () => {
  const open = await startTestGateway(services.all);
  try {
    const query = getIntrospectionQuery({
      schemaDescription: true,
      inputValueDeprecation: true,
      directiveIsRepeatable: true,
    });
    const answer = await open.ask(query);
    expect(answer.errors).toBeUndefined();
    const names = buildClientSchema(answer.data as never)
      .getQueryType()
      ?.getFields();
    expect(Object.keys(names ?? {})).toContain('regions');
    expect(answer.text).not.toContain('_entities');
  } finally {
    await open.stop();
  }
});

it('pages of other origins may ask only where configured', async () => {
  const open = await startTestGateway(services.all, { environment: { CORS_ORIGINS: 'https://app.example' } });
  try {
    const preflight = (origin: string) =>
      fetch(open.url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight('https://app.example');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  } finally {
    await open.stop();
  }
});
