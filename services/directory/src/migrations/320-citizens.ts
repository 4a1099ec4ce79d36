import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inRangeFor, STAFF } from './who-writes';

/**
 * Deaths that another service reported and a person has yet to confirm (DI-CIT-03). There is no table of
 * citizens: a citizen is only an id here. One report per citizen is open or confirmed; a dismissed one
 * may be followed by another.
 */
export class Citizens1000000000320 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE death_confirmation_task (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        citizen_id text COLLATE "C" NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        reported_date date NOT NULL,
        reported_by text NOT NULL,
        reported_at timestamptz NOT NULL,
        status text NOT NULL CHECK (status IN ('OPEN', 'CONFIRMED', 'DISMISSED')),
        confirmed_date date,
        decided_by uuid,
        decided_at timestamptz,
        decision_note text,
        version integer NOT NULL DEFAULT 1,
        CHECK ((status = 'CONFIRMED') = (confirmed_date IS NOT NULL))
      );
      CREATE UNIQUE INDEX death_confirmation_task_once ON death_confirmation_task (citizen_id) WHERE status <> 'DISMISSED';
      CREATE INDEX death_confirmation_task_region ON death_confirmation_task (region_code, id);
      ${protect('death_confirmation_task', { read: inRangeFor(STAFF) })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE death_confirmation_task');
  }
}
