import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Years whose statistics are being counted from the rows: what is still to be done, and how far it has come. */
export class YearCounts1000000000422 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE year_count (
        year integer NOT NULL REFERENCES survey_year (year),
        -- Which kind of things is counted.
        ledger text NOT NULL,
        -- Where the last batch ended; empty at the beginning. The row goes with the last one.
        last_key text COLLATE "C" NOT NULL DEFAULT '',
        PRIMARY KEY (year, ledger)
      );
      ${protect('year_count', { read: 'junxian.is_signed_in()', write: 'junxian.is_service()' })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE year_count');
  }
}
