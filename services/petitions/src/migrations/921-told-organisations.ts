import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the directory told of an organisation last: which region changes its code contains already, also those received later. */
export class ToldOrganisations1000000000921 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE organisation ADD COLUMN told_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE organisation DROP COLUMN told_at');
  }
}
