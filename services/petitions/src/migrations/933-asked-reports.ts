import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the provider was last asked what became of a message; those without a report are found by when they were sent. */
export class AskedReports1000000000933 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE query_code_delivery ADD COLUMN reports_asked_at timestamptz;
      CREATE INDEX query_code_delivery_unreported ON query_code_delivery (sent_at) WHERE sms_status = 'SENT';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP INDEX query_code_delivery_unreported; ALTER TABLE query_code_delivery DROP COLUMN reports_asked_at',
    );
  }
}
