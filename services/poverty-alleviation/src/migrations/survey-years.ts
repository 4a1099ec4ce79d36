import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Year-end data sets 年度 (catalogue 2.3 SurveyYear); they hold no row of a region; everyone signed in reads them. */
export class SurveyYears1000000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE survey_year (
        year integer PRIMARY KEY,
        is_current_cycle boolean NOT NULL,
        editable boolean NOT NULL,
        pairing_open boolean NOT NULL,
        poverty_line numeric(14,2),
        has_county boolean NOT NULL,
        has_natural_village boolean NOT NULL,
        version integer NOT NULL DEFAULT 1
      );
      CREATE UNIQUE INDEX survey_year_one_cycle ON survey_year (is_current_cycle) WHERE is_current_cycle;
      INSERT INTO survey_year (year, is_current_cycle, editable, pairing_open, poverty_line, has_county, has_natural_village) VALUES
        (2014, false, true, true, NULL, false, false),
        (2015, false, true, true, NULL, true, false),
        (2016, false, true, true, NULL, true, true),
        (2017, true, true, true, 3100.00, true, true);
      ${protect('survey_year', { read: 'junxian.is_signed_in()', write: 'junxian.is_service()' })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE survey_year');
  }
}
