/** The columns that say who wrote a row and when, at first and last. */
export const TRACE_COLUMNS = ['created_by', 'created_at', 'updated_by', 'updated_at'] as const;

/**
 * SQL and parameters of an INSERT of several rows in the order given. `tail` follows the values
 * (`ON CONFLICT …`, `RETURNING …`).
 */
export function insertRows(
  table: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  tail = '',
): [sql: string, parameters: unknown[]] {
  const parameters: unknown[] = [];
  const values = rows.map((row) => `(${row.map((value) => `$${parameters.push(value)}`).join(', ')})`);
  return [`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${values.join(', ')} ${tail}`, parameters];
}
