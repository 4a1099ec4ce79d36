import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The delistings 出列 that were cancelled in a later year: the year-ends between show them as they were (PA-YR-01, PA-VD-05). */
export class KeptDelistings1000000000570 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE village_year_record ADD COLUMN delisted_in integer REFERENCES survey_year (year),
        ADD CONSTRAINT village_year_record_delisted_in CHECK (delisted_in <= year);
      COMMENT ON COLUMN village_year_record.delisted_in IS
        'The year in which the village had left the list by the end of this year, where that was cancelled in a later one';
      CREATE TRIGGER fields_of_managers BEFORE UPDATE OF delisted_in ON village_year_record FOR EACH ROW
        WHEN (OLD.delisted_in IS DISTINCT FROM NEW.delisted_in)
        EXECUTE FUNCTION pa_fields_of_roles('MANAGER', 'PROVINCE_ADMIN');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER fields_of_managers ON village_year_record;
      ALTER TABLE village_year_record DROP COLUMN delisted_in;
    `);
  }
}
