import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { AssertionVerifier, servicePrincipal, signAssertion } from '@junxian/identity';
import { evaluateWith } from '../../tools/src/before-build/run-module';
import { root } from '../../tools/src/workspace';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'junxian-local-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const withSecrets = <T>(expression: string) =>
  evaluateWith<T>(
    'local/secrets.mjs',
    `(() => { const secrets = new it.SecretFolder(${JSON.stringify(folder)}); return ${expression}; })()`,
  );

describe('secrets', () => {
  it('are made once, differ by name and are closed to others', () => {
    const [first, other, again] = withSecrets<string[]>(
      `[secrets.password('a'), secrets.password('b'), secrets.password('a')]`,
    );
    expect(first).toMatch(/^[\w-]{32}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(withSecrets(`secrets.password('a')`)).toBe(first);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('hold 32 bytes where they are keys', () => {
    const [key, fieldKeys] = withSecrets<string[]>(`[secrets.key('k'), secrets.fieldKeys('f')]`);
    expect(Buffer.from(key!, 'base64')).toHaveLength(32);
    expect(fieldKeys).toMatch(/^1:/);
    expect(Buffer.from(fieldKeys!.slice(2), 'base64')).toHaveLength(32);
  });

  it('let each issuer sign and everyone verify, and keep old keys when a service joins', async () => {
    const keys = (issuers: string[]) =>
      withSecrets<{ jwks: string; key: string }>(
        `(() => { const keys = secrets.assertionKeys(${JSON.stringify(issuers)});
           return { jwks: secrets.ensure(keys.jwks), key: secrets.ensure(keys.keyOf('directory')) }; })()`,
      );
    const early = keys(['gateway', 'directory']);
    const later = keys(['gateway', 'directory', 'petitions']);
    expect(later.key).toBe(early.key);
    expect(later.jwks).not.toContain('"d":');
    const now = new Date();
    const options = { issuer: 'directory', lifetimeSeconds: 30, now };
    const token = await signAssertion(servicePrincipal('directory'), JSON.parse(early.key), options);
    const principal = await new AssertionVerifier(JSON.parse(later.jwks)).verify(token, now);
    expect(principal.kind).toBe('SERVICE');
  });
});

describe('ports', () => {
  it('are the preferred ones when free, others when taken or already given away', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const free = (preferred: number, taken: number[] = []) =>
      evaluateWith<number>('local/ports.mjs', `it.freePort(${preferred}, ${JSON.stringify(taken)})`);
    expect(free(port)).not.toBe(port);
    expect(evaluateWith('local/ports.mjs', `it.isFree(${port})`)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(free(port)).toBe(port);
    expect(free(port, [port])).not.toBe(port);
  });
});

describe('processes', () => {
  it('are ours only by number and command line, and end by the gentlest signal that works', async () => {
    const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')";
    const child = spawn(process.execPath, ['-e', stubborn, 'junxian-marker'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    const ask = (expression: string) => evaluateWith<boolean>('local/processes.mjs', expression);
    expect(ask(`it.isOurs(${child.pid}, 'junxian-marker')`)).toBe(true);
    expect(ask(`it.isOurs(${child.pid}, 'something else')`)).toBe(false);
    const steps = `[{ signal: 'SIGTERM', patience: 200 }, { signal: 'SIGKILL', patience: 5000 }]`;
    // Another program that was given the number of ours is left alone.
    expect(ask(`it.endProcess(${child.pid}, 'something else', ${steps})`)).toBe(true);
    expect(child.exitCode).toBeNull();
    expect(ask(`it.endProcess(${child.pid}, 'junxian-marker', ${steps})`)).toBe(true);
    expect(await ended).toBe('SIGKILL');
  });

  it('come back after a pause that doubles up to half a minute', () => {
    const pauses = evaluateWith<number[]>('local/node-child.mjs', '[1, 2, 3, 7, 20].map(it.restartPause)');
    expect(pauses).toEqual([500, 1000, 2000, 30_000, 30_000]);
  });
});

it.each([
  ['not ready', 'while another program answers on its port', 'setInterval(() => {}, 1000);'],
  [
    'ready',
    'once it answers itself',
    `require('node:http').createServer((_, answer) => answer.end('{}')).listen(Number(process.env.PORT), '127.0.0.1');`,
  ],
])('a process is %s %s', (outcome, _when, program) => {
  const script = join(folder, 'program.cjs');
  writeFileSync(script, program);
  const found = evaluateWith<string>(
    'local/node-child.mjs',
    `(async () => {
       const { createServer } = await import('node:http');
       const { setTimeout: sleep } = await import('node:timers/promises');
       const { freePort } = await import(${JSON.stringify(join(root, 'infra', 'local', 'ports.mjs'))});
       const port = await freePort(0);
       const options = { name: 'program', script: ${JSON.stringify(relative(root, script))}, port, heapMegabytes: 64, flags: [], env: {} };
       const child = new it.NodeChild({ ...options, say: () => undefined, onChange: () => undefined });
       await child.start();
       const other = createServer((_, answer) => answer.end('{}'));
       if (${outcome === 'not ready'}) await new Promise((done) => other.listen(port, '127.0.0.1', done));
       const outcome = await Promise.race([child.ready().then(() => 'ready'), sleep(1500, 'not ready')]);
       await child.stop();
       other.close();
       return outcome;
     })()`,
    { JUNXIAN_DATA_DIR: folder },
  );
  expect(found).toBe(outcome);
});

it('points the supergraph to the addresses of this machine and changes nothing else', () => {
  const sdl = `enum join__Graph {
  DIRECTORY @join__graph(name: "directory", url: "http://directory:4001/graphql")
  OTHER @join__graph(name: "other", url: "http://other:4001/graphql")
}
type Query { text: String @doc(url: "http://directory:4001/graphql") }`;
  const local = evaluateWith<string>(
    'local/plan.mjs',
    `it.localSupergraph(${JSON.stringify(sdl)}, { directory: 4321 })`,
  );
  expect(local).toBe(
    sdl.replace(
      '(name: "directory", url: "http://directory:4001/',
      '(name: "directory", url: "http://127.0.0.1:4321/',
    ),
  );
});

it('tells petitions where directory, the gateway, its files and the simulated identity check are', () => {
  const ports = { gateway: 4000, directory: 4321, petitions: 4322, 'identity-check': 4391 };
  const { petitions, simulator } = evaluateWith<
    Record<string, { port: number; env: Record<string, string> }>
  >(
    'local/plan.mjs',
    `(async () => {
       const { SecretFolder } = await import(${JSON.stringify(join(root, 'infra', 'local', 'secrets.mjs'))});
       const secrets = new SecretFolder(${JSON.stringify(folder)});
       const shared = { secrets, keys: secrets.assertionKeys(['petitions']), ports: ${JSON.stringify(ports)} };
       return {
         petitions: it.servicePlan('petitions', { ...shared, urls: { app: 'a', migrator: 'm' }, eventsUrl: 'e' }),
         simulator: it.identityCheckPlan(shared),
       };
     })()`,
    { JUNXIAN_DATA_DIR: folder },
  );
  expect(petitions).toMatchObject({
    port: 4322,
    env: {
      DIRECTORY_URL: 'http://127.0.0.1:4321',
      PUBLIC_URL: 'http://127.0.0.1:4000',
      IDENTITY_CHECK_URL: 'http://127.0.0.1:4391',
      FILES_DIRECTORY: join(folder, 'files', 'petitions'),
    },
  });
  expect(Buffer.from(petitions!.env.FILE_LINK_KEY!, 'base64')).toHaveLength(32);
  expect(simulator).toMatchObject({
    port: 4391,
    env: { IDENTITY_CHECK_TOKEN: petitions!.env.IDENTITY_CHECK_TOKEN },
  });
});

describe('a run that was cut off', () => {
  const clear = () =>
    evaluateWith<string>(
      'local/run-file.mjs',
      `it.clearPreviousRun().then(() => 'cleared', (error) => error.message)`,
      {
        JUNXIAN_DATA_DIR: folder,
      },
    );

  it('is cleared away: its processes end, its file goes', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'services/x/dist/main.js']);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const processes = [{ name: 'x', pid: child.pid, script: 'services/x/dist/main.js' }];
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ launcher: 999_999_999, processes }));
    expect(clear()).toBe('cleared');
    await ended;
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not confused with one that still runs', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'infra/local/start.mjs']);
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ launcher: child.pid, processes: [] }));
    expect(clear()).toContain(`already runs (process ${child.pid}`);
    child.kill('SIGKILL');
  });

  it('may have left a half-written file or none', () => {
    expect(clear()).toBe('cleared');
    writeFileSync(join(folder, 'run.json'), '{"launcher":');
    expect(clear()).toBe('cleared');
  });
});
