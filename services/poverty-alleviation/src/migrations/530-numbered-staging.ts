import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A staged member knows the household it will be of, and a staged household the citizen who heads it: what is written of
 * an import is read from its staged rows one by one, without a join that the planner would have to guess the size of.
 */
export class NumberedStaging1000000000530 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      TRUNCATE import_row;
      ALTER TABLE import_row DROP COLUMN is_head;
      ALTER TABLE import_row ADD COLUMN household_id uuid;
      ALTER TABLE import_row ADD COLUMN household_place integer CHECK ((household_place IS NULL) = (household_id IS NULL));
      COMMENT ON COLUMN import_row.household_id IS 'Of a new member: the id that its household gets';
      COMMENT ON COLUMN import_row.household_place IS 'Of a new member: the place of its household';
      COMMENT ON COLUMN import_row.citizen_id IS 'Of a new household: the citizen who heads it';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      TRUNCATE import_row;
      COMMENT ON COLUMN import_row.citizen_id IS NULL;
      ALTER TABLE import_row DROP COLUMN household_place;
      ALTER TABLE import_row DROP COLUMN household_id;
      ALTER TABLE import_row ADD COLUMN is_head boolean NOT NULL DEFAULT false;
    `);
  }
}
