import { protect, protectByRegion } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What this service knows of region changes (directory's region.changed): every change in the order it
 * was received, and how far the rows have followed. `seq` is the epoch that re-coded rows carry.
 */
export class RegionChanges1000000000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE region_change (
        seq integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        change_id uuid NOT NULL UNIQUE,
        kind text NOT NULL,
        from_codes text[] NOT NULL,
        to_codes text[] NOT NULL,
        moves jsonb NOT NULL,
        effective_date date NOT NULL,
        received_at timestamptz NOT NULL,
        -- How far the rows have followed: the step that is being worked on, and the rows changed so far.
        step integer NOT NULL DEFAULT 0,
        rows_changed integer NOT NULL DEFAULT 0,
        followed_at timestamptz
      );
      CREATE INDEX region_change_open ON region_change (seq) WHERE followed_at IS NULL;
      ${protect('region_change', { read: 'junxian.is_signed_in()', write: 'junxian.is_service()' })};

      CREATE FUNCTION region_ancestors(code text) RETURNS TABLE (region_code text, region_level text)
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT rpad(left(code, digits), 12, '0'), level
        FROM (VALUES (0, 0, 'NATION'), (2, 2, 'PROVINCE'), (4, 2, 'CITY'), (6, 2, 'COUNTY'), (9, 3, 'TOWNSHIP'), (12, 3, 'VILLAGE'))
          AS step (digits, own, level)
        WHERE digits = 0 OR substr(code, digits - own + 1, own) <> repeat('0', own)
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION region_ancestors(text); DROP TABLE region_change');
  }
}

/** Households of a split region that wait on the old code until a person assigns them (DI-REG-08). */
export class SplitTasks1000000000150 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE split_task (
        change_id uuid NOT NULL REFERENCES region_change (change_id),
        household_id uuid NOT NULL REFERENCES household (id),
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL,
        candidate_codes text[] NOT NULL,
        assigned_code text,
        assigned_by text,
        assigned_at timestamptz,
        moved_at timestamptz,
        PRIMARY KEY (change_id, household_id)
      );
      CREATE INDEX split_task_open ON split_task (region_code, household_id) WHERE assigned_code IS NULL;
      CREATE INDEX split_task_region ON split_task (region_code);
      CREATE INDEX split_task_assigned ON split_task (assigned_at) WHERE assigned_code IS NOT NULL AND moved_at IS NULL;
      ${protectByRegion('split_task')};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE split_task');
  }
}
