import { protectByRegion } from '@junxian/persistence';
import { createRegionChanges, DROP_REGION_CHANGES } from '@junxian/region-changes';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What this service knows of region changes (directory's region.changed), under the number it had before it was shared. */
export class RegionChanges1000000000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createRegionChanges('junxian.is_signed_in()'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DROP_REGION_CHANGES);
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

/** Tasks are moved and assigned by household. */
export class SplitTasksOfHousehold1000000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX split_task_household ON split_task (household_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX split_task_household');
  }
}
