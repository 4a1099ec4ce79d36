import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createBeyondScope, dropBeyondScope, HIGHER_ORGAN, LEFT_REVIEW_FUNCTIONS } from './beyond-scope';

/** Reviews whose authority was removed while they ran are taken over by the organ that is next-higher above the respondent today. */
export class LeftReviews1000000001010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(HIGHER_ORGAN);
    await createBeyondScope(runner, LEFT_REVIEW_FUNCTIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropBeyondScope(runner, LEFT_REVIEW_FUNCTIONS);
    await runner.query(`
      -- That a review was taken over is no kind of step without this; who appoints its handler next is.
      SELECT set_config('junxian.actor', 'SERVICE', true);
      ALTER TABLE review_step DISABLE TRIGGER review_step_finished;
      UPDATE review_step SET kind = 'APPOINTMENT' WHERE kind = 'TAKING_OVER';
      ALTER TABLE review_step ENABLE TRIGGER review_step_finished;
      DROP FUNCTION higher_organ(uuid, uuid, date);
      REVOKE UPDATE (authority_organisation_id, region_code, region_epoch, review_no, handler_id, updated_at, version) ON review_case FROM petitions_definer;
      REVOKE UPDATE (approved, decision_text, decided_at) ON review_approval FROM petitions_definer;
      REVOKE UPDATE (state, updated_at, version) ON review_document FROM petitions_definer;
      REVOKE UPDATE (state, finished_at, finished_by, version) ON review_step FROM petitions_definer;
    `);
  }
}
