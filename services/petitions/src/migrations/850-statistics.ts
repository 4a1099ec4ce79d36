import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const FIGURES = Array.from({ length: 10 }, (_, index) => `n${index + 1} integer NOT NULL DEFAULT 0`).join(
  ', ',
);

/**
 * Statistics 统计: what each item contributes to the reports NR-1…NR-10, and counters per region, day and key, and
 * per month, that are always the sum of the contributions (decision 0011). By its months a report of years reads no more than one of days.
 */
export class Statistics1000000000850 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE statistic_contribution (
        -- The case item or simple registration.
        subject_id uuid NOT NULL,
        report text COLLATE "C" NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        day date NOT NULL,
        key text COLLATE "C" NOT NULL,
        -- Counted for all regions above as well.
        roll_up boolean NOT NULL,
        -- Whom the figures are about, so that they follow when it moves to another region.
        organisation_id uuid NOT NULL,
        -- The unit and the person that an accusation is against: they must not learn of it by a count (PT-HND-08).
        accused_organisation_id uuid,
        accused_account_id uuid,
        ${FIGURES},
        PRIMARY KEY (subject_id, report, region_code, day, key, organisation_id)
      );
      CREATE INDEX statistic_contribution_organisation ON statistic_contribution (organisation_id);
      CREATE INDEX statistic_contribution_accused ON statistic_contribution (accused_organisation_id, report, day)
        WHERE accused_organisation_id IS NOT NULL;
      CREATE INDEX statistic_contribution_accused_person ON statistic_contribution (accused_account_id, report, day)
        WHERE accused_account_id IS NOT NULL;
      ${protect('statistic_contribution', { read: 'junxian.is_service()' })};

      CREATE TABLE statistic_counter (
        report text COLLATE "C" NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        parent_code text COLLATE "C",
        span text COLLATE "C" NOT NULL CHECK (span IN ('DAY', 'MONTH')),
        -- Of a month its first.
        day date NOT NULL CHECK (span = 'DAY' OR extract(day FROM day) = 1),
        key text COLLATE "C" NOT NULL,
        ${FIGURES},
        PRIMARY KEY (report, region_code, span, day, key)
      ) WITH (fillfactor = 70);
      CREATE INDEX statistic_counter_children ON statistic_counter (report, parent_code, span, day, region_code);
      -- Callers read it through pt_hnd_08_figures, which leaves out what accuses them.
      ${protect('statistic_counter', { read: 'junxian.is_service()' })};

      -- Subjects to be counted anew: their organisation or region moved.
      CREATE TABLE statistic_recount (subject_id uuid PRIMARY KEY, noted_at timestamptz NOT NULL DEFAULT now());
      ${protect('statistic_recount', { read: 'junxian.is_service()' })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE statistic_recount, statistic_counter, statistic_contribution');
  }
}
