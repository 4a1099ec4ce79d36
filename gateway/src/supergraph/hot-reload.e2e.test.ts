import { renameSync, writeFileSync } from 'node:fs';
import { compose } from '../../testing/compose';
import { startTestGateway, type TestGateway } from '../../testing/test-gateway';
import { officerClaims } from '../../testing/test-issuer';
import { subgraphDocument } from '../../testing/test-subgraph';
import { DIRECTORY_SDL, startTwoServices, type TwoServices } from '../../testing/two-services';

let services: TwoServices;
let gateway: TestGateway;
let token: string;
let log: string[];

beforeEach(async () => {
  services = await startTwoServices();
  log = [];
  gateway = await startTestGateway(services.all, { log: (line) => log.push(line) });
  token = await gateway.directory.token(officerClaims());
});

afterEach(async () => {
  await gateway.stop();
  await services.stop();
});

/** As a deployment does it: written beside, then renamed. */
function replaceSupergraph(text: string): void {
  writeFileSync(`${gateway.supergraphFile}.new`, text);
  renameSync(`${gateway.supergraphFile}.new`, gateway.supergraphFile);
}

const composeWith = (directorySdl: string) =>
  compose([{ ...services.directory, typeDefs: subgraphDocument(directorySdl) }, services.poverty]);

async function soon(condition: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if (await condition()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(await condition()).toBe(true);
}

const loads = async (result: string) => {
  const text = await (await fetch(gateway.url.replace('/graphql', '/metrics'))).text();
  return Number(
    new RegExp(`supergraph_loads_total\\{[^}]*result="${result}"[^}]*\\} (\\d+)`).exec(text)?.[1] ?? 0,
  );
};

it('takes new supergraphs into use under load without dropping or mixing up a request', async () => {
  services.directory.delay = 5;
  let asking = true;
  const failures: string[] = [];
  let answered = 0;
  const client = async () => {
    while (asking) {
      const answer = await gateway.ask('{ regions(first: 4) { nodes { name povertyHouseholds } } }', {
        token,
      });
      answered += 1;
      if (answer.status !== 200 || answer.errors) failures.push(answer.text);
    }
  };
  const clients = Array.from({ length: 8 }, client);
  for (let round = 1; round <= 3; round += 1) {
    const before = await loads('loaded');
    replaceSupergraph(
      composeWith(
        DIRECTORY_SDL.replace(
          'version: String!',
          `added${round}: String @access(public: true) version: String!`,
        ),
      ),
    );
    await soon(async () => (await loads('loaded')) > before);
    const answer = await gateway.ask(`{ added${round} version }`, { token });
    expect(answer.errors?.[0]?.extensions.code).not.toBe('GRAPHQL_VALIDATION_FAILED');
  }
  asking = false;
  await Promise.all(clients);
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(20);
});

it('brings the access rules of the new supergraph with it', async () => {
  expect((await gateway.ask('{ version }')).data).toEqual({ version: '1' });
  replaceSupergraph(
    composeWith(
      DIRECTORY_SDL.replace(
        'version: String! @access(public: true)',
        'version: String! @access(roles: ["directory:AUDITOR"])',
      ),
    ),
  );
  await soon(
    async () => (await gateway.ask('{ version }')).errors?.[0]?.extensions.code === 'UNAUTHENTICATED',
  );
  expect((await gateway.ask('{ version }', { token })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

it.each<[string, (valid: string) => string, RegExp]>([
  ['a text that is no schema', () => 'type Query {', /Syntax Error/],
  [
    'a schema that is no supergraph',
    () => 'type Query { version: String! @access(public: true) }',
    /Unknown directive "@access"/,
  ],
  ['half a file', (valid) => valid.slice(0, valid.length / 2), /Syntax Error|Unknown/],
  [
    'a root field without @access',
    (valid) => valid.replace(/(auditLog\(.*?\[AuditEntry!\]![^\n]*?) @access\([^)]*\)/, '$1'),
    /no @access on Query.auditLog/,
  ],
  [
    'services that require one field with different arguments',
    (valid) =>
      valid.replace(
        'type Query',
        `type Bale @access(public: true) {
          weight(unit: String): Int
          fee: Int @join__field(graph: DIRECTORY, requires: "weight(unit: \\"kg\\")")
          tax: Int @join__field(graph: DIRECTORY, requires: "weight(unit: \\"t\\")")
        }
        type Query`,
      ),
    /answers would be wrong: Bale.weight is required as weight\(unit: "kg"\) by Bale.fee of directory/,
  ],
])('refuses %s, keeps the old one, and tells by a metric', async (_name, spoil, reason) => {
  const valid = composeWith(DIRECTORY_SDL);
  const spoilt = spoil(valid);
  expect(spoilt).not.toBe(valid);
  replaceSupergraph(spoilt);
  await soon(async () => (await loads('refused')) >= 1);
  expect(log.find((line) => line.includes('the new supergraph is invalid'))).toMatch(reason);
  expect(
    (await gateway.ask('{ version regions { nodes { povertyHouseholds } } }', { token })).errors,
  ).toBeUndefined();
  replaceSupergraph(
    composeWith(
      DIRECTORY_SDL.replace('version: String!', 'added: String @access(public: true) version: String!'),
    ),
  );
  await soon(async () => (await gateway.ask('{ added }')).status === 200);
});

it('follows a subgraph that moved, and lets the old connections go', async () => {
  const elsewhere = await startTwoServices();
  try {
    const moved = compose([{ ...services.directory, url: elsewhere.directory.url }, services.poverty]);
    replaceSupergraph(moved);
    await soon(async () => {
      await gateway.ask('{ version }');
      return elsewhere.directory.requests.length > 0;
    });
    services.forget();
    expect((await gateway.ask('{ version }')).data).toEqual({ version: '1' });
    expect(services.directory.requests).toEqual([]);
  } finally {
    await elsewhere.stop();
  }
});
