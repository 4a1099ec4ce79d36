import type { MigrationInterface, QueryRunner } from 'typeorm';
import { itemPolicies, SERVICE } from './200-cases';
import { participantTriggers } from './870-taking-part';

const TASK = `${SERVICE} OR (is_petition_officer() AND item_in_sight(case_item_id))`;

/** The triggers, with no function in their conditions. */
export const CALLERS_BY_SETTINGS = participantTriggers(
  `current_setting('junxian.actor', true) = 'CALLER'`,
  `position(',petitions:REVIEW_CLERK,' IN coalesce(current_setting('junxian.roles', true), '')) > 0`,
);

/**
 * The same rows may be written as before, for less. A condition of a trigger is prepared anew by each statement, with the text of every function
 * in it, so none is in it. And an update asks of the row as it was whether it may be changed, not once more of what it becomes: by whose right a row
 * of these tables is changed follows from columns that no caller rewrites.
 */
export class LighterWrites1000000000940 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${CALLERS_BY_SETTINGS}
      ALTER POLICY update_scope ON org_task WITH CHECK (true);
      ALTER POLICY update_scope ON case_item WITH CHECK (true);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${participantTriggers()}
      ALTER POLICY update_scope ON org_task WITH CHECK (${TASK});
      ALTER POLICY update_scope ON case_item WITH CHECK (${itemPolicies(' OFFSET 0').become});
    `);
  }
}
