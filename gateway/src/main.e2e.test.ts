import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose } from '../testing/compose';
import { gatewayKeys } from '../testing/gateway-keys';
import { ask, freePort } from '../testing/test-gateway';
import { officerClaims, startTestIssuer, type TestTokenIssuer } from '../testing/test-issuer';
import { startTwoServices, type TwoServices } from '../testing/two-services';

const ROOT = join(__dirname, '..', '..');

let services: TwoServices;
let directory: TestTokenIssuer;
let folder: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  services = await startTwoServices();
  directory = await startTestIssuer({ issuer: 'junxian-directory', audience: 'junxian' });
  folder = mkdtempSync(join(tmpdir(), 'junxian-gateway-'));
});

afterAll(async () => {
  child?.kill('SIGKILL');
  await services.stop();
  await directory.stop();
  rmSync(folder, { recursive: true });
});

/** Starts main.ts as a process of its own. */
async function start(variables: Record<string, string>) {
  let output = '';
  child = spawn(
    process.execPath,
    ['-r', join(ROOT, 'infra/tools/register.cjs'), join(__dirname, 'main.ts')],
    {
      cwd: ROOT,
      env: { PATH: process.env.PATH, ...variables },
    },
  );
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'exit').then(([code]) => code as number);
  const listening = new Promise<void>((resolve) => {
    child!.stdout!.on('data', () => output.includes('gateway listens') && resolve());
  });
  const first = await Promise.race([listening.then(() => 'listens'), ended]);
  return { first, ended, output: () => output, stop: (signal: NodeJS.Signals) => child!.kill(signal) };
}

it('the process starts, traces a question through to the services, and ends cleanly', async () => {
  const supergraph = join(folder, 'supergraph.graphql');
  const key = join(folder, 'key.json');
  const traces = join(folder, 'traces.jsonl');
  writeFileSync(supergraph, compose(services.all));
  writeFileSync(key, JSON.stringify(gatewayKeys().privateJwk));
  const port = String(await freePort());
  const gateway = await start({
    NODE_ENV: 'development',
    PORT: port,
    SUPERGRAPH_FILE: supergraph,
    DIRECTORY_URL: directory.url,
    ASSERTION_KEY_FILE: key,
    TRACE_FILE: traces,
  });
  expect(gateway.first).toBe('listens');
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const answer = await ask(
    `http://127.0.0.1:${port}/graphql`,
    '{ regions(first: 2) { nodes { name povertyHouseholds } } }',
    {
      token: await directory.token(officerClaims({ opn: '王小明' })),
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    },
  );
  expect(answer.errors).toBeUndefined();
  for (const { requests } of services.all)
    expect(requests.at(-1)?.headers.traceparent).toMatch(`00-${traceId}-`);
  gateway.stop('SIGTERM');
  expect(await gateway.ended).toBe(0);
  const spans = readFileSync(traces, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ours = spans.filter((span) => span.traceId === traceId).map(({ name }) => name);
  expect(ours).toEqual(
    expect.arrayContaining(['graphql query', 'subgraph directory', 'subgraph poverty-alleviation']),
  );
  expect(JSON.stringify(spans) + gateway.output()).not.toMatch(/王小明|区划1402/);
}, 30_000);

it('says what is missing in its environment and ends', async () => {
  const gateway = await start({ NODE_ENV: 'production' });
  expect(gateway.first).toBe(1);
  expect(gateway.output()).toMatch(/SUPERGRAPH_FILE/);
}, 30_000);
