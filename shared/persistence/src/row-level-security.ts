export interface RegionProtection {
  /** The column with the row's region code; it must be `text COLLATE "C"`. */
  column?: string;
  /** A further condition that lets a row be read and written, for example the caller's own account. */
  or?: string;
  /** A further condition that lets a row be read, not written. */
  readOnlyOr?: string;
}

/** The range test, written out so that the planner uses an index on the column (architecture §3). */
export function inCallersRange(column: string): string {
  return `(${column} >= current_setting('junxian.region_low', true) AND ${column} < current_setting('junxian.region_high', true))`;
}

/**
 * SQL that protects a table by the caller's region: row-level security is enabled and FORCED (the
 * owner too), rows are read and written only inside the range. Without settings no row is seen.
 */
export function protectByRegion(table: string, protection: RegionProtection = {}): string {
  const range = inCallersRange(protection.column ?? 'region_code');
  const write = protection.or === undefined ? range : `${range} OR (${protection.or})`;
  const read = protection.readOnlyOr === undefined ? write : `${write} OR (${protection.readOnlyOr})`;
  return protect(table, { read, write });
}

/** Conditions of a table's policies. What is left out follows `write`, and `write` follows `read`. */
export interface Protection {
  /** Which rows are seen. */
  read: string;
  /** Which rows may be written; `false` makes a table read-only for callers. */
  write?: string;
  insert?: string;
  /** Which rows may be changed; what they become must satisfy it too, or `become` if given. */
  update?: string;
  become?: string;
  remove?: string;
}

/** SQL that protects a table by conditions of one's own: row-level security is enabled and FORCED (the owner too). */
export function protect(table: string, conditions: Protection): string {
  const write = conditions.write ?? conditions.read;
  const { read, insert = write, update = write, remove = write } = conditions;
  const become = conditions.become ?? update;
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY read_scope ON ${table} FOR SELECT USING (${read})`,
    `CREATE POLICY insert_scope ON ${table} FOR INSERT WITH CHECK (${insert})`,
    `CREATE POLICY update_scope ON ${table} FOR UPDATE USING (${update}) WITH CHECK (${become})`,
    `CREATE POLICY delete_scope ON ${table} FOR DELETE USING (${remove})`,
  ].join(';\n');
}

/**
 * SQL around a `CREATE FUNCTION` that looks beyond the caller's scope on purpose (architecture §2):
 * owned by the service's definer role, which alone bypasses row-level security, callable by the
 * application role only, with a pinned search path.
 * `signature` is `name(argument types)`; `service` the database role prefix, `directory`.
 */
export function definer(service: string, signature: string, createFunction: string): string {
  return [
    createFunction,
    `ALTER FUNCTION ${signature} SECURITY DEFINER`,
    `ALTER FUNCTION ${signature} SET search_path = public, pg_temp`,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION ${signature} TO ${service}_app`,
    `ALTER FUNCTION ${signature} OWNER TO ${service}_definer`,
  ].join(';\n');
}
