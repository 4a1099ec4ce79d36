import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createLogger, createMetrics, type Logger } from '@junxian/observability';
import { request } from 'undici';
import { readEnvironment } from '../src/environment';
import { type RunningGateway, startGateway } from '../src/gateway';
import { type ComposedSubgraph, compose } from './compose';
import { gatewayKeys } from './gateway-keys';
import { startTestIssuer, type TestTokenIssuer } from './test-issuer';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  text: string;
}

export interface TestGateway extends RunningGateway {
  directory: TestTokenIssuer;
  vouches: ReturnType<typeof gatewayKeys>;
  supergraphFile: string;
  ask(query: string, options?: AskOptions): Promise<Answer>;
}

export interface AskOptions {
  variables?: Record<string, unknown>;
  operationName?: string;
  token?: string;
  headers?: Record<string, string>;
}

export interface TestGatewayOptions {
  environment?: Record<string, string>;
  /** Gets everything that is logged. */
  log?: (line: string) => void;
  /** A directory shared with another gateway. */
  directory?: TestTokenIssuer;
}

/** A gateway that listens on a real port, with an issuer that stands for directory. */
export async function startTestGateway(
  subgraphs: readonly ComposedSubgraph[],
  options: TestGatewayOptions = {},
): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'junxian-gateway-'));
  const directory =
    options.directory ?? (await startTestIssuer({ issuer: 'junxian-directory', audience: 'junxian' }));
  const vouches = gatewayKeys();
  const supergraphFile = join(folder, 'supergraph.graphql');
  const keyFile = join(folder, 'key.json');
  writeFileSync(supergraphFile, compose(subgraphs));
  writeFileSync(keyFile, JSON.stringify(vouches.privateJwk));
  const environment = readEnvironment({
    NODE_ENV: 'test',
    SUPERGRAPH_FILE: supergraphFile,
    DIRECTORY_URL: directory.url,
    ASSERTION_KEY_FILE: keyFile,
    REVOCATION_POLL_MS: '200',
    SUPERGRAPH_POLL_MS: '100',
    ...options.environment,
    PORT: String(await freePort()),
  });
  const logger = options.log === undefined ? createLogger('gateway', 'silent') : loggerTo(options.log);
  const gateway = await startGateway(environment, logger, createMetrics('gateway'));
  return {
    ...gateway,
    directory,
    vouches,
    supergraphFile,
    ask: (query, asked) => ask(gateway.url, query, asked),
    stop: async () => {
      await gateway.stop();
      if (options.directory === undefined) await directory.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** A logger that hands on whatever it is given, without the redaction of the real one. */
function loggerTo(write: (line: string) => void): Logger {
  const line =
    (level: string) =>
    (...args: unknown[]) =>
      write(`${level} ${args.map((arg) => inspect(arg, { depth: 6 })).join(' ')}`);
  const logger = {
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    fatal: line('fatal'),
    debug: line('debug'),
    child: () => logger,
  } as never;
  return logger;
}

/** Posts one operation. */
export async function ask(url: string, query: string, options: AskOptions = {}): Promise<Answer> {
  const { token, headers, variables, operationName } = options;
  const {
    statusCode,
    headers: answered,
    body,
  } = await request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return readAnswer(statusCode, answered, await body.text());
}

export function readAnswer(status: number, headers: Answer['headers'], text: string): Answer {
  const json = text.startsWith('{') ? (JSON.parse(text) as Partial<Answer>) : {};
  return { status, headers, text, ...json };
}

/** A port that is free at the moment. */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
