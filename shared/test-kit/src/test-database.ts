import { createHash, randomBytes } from 'node:crypto';
import {
  createDatabaseStatement,
  type Database,
  type DatabaseOptions,
  databaseName,
  databaseStatements,
  type MigrationClass,
  migrate,
  openDatabase,
  roleStatements,
} from '@junxian/persistence';
import { Client } from 'pg';

export interface TestDatabaseOptions {
  /** Decides the roles: `directory` gives directory_owner, directory_app … */
  service: string;
  migrations: readonly MigrationClass[];
  entities?: DatabaseOptions['entities'];
  /** As the service runs: see `openDatabase`. */
  prepared?: boolean;
  /** What several test files fill their database with, worked once for all of them; the name tells it from other fillings. */
  filled?: { name: string; by: (urls: { migratorUrl: string }) => Promise<unknown> };
}

export interface TestDatabase {
  /** Connected as the application role: row-level security holds. */
  database: Database;
  appUrl: string;
  migratorUrl: string;
  /** SQL as the superuser, past row-level security: to set a stage or to look at the whole table. */
  adminQuery<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** A client as the application role, without any scope set. The caller ends it. */
  appClient(): Promise<Client>;
  close(): Promise<void>;
}

const adminUrl = (): URL => {
  const url = process.env.TEST_POSTGRES_URL;
  if (!url) throw new Error('no test PostgreSQL: run through jest project db, kafka or e2e');
  return new URL(url);
};

const connected = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
};

/** Set by the setup of jest's run; who runs without jest is a run of its own. */
const RUN = process.env.TEST_POSTGRES_RUN ?? randomBytes(4).toString('hex');

const PASSWORDS = { migrator: 'migrator', app: 'app' };

/** The URLs by which a service's roles and the superuser reach a database of the test server. */
function urlsOf(service: string, database: string) {
  const urlFor = (user: string, password: string) => {
    const url = adminUrl();
    url.pathname = `/${database}`;
    url.username = user;
    url.password = password;
    return url.href;
  };
  const { username, password } = adminUrl();
  return {
    adminUrl: urlFor(decodeURIComponent(username), decodeURIComponent(password)),
    appUrl: urlFor(`${databaseName(service)}_app`, PASSWORDS.app),
    migratorUrl: urlFor(`${databaseName(service)}_migrator`, PASSWORDS.migrator),
  };
}

/**
 * A fresh, migrated database with the roles of production; one per test file. Close it in afterAll.
 * The first of a run that wants these migrations runs them; the others have copies of what came of it.
 */
export async function testDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const { service, entities = [], prepared } = options;
  const name = `test_${databaseName(service)}_${randomBytes(6).toString('hex')}`;
  const server = await connected(adminUrl().href);
  const template = await templateOf(options, server);
  await server.query(`CREATE DATABASE ${name} OWNER ${databaseName(service)}_owner TEMPLATE ${template}`);

  const { appUrl, migratorUrl, ...urls } = urlsOf(service, name);
  const admin = await connected(urls.adminUrl);
  const database = await openDatabase({ name: service, url: appUrl, entities, poolSize: 20, prepared });

  return {
    database,
    appUrl,
    migratorUrl,
    adminQuery: async (sql, parameters = []) => (await admin.query(sql, [...parameters])).rows,
    appClient: () => connected(appUrl),
    close: async () => {
      await database.close();
      await admin.end();
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.end();
    },
  };
}

/** The name of the migrated database to copy; made when it is not there yet. Nobody stays connected to it. */
async function templateOf(options: TestDatabaseOptions, server: Client): Promise<string> {
  const name = templateName(options);
  // Test files run in parallel, roles belong to the server, and a template is made once: one at a time.
  await server.query(`SELECT pg_advisory_lock(hashtext('junxian.test.template'))`);
  try {
    const { rowCount } = await server.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await makeTemplate(options, server, name);
  } finally {
    await server.query(`SELECT pg_advisory_unlock(hashtext('junxian.test.template'))`);
  }
  return name;
}

/** Same service, same migrations to the letter, same filling, same run: same template. */
function templateName({ service, migrations, filled }: TestDatabaseOptions): string {
  const of = [
    service,
    ...migrations.map((migration) => `${migration.name} ${migration.prototype.up}`),
    filled === undefined ? '' : `filled: ${filled.name}`,
  ];
  const digest = createHash('sha256').update(of.join('\n')).digest('hex').slice(0, 32);
  return `template_${RUN}_${digest}`;
}

async function makeTemplate(
  { service, migrations, filled }: TestDatabaseOptions,
  server: Client,
  template: string,
): Promise<void> {
  const building = `building_${randomBytes(6).toString('hex')}`;
  for (const statement of roleStatements(service, PASSWORDS)) await server.query(statement);
  await server.query(createDatabaseStatement(service, building));
  try {
    const { adminUrl: superuserUrl, migratorUrl } = urlsOf(service, building);
    const admin = await connected(superuserUrl);
    for (const statement of databaseStatements(service)) await admin.query(statement);
    await admin.end();
    await migrate({ url: migratorUrl, service, migrations });
    await filled?.by({ migratorUrl });
    // A connection that was ended takes the server a moment more to end.
    await server.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [
      building,
    ]);
    await server.query(`ALTER DATABASE ${building} RENAME TO ${template}`);
  } catch (error) {
    await server.query(`DROP DATABASE ${building} WITH (FORCE)`);
    throw error;
  }
}
