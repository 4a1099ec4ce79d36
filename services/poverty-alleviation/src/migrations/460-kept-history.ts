import { inCallersRange } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The status history of households 历史状态 stays on record (PA-HH-02): nobody but the service takes a line away. */
export class KeptHistory1000000000460 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP POLICY delete_scope ON household_status_history;
      CREATE POLICY delete_scope ON household_status_history FOR DELETE USING (junxian.is_service());
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP POLICY delete_scope ON household_status_history;
      CREATE POLICY delete_scope ON household_status_history FOR DELETE USING (${inCallersRange('region_code')});
    `);
  }
}
