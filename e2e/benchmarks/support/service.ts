import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimes, subgraphClient, type TestDatabase, testIssuer } from '@junxian/test-kit';
import nodeFlags from '../../../infra/node-flags.json';
import type { AskedService } from '../../../services/poverty-alleviation/bench/asked-service';
import { freePort, root } from '../../support/system';

const MEGABYTE = 1024;
/** As the Dockerfile starts services. */
const FLAGS = ['--max-old-space-size=384', ...nodeFlags.service];

/** One service in a process of its own, as it is deployed: compiled, with the flags of its image, events and files included. */
export interface ServedService extends AskedService {
  pid: number;
  /** Ends it and removes what it left. */
  stop(): Promise<void>;
}

/** Starts a service on a database that is migrated already, with an event log of its own beside it. */
export async function serve(
  name: string,
  { appUrl, adminQuery }: Pick<TestDatabase, 'appUrl' | 'adminQuery'>,
): Promise<ServedService> {
  build();
  const folder = mkdtempSync(join(tmpdir(), 'junxian-served-'));
  const issuer = testIssuer();
  const file = (fileName: string, content: unknown) => {
    const path = join(folder, fileName);
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  const events = `bench_events_${randomBytes(6).toString('hex')}`;
  await adminQuery(`CREATE DATABASE ${events}`);
  const eventsUrl = new URL(process.env.TEST_POSTGRES_URL!);
  eventsUrl.pathname = `/${events}`;
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const key = () => randomBytes(32).toString('base64');
  const profile = process.env.BENCH_PROFILE
    ? ['--cpu-prof', '--cpu-prof-dir', join(root, '.data/bench')]
    : [];
  const child = spawn(
    process.execPath,
    [...FLAGS, ...profile, join(root, 'services', name, 'dist/main.js')],
    {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'development',
        LOG_LEVEL: 'warn',
        PORT: String(port),
        DATABASE_URL: appUrl,
        EVENTS_TRANSPORT: 'postgres',
        EVENTS_DATABASE_URL: eventsUrl.href,
        ASSERTION_JWKS_FILE: file('jwks.json', issuer.jwks),
        ASSERTION_KEY_FILE: file('key.json', issuer.privateJwk),
        CITIZEN_ID_KEY: key(),
        FIELD_KEYS: `1:${key()}`,
        BLIND_INDEX_KEY: key(),
        FILE_LINK_KEY: key(),
        FILES_DIRECTORY: join(folder, 'files'),
        PUBLIC_URL: origin,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  // A benchmark that fails leaves no process behind.
  process.once('exit', () => child.kill('SIGKILL'));
  await ready(child, origin);
  const [server] = await adminQuery<{ pid: string }>(
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`,
  );
  const local = (link: string) => link.replace(`/files/${name}/`, '/files/');
  return {
    pid: child.pid!,
    ask: async (principal, document, variables = {}) => {
      const { data, errors } = await subgraphClient(`${origin}/graphql`, issuer, principal).query(
        document,
        variables,
      );
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
    upload: async (link, path) => {
      const answer = await fetch(local(link), {
        method: 'PUT',
        headers: { 'content-length': String(statSync(path).size) },
        body: createReadStream(path) as unknown as ReadableStream,
        duplex: 'half',
      } as RequestInit);
      if (!answer.ok) throw new Error(`the upload was answered ${answer.status}: ${await answer.text()}`);
    },
    download: async (link) => {
      const answer = await fetch(local(link));
      if (!answer.ok) throw new Error(`the download was answered ${answer.status}: ${await answer.text()}`);
      let bytes = 0;
      for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) bytes += part.length;
      return bytes;
    },
    peakMegabytes: () => takePeak(child.pid!),
    processorSeconds: () => {
      const times = cpuTimes(
        new Map([
          ['service', child.pid!],
          ['postgres', Number(server!.pid)],
        ]),
      );
      return { service: times.get('service')! / 1_000, postgres: times.get('postgres')! / 1_000 };
    },
    stop: async () => {
      await ended(child);
      await adminQuery(`DROP DATABASE ${events} WITH (FORCE)`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function build(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'infra/tools/run.mjs'), 'build'], { cwd: root });
  if (status !== 0) throw new Error('the sources could not be compiled');
}

async function ready(child: ChildProcess, origin: string): Promise<void> {
  for (let wait = 0; wait < 3_000; wait += 1) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
    const answer = await fetch(`${origin}/health/ready`).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error('the service did not become ready');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** Reads the high-water mark of a process's memory and sets it back. */
function takePeak(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return Number(kilobytes) / MEGABYTE;
}
