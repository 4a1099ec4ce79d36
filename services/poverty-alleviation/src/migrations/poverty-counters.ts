import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Callers read their region's figures; only the service counts. */
const COUNTED = { read: inCallersRange('region_code'), write: 'junxian.is_service()' };

/**
 * Counters 统计计数 per region, level and year, and what each household contributes to them: the figures
 * are always the sum of the contributions, so an event that comes twice, late or after a re-coding does no harm.
 */
export class PovertyCounters1000000000140 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE poverty_counter (
        year integer NOT NULL REFERENCES survey_year (year),
        region_code text COLLATE "C" NOT NULL,
        region_level text NOT NULL,
        dimension text NOT NULL,
        households bigint NOT NULL,
        persons bigint NOT NULL,
        PRIMARY KEY (year, region_code, dimension)
      );
      ${protect('poverty_counter', COUNTED)};

      CREATE TABLE counter_contribution (
        household_id uuid NOT NULL REFERENCES household (id),
        year integer NOT NULL REFERENCES survey_year (year),
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        dimension text NOT NULL,
        persons integer NOT NULL,
        PRIMARY KEY (household_id, year)
      );
      CREATE INDEX counter_contribution_region ON counter_contribution (region_code);
      ${protect('counter_contribution', COUNTED)};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE counter_contribution, poverty_counter');
  }
}
