import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createBeyondScope, dropBeyondScope, LEFT_RESULT_FUNCTIONS } from './beyond-scope';

const SETTLED = `OLD.state = 'APPROVED' OR (OLD.state = 'SENT_BACK' AND NEW.state <> 'DRAFT') OR (OLD.state = 'SUBMITTED' AND NEW.state = 'DRAFT')`;

/** Results that an organisation waited for when it was removed, and the reports of them, are taken over by the bureau above. */
export class LeftResults1000000001020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A report that was handed in gets another addressee by the function alone that takes over from a removed one, and changes in nothing else.
      CREATE OR REPLACE TRIGGER report_settled BEFORE UPDATE ON report FOR EACH ROW
        WHEN (${SETTLED} OR (OLD.state = 'SUBMITTED' AND NEW.state = 'SUBMITTED' AND current_user <> 'petitions_definer'))
        EXECUTE FUNCTION settled_but_for();
      CREATE TRIGGER report_readdressed BEFORE UPDATE ON report FOR EACH ROW WHEN (OLD.state = 'SUBMITTED' AND NEW.state = 'SUBMITTED')
        EXECUTE FUNCTION settled_but_for('to_organisation_id', 'updated_at', 'version');
    `);
    await createBeyondScope(runner, LEFT_RESULT_FUNCTIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropBeyondScope(runner, LEFT_RESULT_FUNCTIONS);
    await runner.query(`
      DROP TRIGGER report_readdressed ON report;
      CREATE OR REPLACE TRIGGER report_settled BEFORE UPDATE ON report FOR EACH ROW
        WHEN (${SETTLED} OR (OLD.state = 'SUBMITTED' AND NEW.state = 'SUBMITTED')) EXECUTE FUNCTION settled_but_for();
      REVOKE UPDATE (organisation_id, region_code, region_epoch) ON org_task FROM petitions_definer;
      REVOKE UPDATE (to_organisation_id, updated_at, version) ON report FROM petitions_definer;
    `);
  }
}
