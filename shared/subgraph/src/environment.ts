import { readFileSync } from 'node:fs';
import { checkHolidayTable, type HolidayTable } from '@junxian/calendar';
import { FieldCipher, type JSONWebKeySet, type JWK } from '@junxian/identity';
import { bool, cleanEnv, makeValidator, num, port, str, url, type ValidatorSpec } from 'envalid';

export { bool, num, port, str, url };

/** 32 bytes or more of a secret, in base64. */
export const secretBytes = makeValidator<Buffer>((text) => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length < 32) throw new Error('needs at least 32 bytes of base64');
  return bytes;
});

/** `1:<base64>,2:<base64>`: the field keys by version. */
export const fieldKeys = makeValidator<FieldCipher>((text) => FieldCipher.fromText(text));

/** Path of a JSON file, read at start. */
export const jsonFile = <T>() => makeValidator<T>((path) => JSON.parse(readFileSync(path, 'utf8')) as T)();

/** Notices of holidays by year, as JSON; see `HolidayTable`. */
const holidayTable = makeValidator<HolidayTable>((text) => checkHolidayTable(JSON.parse(text)));

/** The variables that all services read (docs/conventions.md). */
const commonVariables = {
  NODE_ENV: str({ choices: ['production', 'development', 'test'], default: 'production' }),
  PORT: port({ default: 4000 }),
  HOST: str({ default: '127.0.0.1' }),
  DATABASE_URL: url(),
  MIGRATION_DATABASE_URL: url({ default: '' }),
  EVENTS_TRANSPORT: str({ choices: ['postgres', 'kafka'], default: 'kafka' }),
  EVENTS_DATABASE_URL: str({ default: '' }),
  KAFKA_BROKERS: str({ default: '' }),
  /** After so long without a sign of life the work of a process that died goes to another one. */
  KAFKA_SESSION_SECONDS: num({ default: 30 }),
  ASSERTION_JWKS_FILE: jsonFile<JSONWebKeySet>(),
  ASSERTION_KEY_FILE: jsonFile<JWK>(),
  CITIZEN_ID_KEY: secretBytes(),
  FIELD_KEYS: fieldKeys(),
  BLIND_INDEX_KEY: secretBytes(),
  /** Holidays and make-up working days of years that the calendar does not know yet; best given as HOLIDAYS_FILE. */
  HOLIDAYS: holidayTable({ default: {} }),
  LOG_LEVEL: str({ default: 'info' }),
  POOL_SIZE: num({ default: 10 }),
  DEMO_DATA: bool({ default: false }),
  OTEL_EXPORTER_OTLP_ENDPOINT: str({ default: '' }),
  TRACE_FILE: str({ default: '' }),
};

/** The variables of a service that keeps files (stored files, exports, prints), for its own environment.ts. */
export const storedFilesVariables = {
  PUBLIC_URL: url({
    desc: 'The address people reach the gateway by; links to files and QR codes of prints begin with it',
  }),
  FILES_DIRECTORY: str({
    desc: 'Folder for arriving files and, without a store or provider, for files and messages',
  }),
  FILE_LINK_KEY: secretBytes({ desc: 'Signs short-lived links to files' }),
  S3_ENDPOINT: str({ default: '', desc: 'An S3-compatible store; without it files lie in the folder' }),
  S3_BUCKET: str({ default: '' }),
  S3_ADDRESSING: str({
    choices: ['path', 'host'],
    default: 'path',
    desc: 'Where the bucket is named: in the path, or before the host as some clouds insist on',
  }),
  S3_REGION: str({ default: '' }),
  S3_ACCESS_KEY_ID: str({ default: '' }),
  S3_SECRET_ACCESS_KEY: str({ default: '' }),
  CLAMD_HOST: str({
    devDefault: '',
    desc: 'ClamAV; outside production without it only the EICAR test file is recognised',
  }),
  CLAMD_PORT: num({ default: 3310 }),
};

type Specs = Record<string, ValidatorSpec<unknown>>;

/**
 * Reads and checks a service's environment, once, at start. Takes the process's variables and the
 * service's own specifications; any variable may instead be given as `<NAME>_FILE` with the path of a
 * file that holds it. Reports every fault by name and ends the process, as envalid does. No secret
 * has a default; demonstration data is refused in production.
 */
export function readEnvironment<Own extends Specs>(variables: NodeJS.ProcessEnv, own: Own) {
  const specs = { ...commonVariables, ...own };
  const environment = cleanEnv(fromFiles(variables, Object.keys(specs)), specs);
  if (environment.NODE_ENV === 'production' && environment.DEMO_DATA) {
    throw new Error('DEMO_DATA brings known passwords: it is refused when NODE_ENV is production');
  }
  return environment;
}

export type CommonEnvironment = ReturnType<typeof readEnvironment<Record<never, never>>>;

/** Only what is declared: the process's environment names files of other programs, too. */
function fromFiles(variables: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = { ...variables };
  for (const name of names) {
    const path = variables[`${name}_FILE`];
    if (path) result[name] ??= readFileSync(path, 'utf8').trim();
  }
  return result;
}
