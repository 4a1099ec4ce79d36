import pg from 'pg';

export default async function teardown() {
  const postgres = globalThis.__JUNXIAN_TEST_POSTGRES__;
  if (postgres !== undefined) return postgres.stop();
  // A server that was given is left as it was found.
  const server = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await server.connect();
  const { rows } = await server.query('SELECT datname FROM pg_database WHERE datname LIKE $1', [
    `template\\_${process.env.TEST_POSTGRES_RUN}\\_%`,
  ]);
  for (const { datname } of rows) await server.query(`DROP DATABASE ${datname}`);
  await server.end();
}
