import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Members of a range are looked at for one year: without the year in it the index leads to those of every year-end (PA-QS-12). */
export class MembersOfAYear1000000000520 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX member_year_record_region;
      CREATE INDEX member_year_record_region ON member_year_record (region_code, year);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX member_year_record_region;
      CREATE INDEX member_year_record_region ON member_year_record (region_code);
    `);
  }
}
