import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GraphClient, gatewayClient } from '@junxian/test-kit';
import { Client } from 'pg';
import { copyFirstStart } from './first-start';
import { scanForPersonalData } from './personal-data-scan';
import { type SignedIn, type SignInAs, signIn } from './signing-in';
import { clockEnvironment, clockTime, setClock } from './test-clock';

export const root = join(__dirname, '../..');

interface RunFile {
  gateway: { url: string };
  postgres: { port: number };
  processes: { name: string; pid: number; origin?: string }[];
}

/** A whole Junxian of a test's own: real processes, real PostgreSQL, an empty data folder. */
export interface System {
  dataDir: string;
  gatewayUrl: string;
  /** What `npm start` printed. */
  output(): string;
  /** As somebody who has not signed in, or with an access token. */
  client(accessToken?: string | null): GraphClient;
  /** Signs a demo account in and returns a client that acts as it; another realm or password where they are given. */
  signIn(loginName: string, as?: SignInAs): Promise<SignedIn>;
  /** SQL as the superuser in a service's database. */
  adminQuery<Row = Record<string, unknown>>(
    service: string,
    sql: string,
    parameters?: unknown[],
  ): Promise<Row[]>;
  /**
   * Moves the clocks of all processes to an instant (of a system with `movableClock`). Tokens issued before are
   * then as old as the clock says: sign in again.
   */
  moveClockTo(iso: string): void;
  /** The present time by the clocks of the processes. */
  now(): Date;
  /** Process id and origin of a process: `directory`, `gateway`, `postgres`. */
  process(name: string): { pid: number; origin: string };
  /**
   * Ends the launcher as Ctrl-C does; removes the data unless asked to keep it. Throws Error when the run
   * left an ID number, phone or password in a log, trace, event or audit entry.
   */
  stop(options?: { keepData?: boolean }): Promise<void>;
  /** Kills the launcher as a power cut would. */
  killLauncher(): Promise<void>;
}

export interface SystemOptions {
  /** Lets the test move the clocks of all processes. */
  movableClock?: boolean;
  /** The instant at which the clocks begin; they are movable then. */
  clockAt?: string;
  environment?: Record<string, string>;
  dataDir?: string;
}

/** Takes a port that is free at this moment. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Runs `npm start` (its script, without npm) and waits for the line that begins with `ready `. */
export async function startSystem({
  environment = {},
  dataDir,
  clockAt,
  movableClock = clockAt !== undefined,
}: SystemOptions = {}): Promise<System> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'junxian-e2e-'));
  if (clockAt !== undefined) setClock(folder, clockAt);
  else if (dataDir === undefined && environment.EVENTS_TRANSPORT !== 'kafka')
    await copyFirstStart(folder, leaveFirstStart);
  const port = await freePort();
  const launcher = spawn(process.execPath, [join(root, 'infra/local/start.mjs')], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'development',
      JUNXIAN_DATA_DIR: folder,
      PORT: String(port),
      ...(movableClock ? clockEnvironment(folder) : {}),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  launcher.stdout.on('data', collect);
  launcher.stderr.on('data', collect);
  await ready(launcher, () => output, folder);
  return new LaunchedSystem(folder, launcher, () => output);
}

/** Starts a system in an empty folder and leaves its data there. */
async function leaveFirstStart(folder: string): Promise<void> {
  await (await startSystem({ dataDir: folder })).stop({ keepData: true });
}

function ready(launcher: ChildProcess, output: () => string, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      launcher.off('exit', onExit);
      launcher.stdout!.off('data', onData);
    };
    const fail = (reason: string) => {
      settle();
      launcher.kill('SIGKILL');
      reject(new Error(`the system ${reason}; data in ${folder}\n${output().slice(-4_000)}`));
    };
    const onExit = (code: number | null) => fail(`ended with ${code} before it was ready`);
    const onData = () => {
      if (!/^ready /m.test(output())) return;
      settle();
      resolve();
    };
    const timer = setTimeout(() => fail('did not become ready in 180 s'), 180_000);
    launcher.on('exit', onExit);
    launcher.stdout!.on('data', onData);
  });
}

class LaunchedSystem implements System {
  private readonly admins = new Map<string, Promise<Client>>();

  constructor(
    readonly dataDir: string,
    private readonly launcher: ChildProcess,
    readonly output: () => string,
  ) {}

  private get run(): RunFile {
    return JSON.parse(readFileSync(join(this.dataDir, 'run.json'), 'utf8')) as RunFile;
  }

  get gatewayUrl(): string {
    return this.run.gateway.url;
  }

  client(accessToken: string | null = null): GraphClient {
    const { query } = gatewayClient(this.gatewayUrl, accessToken);
    return {
      query: async <Data>(...asked: Parameters<GraphClient['query']>) => {
        const answer = await query<Data>(...asked);
        for (const error of answer.errors ?? [])
          if (error.extensions?.code === 'INTERNAL') error.message += this.logged(error.extensions.requestId);
        return answer;
      },
    };
  }

  /** What the processes logged of a request: who meets a fault of ours is to see it. */
  private logged(requestId: unknown): string {
    const folder = join(this.dataDir, 'logs');
    const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
    return ['', ...lines.filter((line) => line.includes(String(requestId)))].join('\n');
  }

  signIn(loginName: string, as?: SignInAs): Promise<SignedIn> {
    return signIn((accessToken) => this.client(accessToken), loginName, as);
  }

  async adminQuery<Row>(service: string, sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const database = service.replaceAll('-', '_');
    if (!this.admins.has(database)) this.admins.set(database, this.connect(database));
    const client = await this.admins.get(database)!;
    return (await client.query(sql, parameters)).rows as Row[];
  }

  private async connect(database: string): Promise<Client> {
    const password = readFileSync(join(this.dataDir, 'secrets', 'postgres_password'), 'utf8').trim();
    const client = new Client({
      host: '127.0.0.1',
      port: this.run.postgres.port,
      user: 'postgres',
      password,
      database,
    });
    client.on('error', () => this.admins.delete(database));
    await client.connect();
    return client;
  }

  moveClockTo(iso: string): void {
    setClock(this.dataDir, iso);
  }

  now(): Date {
    return clockTime(this.dataDir);
  }

  process(name: string): { pid: number; origin: string } {
    const found = this.run.processes.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`${name} is not running`);
    return { pid: found.pid, origin: found.origin ?? '' };
  }

  async stop({ keepData = false }: { keepData?: boolean } = {}): Promise<void> {
    const found = await scanForPersonalData(this.dataDir, (service, sql) => this.adminQuery(service, sql));
    await this.endAdmins();
    if (this.launcher.exitCode === null && this.launcher.signalCode === null) {
      const ended = new Promise((resolve) => this.launcher.once('exit', resolve));
      this.launcher.kill('SIGINT');
      await ended;
    }
    if (!keepData) rmSync(this.dataDir, { recursive: true, force: true });
    if (found.length > 0)
      throw new Error(`personal data was written down:\n${found.slice(0, 20).join('\n')}`);
  }

  async killLauncher(): Promise<void> {
    await this.endAdmins();
    const ended = new Promise((resolve) => this.launcher.once('exit', resolve));
    this.launcher.kill('SIGKILL');
    await ended;
  }

  private async endAdmins(): Promise<void> {
    const clients = [...this.admins.values()];
    this.admins.clear();
    for (const client of clients) await (await client).end().catch(() => undefined);
  }
}

/** Asks again until the answer satisfies, for effects that arrive by an event. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
  withinMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`${what} did not come about in ${withinMs} ms; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
