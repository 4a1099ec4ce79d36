import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface EventsDatabase {
  /** URL of a role that owns the database and is no superuser. */
  url: string;
  /** SQL as the superuser. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/**
 * For tests: a fresh, empty database for the event log, as the launcher makes one.
 * Takes the superuser's URL of the server of the jest run.
 */
export async function eventsDatabase(serverUrl: string | undefined): Promise<EventsDatabase> {
  if (!serverUrl) throw new Error('no test PostgreSQL: run through jest project db or kafka');
  const name = `test_events_${randomBytes(6).toString('hex')}`;
  const server = new Client({ connectionString: serverUrl });
  await server.connect();
  await server.query(`CREATE ROLE ${name} LOGIN PASSWORD 'events'`);
  await server.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
  const inside = new URL(serverUrl);
  inside.pathname = `/${name}`;
  const admin = new Client({ connectionString: inside.href });
  await admin.connect();
  const own = new URL(inside);
  own.username = name;
  own.password = 'events';
  return {
    url: own.href,
    query: async (sql, parameters = []) => (await admin.query(sql, [...parameters])).rows,
    close: async () => {
      await admin.end();
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.query(`DROP ROLE ${name}`);
      await server.end();
    },
  };
}
