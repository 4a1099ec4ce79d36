import { isRefusal } from '@junxian/errors';
import { isTransient } from '@junxian/persistence';

/** SQLSTATE of an error, also inside TypeORM's wrapper. */
function sqlState(error: unknown): string | undefined {
  const outer = error as { code?: unknown; driverError?: { code?: unknown } } | null;
  const code = outer?.driverError?.code ?? outer?.code;
  return typeof code === 'string' ? code : undefined;
}

/**
 * Whether a failure is the infrastructure's and not the event's: the database is away, full, read-only
 * after a fail-over, or aborted the transaction. Such an event is tried for ever and never put aside.
 */
export function isInfrastructureFailure(error: unknown): boolean {
  if (isRefusal(error)) return false;
  if (isTransient(error)) return true;
  const code = sqlState(error) ?? '';
  // 53: out of disk, memory or connections; 57P: shut down; 58: I/O; 25006: read-only; XX001/2: damaged storage.
  return /^(53|58|57P|25006$|XX00[12]$)/.test(code) && code.length === 5;
}

/** A code for a failure that can go into events, tables and logs: never the message, which may quote data. */
export function failureCode(error: unknown): string {
  if (isRefusal(error)) return error.code;
  const code = sqlState(error);
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) return `SQLSTATE_${code}`;
  if (error instanceof Error) return error.name;
  return 'UNKNOWN';
}
