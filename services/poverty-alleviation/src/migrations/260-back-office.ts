import { inCallersRange, protect, protectByRegion } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { REGION } from './columns';

const PROVINCE_ADMIN = `junxian.has_role('poverty-alleviation:PROVINCE_ADMIN')`;

/** The log of the back office 后台业务 (PA-BO-00) and what its functions keep of persons and households. */
export class BackOffice1000000000260 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE back_office_operation (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        function text NOT NULL CHECK (function ~ '^8[.]([1-9]|1[0-4])$'),
        -- A household or member by id, a village by its code at that time.
        target_id text COLLATE "C" NOT NULL,
        -- The household concerned; its log goes with it when it moves.
        household_id uuid REFERENCES household (id),
        year integer REFERENCES survey_year (year),
        -- Codes, counts and marks only: never a clear name or number.
        before jsonb NOT NULL,
        after jsonb NOT NULL,
        reason text NOT NULL,
        doc_ref text,
        operator text NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX back_office_operation_region ON back_office_operation (region_code);
      CREATE INDEX back_office_operation_household ON back_office_operation (household_id);
      CREATE INDEX back_office_operation_target ON back_office_operation (target_id, id);
      -- Nothing of the log is ever changed or taken away; only its region follows.
      ${protect('back_office_operation', {
        read: inCallersRange('region_code'),
        insert: `${inCallersRange('region_code')} AND ${PROVINCE_ADMIN}`,
        update: `${inCallersRange('region_code')} AND (junxian.is_service() OR ${PROVINCE_ADMIN})`,
        remove: 'false',
      })};
      -- Whoever may write the log moves a line with its household and rewrites nothing else of it.
      REVOKE UPDATE, DELETE ON back_office_operation FROM poverty_alleviation_app;
      GRANT UPDATE (region_code, region_epoch) ON back_office_operation TO poverty_alleviation_app;

      ALTER TABLE household ADD COLUMN is_supplementary boolean NOT NULL DEFAULT false;
      ALTER TABLE member ADD COLUMN is_supplementary boolean NOT NULL DEFAULT false;
      -- PA-BO-12: what stands for the number of a person who has none.
      ALTER TABLE member ADD COLUMN system_serial text COLLATE "C" UNIQUE;
      CREATE SEQUENCE person_without_number;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP SEQUENCE person_without_number;
      ALTER TABLE member DROP COLUMN system_serial, DROP COLUMN is_supplementary;
      ALTER TABLE household DROP COLUMN is_supplementary;
      DROP TABLE back_office_operation;
    `);
  }
}

/**
 * Duplicate ID numbers 重复证件号码 (PA-DU-01). Data of earlier years came with duplicates: a row that repeats a number says
 * so and stands outside the index that forbids a second active row of it; everything entered since stays within. Two
 * rows of one number can never both do without the mark, so whoever looks for duplicates looks at marked rows only.
 */
export class Duplicates1000000000261 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE member_year_record ADD COLUMN repeats_number boolean NOT NULL DEFAULT false;
      DROP INDEX member_year_record_identity;
      -- PA-NI-03: of two officers who identify one person at once, exactly one wins.
      CREATE UNIQUE INDEX member_year_record_identity ON member_year_record (year, id_number_index)
        WHERE status IN ('1', '4') AND id_number_index IS NOT NULL AND NOT repeats_number;
      -- Whoever carries a number in a year, with all that decides the class of a duplicate.
      CREATE INDEX member_year_record_number ON member_year_record (year, id_number_index)
        INCLUDE (region_code, household_id, member_id)
        WHERE status IN ('1', '4') AND id_number_index IS NOT NULL;
      CREATE INDEX member_year_record_repeated ON member_year_record (year, id_number_index)
        WHERE repeats_number AND status IN ('1', '4') AND id_number_index IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX member_year_record_repeated;
      DROP INDEX member_year_record_number;
      DROP INDEX member_year_record_identity;
      CREATE UNIQUE INDEX member_year_record_identity ON member_year_record (year, id_number_index)
        WHERE status IN ('1', '4') AND id_number_index IS NOT NULL;
      ALTER TABLE member_year_record DROP COLUMN repeats_number;
    `);
  }
}

/** To-dos 待办 that events of other services raise; a person settles each, and nothing changes before (section 5). */
export class ToDos1000000000262 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE to_do (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        kind text NOT NULL,
        household_id uuid REFERENCES household (id),
        member_id uuid REFERENCES member (id),
        year integer NOT NULL REFERENCES survey_year (year),
        -- What the to-do is about where that is no member: an account.
        subject text,
        event_id text NOT NULL,
        occurred_at timestamptz NOT NULL,
        facts jsonb NOT NULL,
        state text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'CONFIRMED', 'DISMISSED')),
        settled_by text,
        settled_at timestamptz,
        note text,
        version integer NOT NULL DEFAULT 1,
        CHECK ((member_id IS NULL) <> (subject IS NULL)),
        CHECK ((state = 'OPEN') = (settled_at IS NULL))
      );
      -- One open to-do of a kind for a person: later news of the same replaces it.
      CREATE UNIQUE INDEX to_do_open_member ON to_do (member_id, kind) WHERE state = 'OPEN' AND member_id IS NOT NULL;
      CREATE UNIQUE INDEX to_do_open_subject ON to_do (subject, kind) WHERE state = 'OPEN' AND subject IS NOT NULL;
      CREATE INDEX to_do_list ON to_do (state, region_code, id);
      CREATE INDEX to_do_region ON to_do (region_code);
      CREATE INDEX to_do_household ON to_do (household_id);
      CREATE INDEX to_do_event ON to_do (event_id);
      CREATE INDEX to_do_member ON to_do (member_id);
      ${protectByRegion('to_do')};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE to_do');
  }
}
