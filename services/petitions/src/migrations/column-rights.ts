/**
 * SQL by which the application role changes every column of a table but those named. A policy cannot compare a row with what it
 * was: whose a row is, and by whose right it is read, must not be rewritten by somebody who may change the rest (decision 0008).
 */
export function neverRewritten(table: string, columns: readonly string[]): string {
  const named = columns.map((column) => `'${column}'`).join(', ');
  return `
      REVOKE UPDATE ON ${table} FROM petitions_app;
      DO $rights$ BEGIN
        EXECUTE (SELECT format('GRANT UPDATE (%s) ON ${table} TO petitions_app', string_agg(quote_ident(attname), ', '))
          FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN (${named}));
      END $rights$`;
}
