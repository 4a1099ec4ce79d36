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
  withPostgres(work).then(
    () => process.exit(0),
    (error: Error) => {
      console.error(error);
      process.exit(1);
    },
  );
}
