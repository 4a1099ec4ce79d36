import { randomBytes } from 'node:crypto';
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

/** A fresh, migrated database with the roles of production; one per test file. Close it in afterAll. */
export async function testDatabase({
  service,
  migrations,
  entities = [],
  prepared,
}: TestDatabaseOptions): Promise<TestDatabase> {
  const name = `test_${databaseName(service)}_${randomBytes(6).toString('hex')}`;
  const passwords = { migrator: 'migrator', app: 'app' };
  const server = await connected(adminUrl().href);
  // Roles belong to the server, and test files run in parallel: one at a time.
  await server.query(`SELECT pg_advisory_lock(hashtext('junxian.test.roles'))`);
  for (const statement of roleStatements(service, passwords)) await server.query(statement);
  await server.query(createDatabaseStatement(service, name));
  await server.query(`SELECT pg_advisory_unlock(hashtext('junxian.test.roles'))`);

  const urlFor = (user: string, password: string) => {
    const url = adminUrl();
    url.pathname = `/${name}`;
    url.username = user;
    url.password = password;
    return url.href;
  };
  const admin = await connected(
    urlFor(decodeURIComponent(adminUrl().username), decodeURIComponent(adminUrl().password)),
  );
  for (const statement of databaseStatements(service)) await admin.query(statement);
  const appUrl = urlFor(`${databaseName(service)}_app`, passwords.app);
  const migratorUrl = urlFor(`${databaseName(service)}_migrator`, passwords.migrator);
  await migrate({ url: migratorUrl, service, migrations });
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
