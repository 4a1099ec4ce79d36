// Where the local system keeps its data, and what it is made of.
import { join, resolve } from 'node:path';
import { root, serviceNames } from '../tools/workspace.mjs';

/** The folder of all data of one local system; tests give each system its own. */
export const dataDir = resolve(process.env.JUNXIAN_DATA_DIR || join(root, '.data'));

export const at = (...parts) => join(dataDir, ...parts);

/** What `--fresh` removes. Caches of tools beside it stay. */
export const OWNED = [
  'postgres',
  'postgres.new',
  'secrets',
  'logs',
  'files',
  'supergraph.graphql',
  'run.json',
];

export const GATEWAY_PORT = Number(process.env.PORT || 4000);
const POSTGRES_PORT = 5433;
const FIRST_SERVICE_PORT = 4001;
const IDENTITY_CHECK_PORT = 4091;

/** The simulated interface of public security (PT-PUB-03) that petitions asks. */
export const IDENTITY_CHECK = 'identity-check';

/** Below the ports that systems hand out to connections; each launcher that runs has ports of its own there. */
const FIRST_BLOCK_PORT = 20_000;
const BLOCKS = 1_000;
const BLOCK_SIZE = 12;

/**
 * Ports that are taken if free; any free one otherwise. A system with a data folder of its own has others than the usual
 * ones: several of those may start at the same moment, and what one has chosen and does not use yet another would find
 * free. Only the gateway's port is promised.
 */
export const preferredPorts = Object.fromEntries(
  [
    ['postgres', POSTGRES_PORT],
    [IDENTITY_CHECK, IDENTITY_CHECK_PORT],
    ...serviceNames().map((name, index) => [name, FIRST_SERVICE_PORT + index]),
  ].map(([name, port], place) => [
    name,
    process.env.JUNXIAN_DATA_DIR ? FIRST_BLOCK_PORT + (process.pid % BLOCKS) * BLOCK_SIZE + place : port,
  ]),
);

/** The event log of the postgres transport has a database and roles of its own, like a service. */
export const EVENTS = 'events';

/** Everyone who signs assertions: `kid` in the key set = issuer. */
export const issuers = () => ['gateway', ...serviceNames()];
