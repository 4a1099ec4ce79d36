import { inCallersRange } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const RANGE = inCallersRange('region_code');
const SERVICE = 'junxian.is_service()';
const FUND_OFFICER = `(${SERVICE} OR junxian.has_role('poverty-alleviation:FUND'))`;
/** As they were: closing a year was one transaction of its administrator. */
const YEAR_KEEPER = `(junxian.has_role('poverty-alleviation:SYSTEM_ADMIN') AND current_setting('junxian.region_level', true) = 'NATION')`;

/** The money of a closed year is carried over in the background, by the service and by nobody else (PA-FD-06). */
export class YearClosings1000000000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      COMMENT ON COLUMN survey_year.closed_by IS 'Who closed the year; without closed_at its money is still being carried over';
      -- Whose arrangements are still to be closed.
      CREATE INDEX fund_arrangement_open ON fund_arrangement (year, region_code, project_id) WHERE spent_at_close IS NULL;
      ${writers('fund_arrangement', FUND_OFFICER)};
      ${writers('fund_carry_in', SERVICE)};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${writers('fund_carry_in', `(${SERVICE} OR ${YEAR_KEEPER})`)};
      ${writers('fund_arrangement', `(${FUND_OFFICER} OR ${YEAR_KEEPER})`)};
      DROP INDEX fund_arrangement_open;
      COMMENT ON COLUMN survey_year.closed_by IS NULL;
    `);
  }
}

const writers = (table: string, who: string): string => `
  ALTER POLICY insert_scope ON ${table} WITH CHECK (${RANGE} AND ${who});
  ALTER POLICY update_scope ON ${table} USING (${RANGE} AND ${who}) WITH CHECK (${RANGE} AND ${who});
  ALTER POLICY delete_scope ON ${table} USING (${RANGE} AND ${who})`;
