import { refuse } from '@junxian/errors';

interface PostgresError {
  code?: string;
  constraint?: string;
  driverError?: PostgresError;
}

const driverError = (error: unknown): PostgresError => {
  const outer = (error ?? {}) as PostgresError;
  return outer.driverError ?? outer;
};

/** Whether an error is a unique violation, of one named constraint or index if given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const { code, constraint: violated } = driverError(error);
  return code === '23505' && (constraint === undefined || violated === constraint);
}

/** Whether an exclusion or WITHOUT OVERLAPS constraint was violated. */
export function isExclusionViolation(error: unknown, constraint?: string): boolean {
  const { code, constraint: violated } = driverError(error);
  return code === '23P01' && (constraint === undefined || violated === constraint);
}

/** Whether the database refused a row because it lies outside the caller's scope. */
export function isOutsideScope(error: unknown): boolean {
  return driverError(error).code === '42501';
}

/**
 * Whether the database could not read a value it was given as what it should be: an id that is no UUID, a
 * number or a date out of range, a text it cannot hold or index.
 */
export function isUnreadableValue(error: unknown): boolean {
  return ['22P02', '22003', '22007', '22008', '22021', '22P05', '54000'].includes(
    driverError(error).code ?? '',
  );
}

/** How the driver says that a connection is not there, or not there any more; it gives no code. The last is of one that broke before the statement was sent. */
const CONNECTION_GONE =
  /Connection terminated|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed) and is not queryable/;

/** Whether a second try may succeed: the database is away, restarting, or aborted the transaction for another's sake. */
export function isTransient(error: unknown): boolean {
  const code = driverError(error).code ?? '';
  return (
    ['40001', '40P01', '55P03', '57P01', '57P02', '57P03', '53300'].includes(code) ||
    code.startsWith('08') ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    CONNECTION_GONE.test(String((error as Error)?.message))
  );
}

/** Takes the rows an `UPDATE … WHERE id = $1 AND version = $2 RETURNING …` gave; the first one, or STALE_VERSION. */
export function expectVersion<Row>(rows: readonly Row[]): Row {
  const row = rows[0];
  if (row === undefined) throw refuse.staleVersion();
  return row;
}
