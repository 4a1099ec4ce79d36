import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the query of changes 变更 (PA-QY-04) finds the marks of key targets by: one more log that is merged by time. */
export class KeyTargetChanges1000000000560 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX dynamic_operation_key_target_time ON dynamic_operation (at, operation_id, household_id)
      WHERE kind = 'KEY_TARGET'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX dynamic_operation_key_target_time');
  }
}
