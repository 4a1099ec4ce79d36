import type { Logger } from '@junxian/observability';
import { DataSource, type MigrationInterface } from 'typeorm';
import { databaseName } from './provisioning';

/** A migration as services list them. */
export type MigrationClass = new () => MigrationInterface;

export interface MigrateOptions {
  /** URL of the migrator role. */
  url: string;
  service: string;
  /** Migration classes; they run in the order of the numbers at the end of their names. */
  migrations: readonly MigrationClass[];
  logger?: Logger | undefined;
}

/**
 * Brings a service's database to its newest form, as its owner; a no-op when it is there.
 * Two processes may call it at once: the second waits. Throws the database's error when a migration fails; each runs in its own transaction.
 */
export async function migrate({ url, service, migrations, logger }: MigrateOptions): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    migrations: [...migrations],
    migrationsTableName: 'schema_migration',
    applicationName: `${service}-migrate`,
    // Every connection of this source acts as the owner, so that tables and default privileges are the owner's.
    extra: { options: `-c role=${databaseName(service)}_owner`, max: 2 },
  });
  await dataSource.initialize();
  const guard = dataSource.createQueryRunner();
  try {
    await guard.query(`SELECT pg_advisory_lock(hashtext('junxian.migrate'))`);
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    for (const { name } of applied) logger?.info({ migration: name }, 'migrated');
    await guard.query(`SELECT pg_advisory_unlock(hashtext('junxian.migrate'))`);
  } finally {
    await guard.release();
    await dataSource.destroy();
  }
}
