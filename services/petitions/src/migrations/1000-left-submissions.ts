import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createBeyondScope, dropBeyondScope, LEFT_SUBMISSION_FUNCTIONS } from './beyond-scope';

/** Online submissions whose bureau was removed before anybody registered them are taken over by the bureau that receives what concerns their region today. */
export class LeftSubmissions1000000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The bureau that receives what concerns a problem region: of its province, else of the nation, else the nearest below on the path. In a region with
      -- several the one known longest.
      CREATE FUNCTION receiving_bureau(problem text) RETURNS uuid LANGUAGE sql STABLE AS $$
        SELECT o.id FROM region_ancestors(problem) a JOIN organisation o ON o.region_code = a.region_code AND o.is_bureau AND NOT o.removed
        ORDER BY a.region_level <> 'PROVINCE', a.region_code, o.id LIMIT 1 $$;
    `);
    await createBeyondScope(runner, LEFT_SUBMISSION_FUNCTIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropBeyondScope(runner, LEFT_SUBMISSION_FUNCTIONS);
    await runner.query(`
      DROP FUNCTION receiving_bureau(text);
      REVOKE UPDATE (organisation_id, region_code, updated_at, version) ON online_submission FROM petitions_definer;
      REVOKE UPDATE (from_organisation_id, version) ON handling_record FROM petitions_definer;
    `);
  }
}
