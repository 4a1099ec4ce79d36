import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Integrated funds that counties reported before they were merged: whose money a report tells of (PA-ST-14). */
export class Reporters1000000000510 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      SELECT set_config('junxian.actor', 'SERVICE', true), set_config('junxian.region_low', '0', true),
        set_config('junxian.region_high', ':', true);
      ALTER TABLE integrated_fund_report ADD COLUMN reporter_code text COLLATE "C";
      UPDATE integrated_fund_report SET reporter_code = region_code;
      ALTER TABLE integrated_fund_report ALTER COLUMN reporter_code SET NOT NULL;
      COMMENT ON COLUMN integrated_fund_report.reporter_code IS
        'The region as it was when it reported; that of the region now, once this one has submitted a report for the whole';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE integrated_fund_report DROP COLUMN reporter_code');
  }
}
