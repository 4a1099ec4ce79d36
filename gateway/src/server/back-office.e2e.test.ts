import { rule, scenario } from '@junxian/test-kit';
import { request } from 'undici';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { startTwoServices, type TwoServices } from '../../testing/two-services';
import { readEnvironment } from '../environment';

let services: TwoServices;
let gateway: TestGateway;

beforeAll(async () => {
  services = await startTwoServices();
  gateway = await startTestGateway(services.all, {
    environment: {
      NODE_ENV: 'production',
      OFFICIAL_HOSTS: 'office.junxian.example, localhost',
      GRAPHIQL: 'true',
    },
  });
});

afterAll(async () => {
  await gateway.stop();
  await services.stop();
});

async function get(path: string, host?: string) {
  const { statusCode, headers, body } = await request(new URL(path, gateway.url), {
    headers: host === undefined ? {} : { host },
  });
  return { status: statusCode, headers, text: await body.text() };
}

const PAGES = [
  '/back-office',
  '/back-office/sign-in.js',
  '/back-office/session.js',
  '/back-office/posts.js',
  '/back-office/pages.css',
  '/graphiql',
  '/graphiql/page.js',
  '/graphiql/react.js',
  '/graphiql/react-dom.js',
  '/graphiql/graphiql.js',
  '/graphiql/graphiql.css',
];

rule('DI-LOG-09', 'every page of the back office answers on its official names only', async () => {
  for (const path of PAGES) {
    for (const host of ['office.junxian.example', 'OFFICE.junxian.example:8443', 'localhost:4000']) {
      expect([path, host, (await get(path, host)).status]).toEqual([path, host, 200]);
    }
    const unknown = await get('/no-such-page', 'office.junxian.example');
    for (const host of [
      undefined,
      '127.0.0.1',
      '[::1]:4000',
      '10.1.2.3:4000',
      'evil.example',
      'office.junxian.example.evil.example',
    ]) {
      const answer = await get(path, host);
      expect([path, host, answer.status]).toEqual([path, host, 404]);
      // Nothing tells it from a path that does not exist.
      expect(answer.text.replaceAll(path, '/no-such-page')).toBe(unknown.text);
    }
  }
});

scenario('directory', 22, 'the back office called by IP is 404, by its domain the login page', async () => {
  expect((await get('/back-office')).status).toBe(404);
  const page = await get('/back-office', 'office.junxian.example');
  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toContain('text/html');
  const script = await get('/back-office/sign-in.js', 'office.junxian.example');
  expect(page.text).toContain('src="/back-office/sign-in.js"');
  expect(script.text).toContain('mutation SignIn');
});

it('a forwarded host name is not believed', async () => {
  const { statusCode } = await request(new URL('/back-office', gateway.url), {
    headers: { 'x-forwarded-host': 'office.junxian.example', forwarded: 'host=office.junxian.example' },
  });
  expect(statusCode).toBe(404);
});

it('pages take nothing from other hosts', async () => {
  for (const path of ['/back-office', '/graphiql']) {
    const page = await get(path, 'localhost');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/https?:|\*/);
    expect(page.text).not.toMatch(/https?:\/\//);
    for (const [, source] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      if (source!.startsWith('data:')) continue;
      expect([source, (await get(source!, 'localhost')).status]).toEqual([source, 200]);
    }
  }
});

it('GraphiQL is off in production unless enabled', async () => {
  const plain = await startTestGateway(services.all, {
    environment: { NODE_ENV: 'production', OFFICIAL_HOSTS: 'localhost' },
  });
  try {
    const { statusCode, body } = await request(new URL('/graphiql', plain.url), {
      headers: { host: 'localhost' },
    });
    await body.dump();
    expect(statusCode).toBe(404);
  } finally {
    await plain.stop();
  }
});

it('official names are required in production', () => {
  const variables = {
    NODE_ENV: 'production',
    SUPERGRAPH_FILE: 'supergraph.graphql',
    DIRECTORY_URL: 'http://directory',
    ASSERTION_KEY_FILE: require.resolve('graphql/package.json'),
  };
  expect(() => readEnvironment(variables)).toThrow('OFFICIAL_HOSTS');
  expect(() => readEnvironment({ ...variables, OFFICIAL_HOSTS: ' , ' })).toThrow('OFFICIAL_HOSTS');
  expect(readEnvironment({ ...variables, OFFICIAL_HOSTS: 'a.example' }).OFFICIAL_HOSTS).toEqual([
    'a.example',
  ]);
});
