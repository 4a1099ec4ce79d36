import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { REGION } from './columns';

/** What was done stays on record: nobody but the service takes a line away. */
const KEPT = { read: inCallersRange('region_code'), remove: 'junxian.is_service()' };

/** Dynamic management 动态管理: population changes, and what each operation changed, so that it can be rolled back. */
export class DynamicManagement1000000000240 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      SELECT set_config('junxian.actor', 'SERVICE', true), set_config('junxian.region_low', '0', true),
        set_config('junxian.region_high', ':', true);

      -- One row for each household an operation changed. Whoever sees a household sees its operations.
      CREATE TABLE dynamic_operation (
        -- The same for all households that one operation changed together: it is rolled back as a whole.
        operation_id uuid NOT NULL,
        household_id uuid NOT NULL REFERENCES household (id),
        -- Given under the household's lock, so of two operations of a household the later has the greater one.
        position bigint GENERATED ALWAYS AS IDENTITY,
        year integer NOT NULL REFERENCES survey_year (year),
        ${REGION},
        kind text NOT NULL CHECK (kind IN ('EXIT', 'STABLE_EXIT', 'RETURN', 'KEY_TARGET', 'POPULATION_CHANGE', 'SPLIT', 'ROLLBACK')),
        reason text,
        changed_on date,
        -- Statuses and memberships before and after; ids and codes only, never a personal datum. Before is NULL for
        -- a household that the operation made.
        before jsonb,
        after jsonb NOT NULL,
        -- The line it wrote into the status history, if it wrote one.
        history_id uuid REFERENCES household_status_history (id),
        operator text NOT NULL,
        at timestamptz NOT NULL,
        -- The operation (of kind ROLLBACK) that took it back.
        rolled_back_by uuid,
        PRIMARY KEY (operation_id, household_id),
        CHECK (kind <> 'ROLLBACK' OR rolled_back_by IS NULL)
      );
      CREATE UNIQUE INDEX dynamic_operation_household ON dynamic_operation (household_id, position);
      CREATE INDEX dynamic_operation_region ON dynamic_operation (region_code);
      ${protect('dynamic_operation', KEPT)};

      -- Population changes 人口变更情况: one row for each household that a change concerned, with its own figures.
      CREATE TABLE population_change (
        -- The same in both rows of a transfer or split.
        change_id uuid NOT NULL,
        household_id uuid NOT NULL REFERENCES household (id),
        position bigint GENERATED ALWAYS AS IDENTITY,
        operation_id uuid NOT NULL,
        year integer NOT NULL REFERENCES survey_year (year),
        ${REGION},
        kind text NOT NULL CHECK (kind IN ('TRANSFER', 'ADD', 'REDUCE', 'SPLIT')),
        -- Whether the household lost the member or gained it.
        direction text NOT NULL CHECK (direction IN ('OUT', 'IN')),
        member_id uuid NOT NULL REFERENCES member (id),
        from_household_id uuid REFERENCES household (id),
        to_household_id uuid REFERENCES household (id),
        reason text,
        change_date date NOT NULL,
        new_head_id uuid REFERENCES member (id),
        -- Per-capita net income of this household before and after; NULL without active members.
        per_capita_before numeric(14,2),
        per_capita_after numeric(14,2),
        operator text NOT NULL,
        at timestamptz NOT NULL,
        -- The rollback that took it back: it counts no more.
        rolled_back_by uuid,
        PRIMARY KEY (change_id, household_id),
        CHECK (household_id = CASE direction WHEN 'OUT' THEN from_household_id ELSE to_household_id END),
        CHECK (kind = 'SPLIT' OR reason IS NOT NULL)
      );
      CREATE INDEX population_change_household ON population_change (household_id, position);
      CREATE INDEX population_change_operation ON population_change (operation_id);
      CREATE INDEX population_change_region ON population_change (region_code);
      ${protect('population_change', KEPT)};

      -- A member who moved keeps the years spent elsewhere: those records are read where they stand, without the
      -- permanent row, which lies where the member lives today.
      ALTER TABLE member_year_record ADD COLUMN person_no text COLLATE "C";
      UPDATE member_year_record r SET person_no = m.person_no FROM member m WHERE m.id = r.member_id;
      ALTER TABLE member_year_record ALTER COLUMN person_no SET NOT NULL;
      CREATE FUNCTION member_year_record_person_no() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          SELECT person_no INTO NEW.person_no FROM member WHERE id = NEW.member_id;
          RETURN NEW;
        END $$;
      CREATE TRIGGER person_no BEFORE INSERT ON member_year_record
        FOR EACH ROW WHEN (NEW.person_no IS NULL) EXECUTE FUNCTION member_year_record_person_no();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER person_no ON member_year_record;
      DROP FUNCTION member_year_record_person_no();
      ALTER TABLE member_year_record DROP COLUMN person_no;
      DROP TABLE population_change, dynamic_operation;
    `);
  }
}
