// Which processes make up the system and what environment each gets (docs/conventions.md, each environment.ts).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tools/workspace.mjs';
import { at, IDENTITY_CHECK } from './settings.mjs';

const HEAP = 256;
const SIMULATOR_HEAP = 64;
/** Committed, and written by `npm run supergraph`. */
export const SUPERGRAPH = join(root, 'gateway', 'supergraph.graphql');
/** How Node is started, as the Dockerfile and the compose file do it. */
const FLAGS = JSON.parse(readFileSync(join(root, 'infra', 'node-flags.json'), 'utf8'));

const origin = (port) => `http://127.0.0.1:${port}`;

/** What services and gateway share: who they are and whom they trust. */
function common(secrets, issuer, keys) {
  return {
    NODE_ENV: process.env.NODE_ENV ?? 'development',
    APOLLO_TELEMETRY_DISABLED: 'true',
    ASSERTION_JWKS_FILE: secrets.path(keys.jwks),
    ASSERTION_KEY_FILE: secrets.path(keys.keyOf(issuer)),
  };
}

/** The transport of events: the embedded log, unless the caller's environment names a broker. */
function events(eventsUrl) {
  const kind = process.env.EVENTS_TRANSPORT ?? 'postgres';
  return kind === 'kafka'
    ? { EVENTS_TRANSPORT: 'kafka', KAFKA_BROKERS: process.env.KAFKA_BROKERS ?? '' }
    : { EVENTS_TRANSPORT: 'postgres', EVENTS_DATABASE_URL: eventsUrl };
}

const identityCheckToken = (secrets) => secrets.password('identity_check_token');

/** What one service alone reads: its environment.ts. */
const OWN = {
  directory: ({ secrets }) => ({
    AUDIT_KEY: secrets.key('directory_audit_key'),
    FILES_DIRECTORY: at('files', 'directory'),
  }),
  'poverty-alleviation': ({ secrets, ports }) => ({
    PUBLIC_URL: origin(ports.gateway),
    FILES_DIRECTORY: at('files', 'poverty-alleviation'),
    FILE_LINK_KEY: secrets.key('poverty_alleviation_file_link_key'),
  }),
  petitions: ({ secrets, ports }) => ({
    DIRECTORY_URL: origin(ports.directory),
    PUBLIC_URL: origin(ports.gateway),
    FILES_DIRECTORY: at('files', 'petitions'),
    FILE_LINK_KEY: secrets.key('petitions_file_link_key'),
    IDENTITY_CHECK_URL: origin(ports[IDENTITY_CHECK]),
    IDENTITY_CHECK_TOKEN: identityCheckToken(secrets),
  }),
};

/**
 * The launch plan of a service.
 * @param {string} name
 * @param {{ secrets: import('./secrets.mjs').SecretFolder, keys: object, urls: { app: string, migrator: string },
 *   eventsUrl: string, ports: Record<string, number> }} context
 */
export function servicePlan(name, { secrets, keys, urls, eventsUrl, ports }) {
  return {
    name,
    script: `services/${name}/dist/main.js`,
    port: ports[name],
    heapMegabytes: HEAP,
    flags: FLAGS.service,
    env: {
      ...common(secrets, name, keys),
      ...events(eventsUrl),
      DATABASE_URL: urls.app,
      MIGRATION_DATABASE_URL: urls.migrator,
      CITIZEN_ID_KEY: secrets.key('citizen_id_key'),
      FIELD_KEYS: secrets.fieldKeys(`${name}_field_keys`),
      BLIND_INDEX_KEY: secrets.key(`${name}_blind_index_key`),
      DEMO_DATA: process.env.DEMO_DATA ?? 'true',
      ...OWN[name]?.({ secrets, ports }),
    },
  };
}

/** The launch plan of the simulated identity check: a program of its own, as the real one is. */
export function identityCheckPlan({ secrets, ports }) {
  return {
    name: IDENTITY_CHECK,
    script: 'infra/local/identity-check-simulator.mjs',
    port: ports[IDENTITY_CHECK],
    heapMegabytes: SIMULATOR_HEAP,
    flags: FLAGS.service,
    env: { IDENTITY_CHECK_TOKEN: identityCheckToken(secrets) },
  };
}

/** The committed supergraph with the addresses of this machine; it names services as a deployment calls them. */
export function localSupergraph(sdl, ports) {
  return sdl.replaceAll(/(@join__graph\(name: "([^"]+)", url: )"[^"]*"/g, (text, before, name) =>
    ports[name] ? `${before}"${origin(ports[name])}/graphql"` : text,
  );
}

/** The launch plan of the gateway. Writes the supergraph it reads. */
export function gatewayPlan({ secrets, keys, ports }) {
  const supergraph = at('supergraph.graphql');
  writeFileSync(supergraph, localSupergraph(readFileSync(SUPERGRAPH, 'utf8'), ports));
  return {
    name: 'gateway',
    script: 'gateway/dist/main.js',
    port: ports.gateway,
    heapMegabytes: HEAP,
    flags: FLAGS.gateway,
    env: {
      ...common(secrets, 'gateway', keys),
      SUPERGRAPH_FILE: supergraph,
      DIRECTORY_URL: origin(ports.directory),
    },
  };
}
