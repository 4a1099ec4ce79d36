import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who opens and closes years: the system administrator of the country, and the service when it copies. */
const YEAR_KEEPER = `(junxian.is_service() OR (junxian.has_role('poverty-alleviation:SYSTEM_ADMIN')
  AND current_setting('junxian.region_level', true) = 'NATION'))`;

/** Opening a year 年度结转: how far the copy of the year before has come (PA-YR-07). */
export class YearOpenings1000000000362 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE year_opening (
        year integer PRIMARY KEY REFERENCES survey_year (year),
        source_year integer NOT NULL REFERENCES survey_year (year),
        -- Which of the copies is being made, counted from 0, and the last row it has passed.
        step integer NOT NULL DEFAULT 0,
        last_key uuid,
        households integer NOT NULL,
        households_copied integer NOT NULL DEFAULT 0,
        started_by text NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        CHECK (source_year < year)
      );
      -- PA-YR-07: never two copies at once.
      CREATE UNIQUE INDEX year_opening_unfinished ON year_opening ((true)) WHERE finished_at IS NULL;
      ${protect('year_opening', { read: 'junxian.is_signed_in()', write: YEAR_KEEPER })};

      ALTER TABLE survey_year ADD COLUMN closed_by text, ADD COLUMN closed_at timestamptz;
      DROP POLICY insert_scope ON survey_year;
      DROP POLICY update_scope ON survey_year;
      CREATE POLICY insert_scope ON survey_year FOR INSERT WITH CHECK (${YEAR_KEEPER});
      CREATE POLICY update_scope ON survey_year FOR UPDATE USING (${YEAR_KEEPER}) WITH CHECK (${YEAR_KEEPER});
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP POLICY insert_scope ON survey_year;
      DROP POLICY update_scope ON survey_year;
      CREATE POLICY insert_scope ON survey_year FOR INSERT WITH CHECK (junxian.is_service());
      CREATE POLICY update_scope ON survey_year FOR UPDATE USING (junxian.is_service()) WITH CHECK (junxian.is_service());
      ALTER TABLE survey_year DROP COLUMN closed_at, DROP COLUMN closed_by;
      DROP TABLE year_opening`);
  }
}
