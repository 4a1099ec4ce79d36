import type { Database } from '@junxian/persistence';

/**
 * Counts the SQL statements a piece of work sends through a database (BEGIN, COMMIT and settings
 * included): to show that a list's cost in statements does not depend on its length.
 */
export async function countStatements<T>(
  database: Database,
  work: () => Promise<T>,
): Promise<{ result: T; statements: number }> {
  const runnerPrototype = Object.getPrototypeOf(database.dataSource.createQueryRunner());
  const original = runnerPrototype.query;
  let statements = 0;
  runnerPrototype.query = function counted(this: unknown, ...args: unknown[]) {
    statements += 1;
    return original.apply(this, args);
  };
  try {
    return { result: await work(), statements };
  } finally {
    runnerPrototype.query = original;
  }
}
