import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, SERVICE } from './200-cases';
import { createBeyondScope, DRAFT_FILE_FUNCTIONS, dropBeyondScope } from './beyond-scope';

const inHand = (withTheItem: string) =>
  `owner_type = 'REPORT' AND ${withTheItem} AND attachment_owner_in_hand(owner_type, owner_id, case_item_id)`;
const IN_HAND = inHand(OFFICER_WITH_THE_ITEM);
const HANDED_IN = 'attachment_handed_in(id, owner_id)';
/** Who takes what off a draft that was handed in before. */
export const takenOff = (withTheItem = OFFICER_WITH_THE_ITEM) =>
  `USING (taken_off_at IS NULL AND ${inHand(withTheItem)})
        WITH CHECK (taken_off_at IS NOT NULL AND ${inHand(withTheItem)} AND ${HANDED_IN})`;

/**
 * Files that are taken off the draft of a report: what was never handed in goes, bytes and all; what was handed in with a version that
 * was sent back stays with that version. And the to-do of whose report was sent back.
 */
export class DraftFiles1000000000920 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Which files a report had when it was handed in and sent back. Of those from before, the ones that were uploaded by then.
      ALTER TABLE report_return ADD COLUMN attachment_ids uuid[] NOT NULL DEFAULT '{}';
      ALTER TABLE report_return NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE attachment NO FORCE ROW LEVEL SECURITY;
      UPDATE report_return r SET attachment_ids = ARRAY(SELECT a.id FROM attachment a
        WHERE a.owner_type = 'REPORT' AND a.owner_id = r.report_id AND a.uploaded_at <= r.submitted_at ORDER BY a.id);
      ALTER TABLE attachment FORCE ROW LEVEL SECURITY;
      ALTER TABLE report_return FORCE ROW LEVEL SECURITY;
      ALTER TABLE report_return ALTER attachment_ids DROP DEFAULT;
      CREATE FUNCTION attachment_handed_in(attachment uuid, report uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM report_return r WHERE r.report_id = report AND attachment = ANY(r.attachment_ids)) $$;

      -- Off the draft, and kept for the version that was handed in with it.
      ALTER TABLE attachment ADD COLUMN taken_off_at timestamptz,
        ADD CONSTRAINT attachment_taken_off CHECK (taken_off_at IS NULL OR owner_type = 'REPORT');
      GRANT UPDATE (taken_off_at) ON attachment TO petitions_app;
      CREATE TRIGGER attachment_of_report BEFORE UPDATE ON attachment FOR EACH ROW WHEN (OLD.owner_type = 'REPORT')
        EXECUTE FUNCTION settled_but_for('taken_off_at');
      CREATE TRIGGER attachment_elsewhere BEFORE UPDATE ON attachment FOR EACH ROW WHEN (OLD.owner_type <> 'REPORT')
        EXECUTE FUNCTION settled_but_for('case_item_id');
      -- Beside what registration may change of a submission's files.
      CREATE POLICY taken_off_draft ON attachment FOR UPDATE ${takenOff()};
      CREATE POLICY removed_from_draft ON attachment FOR DELETE USING (${IN_HAND} AND NOT ${HANDED_IN});
      -- Both sides read what was handed in while the report is written on as a draft.
      ALTER POLICY record_in_sight ON attachment
        USING (${SERVICE} OR attachment_owner_in_sight(owner_type, owner_id) OR (owner_type = 'REPORT' AND ${HANDED_IN}));

      ALTER TABLE org_task DROP CONSTRAINT org_task_kind_check,
        ADD CONSTRAINT org_task_kind_check CHECK (kind IN ('HANDLE', 'INTERVIEW', 'REPORT_REVIEW', 'APPROVAL', 'REVIEW_STEP',
          'PETITIONER_DECEASED', 'REPORT_SENT_BACK'));
    `);
    await createBeyondScope(runner, DRAFT_FILE_FUNCTIONS);
    await runner.query(`CREATE TRIGGER attachment_file_given_up AFTER DELETE ON attachment FOR EACH ROW
        EXECUTE FUNCTION pt_pub_11_give_up_file()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    // Only while nothing was taken off what was handed in, and no report that came back is a to-do.
    await runner.query('DROP TRIGGER attachment_file_given_up ON attachment');
    await dropBeyondScope(runner, DRAFT_FILE_FUNCTIONS);
    await runner.query(`
      ALTER TABLE org_task DROP CONSTRAINT org_task_kind_check,
        ADD CONSTRAINT org_task_kind_check CHECK (kind IN ('HANDLE', 'INTERVIEW', 'REPORT_REVIEW', 'APPROVAL', 'REVIEW_STEP', 'PETITIONER_DECEASED'));
      ALTER POLICY record_in_sight ON attachment USING (${SERVICE} OR attachment_owner_in_sight(owner_type, owner_id));
      DROP POLICY removed_from_draft ON attachment;
      DROP POLICY taken_off_draft ON attachment;
      DROP TRIGGER attachment_of_report ON attachment;
      DROP TRIGGER attachment_elsewhere ON attachment;
      ALTER TABLE attachment DROP COLUMN taken_off_at;
      DROP FUNCTION attachment_handed_in(uuid, uuid);
      ALTER TABLE report_return DROP COLUMN attachment_ids;
    `);
  }
}
