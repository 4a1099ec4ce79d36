import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { scenario, type TestDatabase, testDatabase, testIssuer } from '@junxian/test-kit';

import { demoAccounts } from './demo-data/demo-accounts';
import { demoCitizens } from './demo-data/demo-petitions';

const root = resolve(__dirname, '../../..');
const secret = (fill: number) => Buffer.alloc(32, fill).toString('base64');
let test: TestDatabase;
let events: TestDatabase;
let folder: string;
let variables: Record<string, string>;
let child: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'junxian-main-'));
  test = await testDatabase({ service: 'directory', migrations: [] });
  events = await testDatabase({ service: 'events', migrations: [] });
  const issuer = testIssuer('directory');
  const years = Array.from({ length: 73 }, (_, index) => 2027 + index);
  await writeFile(join(folder, 'jwks.json'), JSON.stringify(issuer.jwks));
  await writeFile(join(folder, 'key.json'), JSON.stringify(issuer.privateJwk));
  variables = {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    DATABASE_URL: test.appUrl,
    MIGRATION_DATABASE_URL: test.migratorUrl,
    EVENTS_TRANSPORT: 'postgres',
    EVENTS_DATABASE_URL: events.migratorUrl,
    ASSERTION_JWKS_FILE: join(folder, 'jwks.json'),
    ASSERTION_KEY_FILE: join(folder, 'key.json'),
    CITIZEN_ID_KEY: secret(1),
    FIELD_KEYS: `1:${secret(2)}`,
    BLIND_INDEX_KEY: secret(3),
    AUDIT_KEY: secret(4),
    FILES_DIRECTORY: join(folder, 'files'),
    DEMO_DATA: 'true',
    // Whatever the year, the calendar does not end: nothing is to be warned of.
    HOLIDAYS: JSON.stringify(
      Object.fromEntries(years.map((year) => [year, { holidays: [`${year}-10-01`], workdays: [] }])),
    ),
  };
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await test.close();
  await events.close();
  await rm(folder, { recursive: true });
});

function start(
  environment: Record<string, string>,
  ...args: string[]
): { exit: Promise<number | null>; output: () => string } {
  let output = '';
  const started = spawn(
    process.execPath,
    ['-r', join(root, 'infra/tools/register.cjs'), join(__dirname, 'main.ts'), ...args],
    {
      env: environment,
      cwd: root,
    },
  );
  child = started;
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (output += chunk));
  return { exit: once(started, 'exit').then(([code]) => code as number | null), output: () => output };
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return String(port);
}

async function ready(origin: string, output: () => string): Promise<void> {
  for (let attempt = 0; attempt < 900; attempt += 1) {
    const answer = await fetch(`${origin}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    if (child?.exitCode !== null) throw new Error(`the process ended: ${output()}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`not ready in time: ${output()}`);
}

describe('the process', () => {
  it('brings an empty database up, serves, refuses strangers, and ends cleanly when told to', async () => {
    const PORT = await freePort();
    const origin = `http://127.0.0.1:${PORT}`;
    const { exit, output } = start({ ...variables, PORT });
    await ready(origin, output);
    const jwks = (await (await fetch(`${origin}/.well-known/jwks.json`)).json()) as {
      keys: { d?: string; kty: string }[];
    };
    expect(jwks.keys.length).toBeGreaterThan(0);
    for (const key of jwks.keys) expect(key).toMatchObject({ kty: 'OKP' });
    expect(jwks.keys.some(({ d }) => d !== undefined)).toBe(false);
    const stranger = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ _service { sdl } }"}',
    });
    expect(stranger.status).toBe(401);
    child?.kill('SIGTERM');
    expect([await exit, output()]).toEqual([0, '']);
    const [{ regions, accounts } = { regions: 0, accounts: 0 }] = await test.adminQuery<{
      regions: number;
      accounts: number;
    }>(
      'SELECT (SELECT count(*)::int FROM region) AS regions, (SELECT count(*)::int FROM account) AS accounts',
    );
    expect(regions).toBeGreaterThan(600_000);
    expect(accounts).toBe(demoAccounts.length + demoCitizens.length);
  }, 120_000);

  scenario(
    'directory',
    21,
    'the command line finds a broken hash, and says so by its exit code',
    async () => {
      const intact = start(variables, 'verify-audit');
      expect(await intact.exit).toBe(0);
      expect(JSON.parse(intact.output())).toMatchObject({ intact: true, reachedEnd: true });
      await test.adminQuery('ALTER TABLE audit_entry DISABLE TRIGGER append_only');
      await test.adminQuery(`UPDATE audit_entry SET hash = repeat('0', 64) WHERE sequence = 1`);
      const broken = start(variables, 'verify-audit');
      expect(await broken.exit).toBe(1);
      expect(JSON.parse(broken.output())).toMatchObject({
        intact: false,
        faults: [{ kind: 'EDITED', sequence: 1 }, {}],
      });
    },
    60_000,
  );

  it('does not start without the key of the audit log, or with demonstration data in production', async () => {
    const { AUDIT_KEY: _, ...without } = variables;
    const keyless = start(without, 'verify-audit');
    expect(await keyless.exit).toBe(1);
    expect(keyless.output()).toContain('AUDIT_KEY');
    const production = start({ ...variables, NODE_ENV: 'production' }, 'migrate');
    expect(await production.exit).toBe(1);
    expect(production.output()).toContain('DEMO_DATA');
  }, 60_000);
});
