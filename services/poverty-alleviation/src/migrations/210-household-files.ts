import { protectByRegion } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { REGION, TRACE } from './columns';

/** What belongs to a household besides its tabs: person numbers given, measures 帮扶措施, outcome 帮扶成效. */
export class HouseholdFiles1000000000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      SELECT set_config('junxian.actor', 'SERVICE', true);
      ALTER TABLE household ADD COLUMN last_person_serial integer NOT NULL DEFAULT 0;
      UPDATE household h SET last_person_serial = m.last FROM (
        SELECT left(person_no, 17) AS household_no, max(right(person_no, -17)::integer) AS last FROM member GROUP BY 1) AS m
      WHERE m.household_no = h.household_no;

      CREATE TABLE assistance_measure (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        household_id uuid NOT NULL REFERENCES household (id),
        year integer NOT NULL REFERENCES survey_year (year),
        ${REGION},
        source text NOT NULL CHECK (source IN ('PROJECT', 'MANUAL')),
        project_id uuid,
        -- The project's beneficiary entry this measure follows; with it the measure comes and goes (PA-PJ-07).
        beneficiary_id uuid UNIQUE,
        category text NOT NULL,
        content text NOT NULL,
        amount numeric(14,2),
        date date,
        ${TRACE},
        CHECK ((source = 'PROJECT') = (project_id IS NOT NULL AND beneficiary_id IS NOT NULL))
      );
      CREATE INDEX assistance_measure_household ON assistance_measure (household_id, year);
      CREATE INDEX assistance_measure_project ON assistance_measure (project_id);
      CREATE INDEX assistance_measure_region ON assistance_measure (region_code);
      ${protectByRegion('assistance_measure')};

      CREATE TABLE assistance_outcome (
        household_id uuid NOT NULL REFERENCES household (id),
        year integer NOT NULL REFERENCES survey_year (year),
        ${REGION},
        food_assured boolean,
        clothing_assured boolean,
        water_safe boolean,
        water_difficulty boolean,
        housing_safe boolean,
        critical_illness_insured boolean,
        compulsory_education_met boolean,
        ${TRACE},
        PRIMARY KEY (household_id, year)
      );
      CREATE INDEX assistance_outcome_region ON assistance_outcome (region_code);
      ${protectByRegion('assistance_outcome')};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE assistance_outcome, assistance_measure; ALTER TABLE household DROP COLUMN last_person_serial',
    );
  }
}
