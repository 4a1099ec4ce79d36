/** The passwords of the two roles that log in. */
export interface ServicePasswords {
  migrator: string;
  app: string;
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The prefix of a service's roles and the name of its database: `poverty-alleviation` → `poverty_alleviation`. */
export function databaseName(service: string): string {
  return service.replaceAll('-', '_');
}

/**
 * Statements for the server's superuser that create a service's four roles (architecture §2): owner
 * and definer do not log in, migrator may become owner, app owns nothing. Repeatable; passwords are set anew.
 */
export function roleStatements(service: string, passwords: ServicePasswords): string[] {
  const name = databaseName(service);
  const role = (suffix: string, attributes: string) => `DO $do$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}_${suffix}') THEN CREATE ROLE ${name}_${suffix} ${attributes}; END IF; END $do$`;
  return [
    role('owner', 'NOLOGIN'),
    role('definer', 'NOLOGIN BYPASSRLS'),
    role('migrator', 'LOGIN'),
    role('app', 'LOGIN'),
    `ALTER ROLE ${name}_migrator PASSWORD ${literal(passwords.migrator)}`,
    `ALTER ROLE ${name}_app PASSWORD ${literal(passwords.app)}`,
    `ALTER ROLE ${name}_app SET statement_timeout = '30s'`,
    `ALTER ROLE ${name}_app SET idle_in_transaction_session_timeout = '60s'`,
    `ALTER ROLE ${name}_app SET lock_timeout = '10s'`,
    `GRANT ${name}_owner, ${name}_definer TO ${name}_migrator`,
    `GRANT ${name}_definer TO ${name}_owner`,
  ];
}

/** The statement that creates a service's database; it cannot run in a transaction, nor twice. */
export function createDatabaseStatement(service: string, database = databaseName(service)): string {
  return `CREATE DATABASE ${database} OWNER ${databaseName(service)}_owner ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0`;
}

/**
 * Statements for the superuser inside the service's database: extensions, who may create, and the
 * default privileges by which the application role reads and writes tables that it does not own.
 */
export function databaseStatements(service: string): string[] {
  const name = databaseName(service);
  const defaults = (role: string, what: string) =>
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${name}_owner IN SCHEMA public GRANT ${what} TO ${name}_${role}`;
  return [
    'CREATE EXTENSION IF NOT EXISTS btree_gist',
    'CREATE EXTENSION IF NOT EXISTS pg_trgm',
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    `ALTER SCHEMA public OWNER TO ${name}_owner`,
    `GRANT USAGE ON SCHEMA public TO ${name}_app`,
    `GRANT USAGE, CREATE ON SCHEMA public TO ${name}_definer`,
    defaults('app', 'SELECT, INSERT, UPDATE, DELETE ON TABLES'),
    defaults('app', 'USAGE, SELECT ON SEQUENCES'),
    defaults('definer', 'SELECT ON TABLES'),
  ];
}
