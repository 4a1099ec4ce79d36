import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepFirstStart } from '../support/first-start';
import { eventually, root, type System, startSystem } from '../support/system';
import { megabytesOf, processesOf } from './processes';

const LARGEST_MEGABYTES = 1536;

const dataDir = mkdtempSync(join(tmpdir(), 'junxian-launcher-'));
let system: System | null = null;
const noneLeft = () =>
  eventually(
    'the end of all processes',
    async () => processesOf(dataDir).map((it) => it.command),
    (left) => left.length === 0,
    20_000,
  );

/** Starts on the one data folder of this file. How long it takes is measured by `npm run bench start`. */
async function start(): Promise<System> {
  system = await startSystem({ dataDir });
  expect(system.output().trimEnd().split('\n').at(-1)).toMatch(/^ready in [\d.]+ s/);
  return system;
}

const alive = (origin: string) =>
  fetch(`${origin}/health/ready`).then(
    (response) => response.ok,
    () => false,
  );

const regions = async (running: System) => {
  const [row] = await running.adminQuery<{ count: string }>('directory', 'SELECT count(*) FROM region');
  return Number(row?.count);
};

jest.setTimeout(300_000);
afterAll(async () => {
  await system?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

it('comes up from nothing, says how to go on, and stays small', async () => {
  const running = await start();
  expect(running.output()).toMatch(/curl .*graphql/);
  expect(await regions(running)).toBeGreaterThan(600_000);
  const processes = processesOf(dataDir);
  // Launcher, two services, gateway, PostgreSQL with its workers.
  expect(processes.length).toBeGreaterThan(8);
  expect(megabytesOf(processes)).toBeLessThan(LARGEST_MEGABYTES);
});

it('refuses to start a second time on the same data', () => {
  const second = spawnSync(process.execPath, [join(root, 'infra/local/start.mjs')], {
    encoding: 'utf8',
    env: { ...process.env, JUNXIAN_DATA_DIR: dataDir, PORT: '0' },
  });
  expect(second.status).toBe(1);
  expect(second.stderr).toContain('already runs');
  expect(processesOf(dataDir).length).toBeGreaterThan(8);
});

it.each(['poverty-alleviation', 'gateway'])('starts a crashed %s again', async (name) => {
  const before = system!.process(name);
  process.kill(before.pid, 'SIGKILL');
  const pidNow = () => {
    try {
      return system!.process(name).pid;
    } catch {
      return before.pid;
    }
  };
  await eventually(
    `${name} anew`,
    async () => pidNow() !== before.pid && (await alive(before.origin)),
    (ready) => ready,
    30_000,
  );
});

it('leaves no process after Ctrl-C and is back with its data', async () => {
  await system!.stop({ keepData: true });
  expect(processesOf(dataDir)).toEqual([]);
  keepFirstStart(dataDir);
  const running = await start();
  expect(await regions(running)).toBeGreaterThan(600_000);
});

it('loses nothing when the launcher is killed, and its children follow it', async () => {
  await system!.adminQuery('directory', 'CREATE TABLE kept AS SELECT 1 AS value');
  await system!.killLauncher();
  await noneLeft();
  const running = await start();
  expect(await running.adminQuery('directory', 'SELECT value FROM kept')).toEqual([{ value: 1 }]);
});

it('starts at once after a kill, while what was left behind is still going', async () => {
  await system!.killLauncher();
  await start();
});

it('comes back after everything was killed at the same moment, as in a power cut', async () => {
  await system!.adminQuery('directory', 'INSERT INTO kept VALUES (2)');
  const launcher = 'infra/local/start.mjs';
  for (const { pid, command } of processesOf(dataDir)) {
    if (command.includes(launcher)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // A worker that ended with its parent in the meantime.
    }
  }
  await system!.killLauncher();
  await noneLeft();
  const running = await start();
  expect(await running.adminQuery('directory', 'SELECT value FROM kept ORDER BY value')).toEqual([
    { value: 1 },
    { value: 2 },
  ]);
});

it('takes over a PostgreSQL whose launcher and watcher were killed', async () => {
  const watcher = system!.process('postgres').pid;
  const server = processesOf(dataDir).find((it) => it.parent === watcher && it.command.includes(' -D '));
  expect(server).toBeDefined();
  const killed = system!.killLauncher();
  process.kill(watcher, 'SIGKILL');
  await killed;
  await start();
  expect(processesOf(dataDir).map((it) => it.pid)).not.toContain(server!.pid);
});

it('stops in order on SIGTERM as well', async () => {
  const { launcher } = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8'));
  process.kill(launcher, 'SIGTERM');
  await noneLeft();
  expect(existsSync(join(dataDir, 'run.json'))).toBe(false);
  expect(system!.output()).toMatch(/\nstopping\n$/);
  system = null;
});
