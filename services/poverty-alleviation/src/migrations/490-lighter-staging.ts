import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Staged rows of an import are written once: they get their ids when they are staged, and their numbers follow from
 * their places. They need not outlive a crash of the server, after which an import begins anew.
 */
export class LighterStaging1000000000490 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      TRUNCATE import_row;
      ALTER TABLE import_row DROP COLUMN household_no;
      ALTER TABLE import_row ADD COLUMN place integer CHECK ((place IS NULL) = (new_id IS NULL));
      COMMENT ON COLUMN import_row.place IS 'Of what is new, from 1: which household of its village in the sheet, which member of its household';
      ALTER TABLE import_row DROP CONSTRAINT import_row_pkey;
      DROP INDEX import_row_group;
      ALTER TABLE import_row ADD PRIMARY KEY (job_id, group_no, part, row_number);
      ALTER TABLE import_row SET UNLOGGED;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      TRUNCATE import_row;
      ALTER TABLE import_row SET LOGGED;
      ALTER TABLE import_row DROP CONSTRAINT import_row_pkey;
      ALTER TABLE import_row ADD PRIMARY KEY (job_id, row_number, part);
      CREATE INDEX import_row_group ON import_row (job_id, group_no);
      ALTER TABLE import_row DROP COLUMN place;
      ALTER TABLE import_row ADD COLUMN household_no text COLLATE "C";
    `);
  }
}
