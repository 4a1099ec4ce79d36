import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Statutory periods 法定期限 as configuration; the 2005 regulations are the seed. A change holds for clocks that start later. */
export class Periods1000000000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE period (
        kind text PRIMARY KEY,
        amount integer NOT NULL CHECK (amount BETWEEN 1 AND 3660),
        unit text NOT NULL CHECK (unit IN ('CALENDAR_DAY', 'WORKING_DAY', 'MONTH')),
        ends_on_working_day boolean NOT NULL DEFAULT false,
        updated_by text,
        updated_at timestamptz,
        version integer NOT NULL DEFAULT 1
      );
      INSERT INTO period (kind, amount, unit) VALUES
        ('ROUTE', 15, 'CALENDAR_DAY'), ('ACCEPT', 15, 'CALENDAR_DAY'), ('HANDLE', 60, 'CALENDAR_DAY'),
        ('EXTENSION', 30, 'CALENDAR_DAY'), ('REVIEW_REQUEST', 30, 'CALENDAR_DAY'), ('REVIEW', 30, 'CALENDAR_DAY'),
        ('SUPPLEMENT', 10, 'CALENDAR_DAY'), ('DEFENCE', 10, 'CALENDAR_DAY'), ('RETURN', 5, 'WORKING_DAY'),
        ('REMINDER_ANSWER', 5, 'CALENDAR_DAY'), ('EVALUATION_FIRST', 30, 'CALENDAR_DAY'), ('EVALUATION_SECOND', 90, 'CALENDAR_DAY');
      -- Periods hold for the whole country: administrators of provinces and of the nation alone change them.
      ${protect('period', {
        read: 'true',
        write: 'junxian.is_service()',
        update: `junxian.is_service() OR (is_petition_officer() AND junxian.has_role('petitions:ADMIN')
          AND current_setting('junxian.region_level', true) IN ('NATION', 'PROVINCE'))`,
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE period');
  }
}
