import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Printed forms 打印: frozen as they were printed (PA-PR-01…05), and the limit on checks of their codes. */
export class Prints1000000000340 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SEQUENCE print_number;
      CREATE TABLE print_snapshot (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        -- As chosen when it was printed; a print does not follow region changes.
        region_code text COLLATE "C" NOT NULL,
        kind text NOT NULL CHECK (kind IN ('HOUSEHOLD_INFORMATION', 'HOUSEHOLD_COMPARISON', 'NATURAL_VILLAGE', 'POOR_VILLAGE')),
        year integer NOT NULL REFERENCES survey_year (year),
        number text COLLATE "C" NOT NULL UNIQUE,
        forms integer NOT NULL CHECK (forms > 0),
        issued_on date NOT NULL,
        verification_code text COLLATE "C" NOT NULL UNIQUE,
        content_hash text NOT NULL,
        -- The page, sealed: it names persons.
        html_sealed text NOT NULL,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL
      );
      CREATE INDEX print_snapshot_region ON print_snapshot (region_code);
      ${protect('print_snapshot', {
        // Whoever printed it, and whoever holds a link to it reads that one page and nothing else.
        read: `(${inCallersRange('region_code')} AND created_by = junxian.account_id()) OR junxian.account_id() = 'print:' || id::text`,
        insert: `${inCallersRange('region_code')} AND created_by = junxian.account_id() AND junxian.has_role('poverty-alleviation:OPERATOR')`,
        update: 'false',
        remove: 'false',
      })};
      REVOKE UPDATE, DELETE, TRUNCATE ON print_snapshot FROM poverty_alleviation_app;

      -- Checks of verification codes, by a keyed digest of where they come from.
      CREATE TABLE public_attempt (key text COLLATE "C" NOT NULL, at timestamptz NOT NULL);
      CREATE INDEX public_attempt_window ON public_attempt (key, at);
      CREATE INDEX public_attempt_at ON public_attempt (at);
      ${protect('public_attempt', { read: 'junxian.is_service()' })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE public_attempt, print_snapshot; DROP SEQUENCE print_number');
  }
}
