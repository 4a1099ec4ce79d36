import { giveUpFileOf } from '@junxian/documents';
import { definer, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Imports by spreadsheet 导入: what was ordered, the rows that were read and checked, what was wrong. */
export class Imports1000000000450 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const own = '(junxian.is_service() OR owner_account = junxian.account_id())';
    await runner.query(`
      CREATE TABLE import_file (
        job_id uuid PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
        owner_account text NOT NULL,
        file_id uuid NOT NULL UNIQUE,
        file_name text NOT NULL
      );
      COMMENT ON TABLE import_file IS 'The sheet an import reads';
      ${protect('import_file', { read: own })};

      -- Whoever imports fills it and empties it again; the rows are checked and sealed as they will stand.
      CREATE TABLE import_row (
        job_id uuid NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        row_number integer NOT NULL,
        part text NOT NULL CHECK (part IN ('HOUSEHOLD', 'MEMBER')),
        owner_account text NOT NULL,
        group_no integer NOT NULL,
        village_code text COLLATE "C",
        id_index text COLLATE "C",
        citizen_id text,
        is_head boolean NOT NULL DEFAULT false,
        -- The row that changes, and its version when it was compared; null of what is new.
        target_id uuid,
        seen_version integer,
        contents jsonb NOT NULL,
        new_id uuid,
        household_no text COLLATE "C",
        PRIMARY KEY (job_id, row_number, part)
      );
      CREATE INDEX import_row_group ON import_row (job_id, group_no);
      -- Filled and read at once: without figures of what is in it the planner would take it for empty.
      GRANT MAINTAIN ON import_row TO poverty_alleviation_app;
      ${protect('import_row', { read: own })};

      CREATE TABLE import_fault (
        job_id uuid NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        seq integer NOT NULL,
        owner_account text NOT NULL,
        row_number integer,
        column_title text,
        code text NOT NULL,
        text_zh text NOT NULL,
        text_en text NOT NULL,
        PRIMARY KEY (job_id, seq)
      );
      ${protect('import_fault', { read: own })};

      GRANT UPDATE (state, attached_at, expires_at) ON stored_file TO poverty_alleviation_definer;
      ${definer('poverty_alleviation', 'import_file_given_up()', giveUpFileOf('import_file_given_up'))};
      CREATE TRIGGER import_file_given_up AFTER DELETE ON import_file FOR EACH ROW EXECUTE FUNCTION import_file_given_up();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE import_fault, import_row, import_file; DROP FUNCTION import_file_given_up()',
    );
  }
}
