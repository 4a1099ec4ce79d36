import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { compose } from '../testing/compose';
import { gatewayKeys } from '../testing/gateway-keys';
import { officerClaims, startTestIssuer } from '../testing/test-issuer';
import { subgraphDocument } from '../testing/test-subgraph';
import { serveOurs, serveStock } from './gateways';
import { NESTED_QUERY, SUBGRAPHS, serveSubgraph } from './subgraphs';

/**
 * Our gateway against the stock @apollo/gateway with its default data source, in one run: four
 * subgraphs, each gateway in a process of its own, one nested query over lists with repeated
 * entities. Rounds alternate, so that a busy machine slows both; the ratio is the median of rounds.
 *
 *   node -r ./infra/tools/register.cjs gateway/bench/nested-query.ts [rounds] [seconds per round]
 */
const FIRST = 100;
const IN_FLIGHT = 8;

async function main(): Promise<void> {
  const rounds = Number(process.argv[2] ?? 5);
  const seconds = Number(process.argv[3] ?? 3);
  const children: ChildProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'junxian-bench-'));
  const directory = await startTestIssuer({ issuer: 'junxian-directory', audience: 'junxian' });
  const start = (role: string, settings: Settings = {}) => startChild(children, role, settings);
  try {
    const subgraphs = await Promise.all(
      SUBGRAPHS.map(async ({ name, sdl }) => ({
        name,
        url: await start(`subgraph:${name}`),
        typeDefs: subgraphDocument(sdl),
      })),
    );
    const supergraph = join(folder, 'supergraph.graphql');
    writeFileSync(supergraph, compose(subgraphs));
    const key = join(folder, 'key.json');
    writeFileSync(key, JSON.stringify(gatewayKeys().privateJwk));
    const ours = new Target(
      await start('ours', {
        NODE_ENV: 'production',
        OFFICIAL_HOSTS: 'bench',
        PORT: String(await freePort()),
        SUPERGRAPH_FILE: supergraph,
        DIRECTORY_URL: directory.url,
        ASSERTION_KEY_FILE: key,
      }),
      { authorization: `Bearer ${await directory.token(officerClaims(), { lifetimeSeconds: 3_600 })}` },
    );
    const stock = new Target(await start('stock', { SUPERGRAPH_FILE: supergraph }), {});
    if ((await ours.answer()) !== (await stock.answer()))
      throw new Error('the two gateways answer differently');
    for (const target of [ours, stock]) await target.perSecond(seconds);
    const measured: { ours: number; stock: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      measured.push({ ours: await ours.perSecond(seconds), stock: await stock.perSecond(seconds) });
    }
    report(measured);
    await Promise.all([ours.close(), stock.close()]);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await directory.stop();
    rmSync(folder, { recursive: true });
  }
}

function report(measured: readonly { ours: number; stock: number }[]): void {
  const round = (value: number) => Math.round(value * 100) / 100;
  const ratio = round(median(measured.map(({ ours, stock }) => ours / stock)));
  const result = {
    oursPerSecond: round(median(measured.map(({ ours }) => ours))),
    stockPerSecond: round(median(measured.map(({ stock }) => stock))),
    ratio,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  const measure = {
    what: 'gateway / stock @apollo/gateway, nested query',
    value: ratio,
    unit: '×',
    atLeast: 1.8,
  };
  process.stdout.write(`bench ${JSON.stringify(measure)}\n`);
}

class Target {
  private readonly pool: Pool;
  private readonly body = JSON.stringify({ query: NESTED_QUERY, variables: { first: FIRST } });

  constructor(
    url: string,
    private readonly headers: Record<string, string>,
  ) {
    this.pool = new Pool(new URL(url).origin, { connections: IN_FLIGHT });
  }

  /** One answer's data, checked to be whole. */
  async answer(): Promise<string> {
    const { statusCode, body } = await this.pool.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', ...this.headers },
      body: this.body,
    });
    const text = await body.text();
    if (statusCode !== 200 || text.includes('"errors"'))
      throw new Error(`answered ${statusCode}: ${text.slice(0, 500)}`);
    return text.trim();
  }

  /** Answers per second with a fixed number in flight. */
  async perSecond(seconds: number): Promise<number> {
    const started = performance.now();
    const end = started + seconds * 1000;
    let answers = 0;
    const ask = async () => {
      while (performance.now() < end) {
        await this.answer();
        answers += 1;
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, ask));
    return (answers * 1000) / (performance.now() - started);
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

type Settings = Record<string, string>;

function startChild(children: ChildProcess[], role: string, settings: Settings): Promise<string> {
  const child = fork(__filename, [role, JSON.stringify(settings)], { env: { NODE_ENV: 'production' } });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once('message', ({ url }: { url: string }) => resolve(url));
    child.once('exit', (code) => reject(new Error(`${role} ended with ${code}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** This file is also what the child processes run. */
function serve(role: string, settings: Settings): Promise<void> {
  if (role === 'ours') return serveOurs(settings);
  if (role === 'stock') return serveStock(settings.SUPERGRAPH_FILE!);
  return serveSubgraph(role.replace('subgraph:', ''));
}

const [, , first, second] = process.argv;
(process.send === undefined ? main() : serve(first!, JSON.parse(second!))).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
