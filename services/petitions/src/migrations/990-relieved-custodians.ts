import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createBeyondScope, dropBeyondScope, RELIEF_FUNCTIONS } from './beyond-scope';

const MODES = [
  'FORWARD',
  'ASSIGN',
  'SUPERVISE',
  'INFORM_ACCEPT',
  'INFORM_NOT_ACCEPT',
  'INFORM_NO_LONGER',
  'HANDLE_SELF',
  'ARCHIVE',
  'REPORT',
  'DIRECT_REPLY',
  'SERVE_OPINION',
  'SUBMIT_REVIEW',
  'SUBMIT_RE_REVIEW',
];
const words = (codes: readonly string[]) => codes.map((code) => `'${code}'`).join(', ');
const checks = ({ modes, voided }: { modes: readonly string[]; voided: string }) => `
      ALTER TABLE handling_record DROP CONSTRAINT handling_record_mode_check,
        ADD CONSTRAINT handling_record_mode_check CHECK (mode IN (${words(modes)}));
      ALTER TABLE handling_opinion DROP CONSTRAINT handling_opinion_state_check, DROP CONSTRAINT handling_opinion_sealed,
        ADD CONSTRAINT handling_opinion_state_check CHECK (state IN ('DRAFT', 'IN_APPROVAL', 'APPROVED', 'SERVED'${voided})),
        ADD CONSTRAINT handling_opinion_sealed CHECK ((seal IS NULL) = (sealed_by IS NULL) AND (seal IS NULL OR state IN ('APPROVED', 'SERVED'${voided})));
      DROP INDEX handling_opinion_one_at_work;
      CREATE UNIQUE INDEX handling_opinion_one_at_work ON handling_opinion (case_item_id) WHERE state NOT IN ('SERVED'${voided});`;

/** Items whose custodian was removed, or is found to be within reach of the accused, are taken over 移交 by the bureau above. */
export class RelievedCustodians1000000000990 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${checks({ modes: [...MODES, 'TRANSFER'], voided: `, 'VOID'` })}
      CREATE INDEX organisation_removed ON organisation (region_code) WHERE removed;
    `);
    await createBeyondScope(runner, RELIEF_FUNCTIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropBeyondScope(runner, RELIEF_FUNCTIONS);
    await runner.query(`
      -- What was taken over was handed on. An opinion that ended unserved with its custodian has no state without VOID and goes; the journal keeps of both what they were.
      SELECT set_config('junxian.actor', 'SERVICE', true);
      UPDATE handling_record SET mode = 'FORWARD' WHERE mode = 'TRANSFER';
      ALTER TABLE handling_opinion NO FORCE ROW LEVEL SECURITY;
      DELETE FROM handling_opinion WHERE state = 'VOID';
      ALTER TABLE handling_opinion FORCE ROW LEVEL SECURITY;
      DROP INDEX organisation_removed;
      ${checks({ modes: MODES, voided: '' })}
      REVOKE INSERT ON org_task FROM petitions_definer;
      REVOKE UPDATE ON case_item, org_task, approval_request, return_request, handling_opinion FROM petitions_definer;
    `);
  }
}
