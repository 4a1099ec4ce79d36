import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the queries of changes 变更 (PA-QY-04) and closed households 销户 (PA-QY-03) page by. */
export class Queries1000000000421 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX household_closed ON household (region_code, household_no) WHERE file_status = 'CLOSED';
      -- The newest changes of a region come from four logs merged by time.
      CREATE INDEX household_status_history_time ON household_status_history (at, id, household_id);
      CREATE INDEX population_change_time ON population_change (at, change_id, household_id);
      CREATE INDEX back_office_operation_time ON back_office_operation (at, id);
      CREATE INDEX village_history_time ON village_history (kind, at, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX household_closed, household_status_history_time, population_change_time,
      back_office_operation_time, village_history_time`);
  }
}
