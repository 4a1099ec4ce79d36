/** As much of TypeORM's QueryRunner as a migration of plain SQL needs. */
export interface MigrationRunner {
  query(sql: string): Promise<unknown>;
}
