import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What condition searches look for that hardly any household has (PA-QS-12). The status of a household's file in the year of a
 * record becomes a column of that record, kept by triggers whoever closes, clears or opens a file; outcomes are looked through in
 * an index alone; members who are not simply healthy have an index of their own.
 */
export class ConditionSearches1000000000540 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      SELECT set_config('junxian.actor', 'SERVICE', true), set_config('junxian.region_low', '0', true),
        set_config('junxian.region_high', ':', true);

      -- At the end of a year: one that was closed later was still on file then; one that nobody was left of in an earlier
      -- year (8.9) is closed in that year's record only and lives on.
      CREATE FUNCTION pa_file_status_in_year(file_status text, closed_year integer, closure_year integer, year integer)
        RETURNS text LANGUAGE sql IMMUTABLE
        RETURN CASE WHEN closure_year <= year THEN 'CLOSED' WHEN closed_year > year THEN 'ACTIVE' ELSE file_status END;
      ALTER TABLE household_year_record ADD COLUMN file_status text NOT NULL DEFAULT 'ACTIVE';
      COMMENT ON COLUMN household_year_record.file_status IS 'The status of the household''s file at the end of the year; kept by triggers';
      UPDATE household_year_record r
        SET file_status = pa_file_status_in_year(h.file_status, h.closed_year, r.closure_year, r.year)
        FROM household h
        WHERE h.id = r.household_id AND (h.file_status <> 'ACTIVE' OR r.closure_year IS NOT NULL)
          AND pa_file_status_in_year(h.file_status, h.closed_year, r.closure_year, r.year) <> 'ACTIVE';

      CREATE FUNCTION household_file_status() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE household_year_record r
          SET file_status = pa_file_status_in_year(NEW.file_status, NEW.closed_year, r.closure_year, r.year)
          WHERE r.household_id = NEW.id
            AND r.file_status <> pa_file_status_in_year(NEW.file_status, NEW.closed_year, r.closure_year, r.year);
        RETURN NULL;
      END $$;
      CREATE TRIGGER file_status_of_records AFTER UPDATE OF file_status, closed_year ON household FOR EACH ROW
        WHEN ((OLD.file_status, OLD.closed_year) IS DISTINCT FROM (NEW.file_status, NEW.closed_year))
        EXECUTE FUNCTION household_file_status();
      -- A record that is new or has no closure year is on file unless it says otherwise; only the others look at their household.
      CREATE FUNCTION household_year_record_file_status() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        file household;
      BEGIN
        SELECT * INTO file FROM household WHERE id = NEW.household_id;
        IF FOUND THEN
          NEW.file_status := pa_file_status_in_year(file.file_status, file.closed_year, NEW.closure_year, NEW.year);
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER file_status BEFORE INSERT OR UPDATE OF closure_year, file_status ON household_year_record FOR EACH ROW
        WHEN (NEW.closure_year IS NOT NULL OR NEW.file_status <> 'ACTIVE')
        EXECUTE FUNCTION household_year_record_file_status();
      CREATE INDEX household_year_record_off_file ON household_year_record (year, region_code, household_no)
        WHERE file_status <> 'ACTIVE';

      DROP INDEX assistance_outcome_region;
      CREATE INDEX assistance_outcome_region ON assistance_outcome (region_code, year)
        INCLUDE (household_id, food_assured, clothing_assured, water_safe, water_difficulty, housing_safe,
          critical_illness_insured, compulsory_education_met);

      CREATE INDEX member_year_record_unhealthy ON member_year_record (year, region_code) WHERE health <> '{01}';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX member_year_record_unhealthy;
      DROP INDEX assistance_outcome_region;
      CREATE INDEX assistance_outcome_region ON assistance_outcome (region_code);
      DROP TRIGGER file_status ON household_year_record;
      DROP FUNCTION household_year_record_file_status();
      DROP TRIGGER file_status_of_records ON household;
      DROP FUNCTION household_file_status();
      ALTER TABLE household_year_record DROP COLUMN file_status;
      DROP FUNCTION pa_file_status_in_year(text, integer, integer, integer);
    `);
  }
}
