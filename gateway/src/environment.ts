import { readFileSync } from 'node:fs';
import type { JWK } from '@junxian/identity';
import { bool, cleanEnv, makeValidator, num, port, str, url } from 'envalid';
import { readOutsideIssuers } from './authentication/outside-issuers';
import { EXECUTORS } from './execution/execution';
import { type AllowList, readAllowList } from './limits/operation-library';

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** Path of a JSON file, read at start. */
const jsonFile = <T>(read: (json: unknown) => T) => makeValidator<T>((path) => read(readJson(path)));

const names = makeValidator<readonly string[]>((text) =>
  text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== ''),
);

/**
 * Reads and checks the gateway's environment, once, at start; reports every fault by name and ends
 * the process. In production official host names are required (DI-LOG-09).
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env) {
  const environment = cleanEnv(variables, {
    NODE_ENV: str({ choices: ['production', 'development', 'test'], default: 'production' }),
    HOST: str({ default: '127.0.0.1' }),
    PORT: port({ default: 4000 }),
    LOG_LEVEL: str({ default: 'info' }),
    OTEL_EXPORTER_OTLP_ENDPOINT: str({ default: '' }),
    TRACE_FILE: str({ default: '' }),
    SUPERGRAPH_FILE: str({ desc: 'Path of the composed supergraph; followed while running' }),
    SUPERGRAPH_POLL_MS: num({ default: 2_000 }),
    DIRECTORY_URL: url({ desc: 'Base URL of the directory service: its keys and its revocations' }),
    ASSERTION_KEY_FILE: jsonFile((json) => json as JWK)({ desc: 'The private key that vouches for callers' }),
    OIDC_ISSUERS_FILE: jsonFile(readOutsideIssuers)({ default: undefined }),
    ALLOWED_OPERATIONS_FILE: jsonFile<AllowList>(readAllowList)({ default: undefined }),
    REVOCATION_POLL_MS: num({ default: 1_000 }),
    INTROSPECTION: bool({ default: undefined, desc: 'Default: on outside production' }),
    GRAPHIQL: bool({ default: undefined, desc: 'Default: on outside production' }),
    OFFICIAL_HOSTS: names({ default: ['localhost'], desc: 'Host names the back office answers on' }),
    CORS_ORIGINS: names({ default: [], desc: 'Origins besides our own whose pages may ask' }),
    TRUST_PROXY: str({ default: '', desc: 'Addresses of proxies whose X-Forwarded-For is believed' }),
    MAX_BODY_BYTES: num({ default: 2 * 1024 * 1024 }),
    MAX_BATCH: num({ default: 1 }),
    MAX_TOKENS: num({ default: 6_000 }),
    MAX_NESTING: num({ default: 100 }),
    MAX_DEPTH: num({ default: 20 }),
    MAX_ALIASES: num({ default: 100 }),
    MAX_ROOT_FIELDS: num({ default: 30 }),
    MAX_DIRECTIVES: num({ default: 100 }),
    MAX_FIELDS: num({ default: 1_500 }),
    MAX_REPEATED_FIELDS: num({ default: 150 }),
    MAX_COST: num({ default: 50_000 }),
    EXPENSIVE_COST: num({ default: 2_000 }),
    DEFAULT_LIST_SIZE: num({ default: 10 }),
    OPERATION_TIMEOUT_MS: num({ default: 30_000 }),
    MAX_RUNNING: num({ default: 128 }),
    MAX_WAITING: num({ default: 128 }),
    MAX_RUNNING_EXPENSIVE: num({ default: 4 }),
    MAX_WAITING_EXPENSIVE: num({ default: 64 }),
    MAX_WAIT_MS: num({ default: 5_000 }),
    PLAN_TIMEOUT_MS: num({ default: 5_000, desc: 'Longest planning of one operation, in processor time' }),
    MAX_WAITING_PLANS: num({ default: 64, desc: 'Operations that may wait to be planned' }),
    PLANNER_MEMORY_MB: num({ default: 160, desc: 'Heap of the process that plans' }),
    MAX_FILE_BYTES: num({ default: 12 * 1024 * 1024, desc: 'Largest upload below /files' }),
    MAX_FILE_TRANSFERS: num({ default: 64 }),
    MAX_FILE_TRANSFERS_PER_CLIENT: num({ default: 16 }),
    FILE_TIMEOUT_MS: num({ default: 300_000, desc: 'Longest transfer of one file' }),
    GATEWAY_EXECUTOR: str({
      choices: EXECUTORS,
      default: 'junxian',
      desc: 'apollo: the stock executor, to compare with',
    }),
    GATEWAY_COALESCE: bool({
      default: true,
      desc: 'Identical queries of one caller under way are sent once',
    }),
    SUBGRAPH_CONNECTIONS: num({ default: 64 }),
    SUBGRAPH_WAITING: num({ default: 1_024, desc: 'Fetches that may wait for a connection to one subgraph' }),
    SHUTDOWN_GRACE_MS: num({ default: 10_000 }),
  });
  const hasNames = variables.OFFICIAL_HOSTS !== undefined && environment.OFFICIAL_HOSTS.length > 0;
  if (environment.isProduction && !hasNames) {
    throw new Error(
      'OFFICIAL_HOSTS is required in production: the back office answers on its official names only',
    );
  }
  return environment;
}

export type Environment = ReturnType<typeof readEnvironment>;

/** Whether somebody collects spans. */
export const isTraced = ({ OTEL_EXPORTER_OTLP_ENDPOINT, TRACE_FILE }: Environment): boolean =>
  OTEL_EXPORTER_OTLP_ENDPOINT !== '' || TRACE_FILE !== '';
