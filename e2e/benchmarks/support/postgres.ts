import { join } from 'node:path';

const script = (name: string) => join(__dirname, '../../../shared/test-kit', name);

/** Runs work beside a real PostgreSQL of its own, as the db tests have it. */
export async function withPostgres(work: () => Promise<void>): Promise<void> {
  await (await import(script('postgres-setup.mjs'))).default();
  try {
    await work();
  } finally {
    await (await import(script('postgres-teardown.mjs'))).default();
  }
}

/** Ends a benchmark with the right exit code. */
export function run(work: () => Promise<void>): void {
  // Said before the server stops: connections that it cuts off would end the process first.
  const said = (error: Error) => {
    console.error(error);
    throw error;
  };
  withPostgres(() => work().catch(said)).then(
    () => process.exit(0),
    () => process.exit(1),
  );
}
