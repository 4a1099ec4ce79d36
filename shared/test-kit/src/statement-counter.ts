import type { Database } from '@junxian/persistence';
import { Client } from 'pg';

interface Connected {
  connectionParameters: { application_name?: string };
}

/**
 * Counts the SQL statements a piece of work sends through a database (BEGIN, COMMIT and settings
 * included): to show that a list's cost in statements does not depend on its length.
 */
export async function countStatements<T>(
  database: Database,
  work: () => Promise<T>,
): Promise<{ result: T; statements: number }> {
  const original = Client.prototype.query as (...args: unknown[]) => unknown;
  let statements = 0;
  const counted = function (this: Connected, ...args: unknown[]) {
    if (this.connectionParameters.application_name === database.name) statements += 1;
    return original.apply(this, args);
  };
  Client.prototype.query = counted as typeof Client.prototype.query;
  try {
    return { result: await work(), statements };
  } finally {
    Client.prototype.query = original as typeof Client.prototype.query;
  }
}
