// Databases and roles, by the statements of @junxian/persistence that compose and the test kit use as well.
import { createRequire } from 'node:module';
import pg from 'pg';

const require = createRequire(import.meta.url);
// The statements only: the package's index would load TypeORM into the launcher.
const {
  createDatabaseStatement,
  databaseName,
  databaseStatements,
  roleStatements,
} = require('@junxian/persistence/dist/provisioning.js');

async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Makes sure that a service's roles and database exist, with the passwords given.
 * @param {{ url: (database: string) => string, socket: string | null }} server its superuser's address of a database,
 *   and the folder of its socket
 * @returns {Promise<{ app: string, migrator: string }>} the two addresses the service uses
 */
export async function provision({ url: adminUrl, socket }, service, passwords) {
  const database = databaseName(service);
  await withClient(adminUrl('postgres'), async (client) => {
    for (const statement of roleStatements(service, passwords)) await client.query(statement);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(createDatabaseStatement(service));
  });
  await withClient(adminUrl(database), async (client) => {
    for (const statement of databaseStatements(service)) await client.query(statement);
  });
  const { host, port } = new URL(adminUrl(database));
  // The driver takes a host that is a folder for that of a socket.
  const way = socket === null ? '' : `?host=${encodeURIComponent(socket)}&port=${port}`;
  const address = (role) => `postgresql://${database}_${role}:${passwords[role]}@${host}/${database}${way}`;
  return { app: address('app'), migrator: address('migrator') };
}
