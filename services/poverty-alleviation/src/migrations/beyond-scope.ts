import { definer } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The only functions of this service that look beyond the caller's region, each named by its rule. */
export const BEYOND_SCOPE_FUNCTIONS = ['pa_ni_03_duplicate(text, integer)'] as const;

/** PA-NI-03: whether an ID number is active anywhere in the country in a year; says neither where nor who. */
export class BeyondScope1000000000190 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      definer(
        'poverty_alleviation',
        'pa_ni_03_duplicate(text, integer)',
        `CREATE FUNCTION pa_ni_03_duplicate(blind_index text, in_year integer) RETURNS boolean LANGUAGE sql STABLE AS $$
           SELECT EXISTS (
             SELECT FROM member_year_record
             WHERE year = in_year AND id_number_index = blind_index AND status IN ('1', '4')
               AND (junxian.is_service() OR junxian.has_role('poverty-alleviation:OPERATOR')))
         $$`,
      ),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION pa_ni_03_duplicate(text, integer)');
  }
}
