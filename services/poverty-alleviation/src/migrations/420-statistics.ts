import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Callers read what is counted of their region; only the service counts. */
const COUNTED = { read: inCallersRange('region_code'), write: 'junxian.is_service()' };

/**
 * Statistics 统计 (decision 0011): the ledger of what each source row counts for, and the counters that are its sums
 * per region and year. They take the place of the first counters, which knew poverty statuses only.
 */
export class Statistics1000000000420 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE counter_contribution, poverty_counter;

      CREATE TABLE statistic_contribution (
        -- What kind of row counts: a household's year, a population change, a village's year, a project …
        kind text COLLATE "C" NOT NULL,
        -- The file that is looked at again when an event tells of it: the household of a population change.
        owner_id text COLLATE "C" NOT NULL,
        year integer NOT NULL REFERENCES survey_year (year),
        source_id text COLLATE "C" NOT NULL,
        -- Tells apart what one row counts for in two regions: the household that was left and the one that was joined.
        part text COLLATE "C" NOT NULL DEFAULT '',
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        -- The cells it counts in, and the amount of each: persons, or money in ten thousand yuan.
        cells text[] NOT NULL,
        amounts numeric[] NOT NULL,
        PRIMARY KEY (kind, owner_id, year, source_id, part),
        CHECK (cardinality(cells) = cardinality(amounts))
      );
      CREATE INDEX statistic_contribution_region ON statistic_contribution (region_code, kind, year, source_id, part);
      CREATE INDEX statistic_contribution_source ON statistic_contribution (source_id, kind);
      ${protect('statistic_contribution', COUNTED)};

      CREATE TABLE statistic_counter (
        year integer NOT NULL REFERENCES survey_year (year),
        region_code text COLLATE "C" NOT NULL,
        -- The region above: its code is this one without the last group that is not zero.
        parent_code text COLLATE "C" GENERATED ALWAYS AS (
          CASE WHEN right(region_code, 3) <> '000' THEN left(region_code, 9) || '000'
               WHEN substr(region_code, 7, 3) <> '000' THEN left(region_code, 6) || '000000'
               WHEN substr(region_code, 5, 2) <> '00' THEN left(region_code, 4) || '00000000'
               WHEN substr(region_code, 3, 2) <> '00' THEN left(region_code, 2) || '0000000000'
               WHEN region_code <> '000000000000' THEN '000000000000' END) STORED,
        cell text COLLATE "C" NOT NULL,
        -- Source rows in the cell, and the sum of their amounts.
        count bigint NOT NULL,
        amount numeric NOT NULL,
        PRIMARY KEY (year, region_code, cell)
      );
      CREATE INDEX statistic_counter_parent ON statistic_counter (year, parent_code, cell);
      ${protect('statistic_counter', COUNTED)};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE statistic_counter, statistic_contribution');
  }
}
