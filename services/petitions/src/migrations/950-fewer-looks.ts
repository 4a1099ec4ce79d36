import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, SERVICE, WITH_THE_ITEM } from './200-cases';
import { attachmentWrites, profileRead, SUBMISSION_READ, submissionWrites } from './310-submissions';
import { documentRead } from './500-handling-documents';
import { lapsedBy } from './870-taking-part';
import { OWN } from './880-lighter-checks';
import { takenOff } from './920-draft-files';
import { onlyParticipants } from './932-who-may-still-write';
import { CALLERS_BY_SETTINGS } from './940-lighter-writes';
import { neverRewritten } from './column-rights';

const SEEN = 'item_in_sight(case_item_id)';
const OFFICER_SEES = `(is_petition_officer() AND ${SEEN})`;

/** Documents, and the state from which on a document was told to the petitioner. */
const DOCUMENTS = [
  { table: 'notice', told: 'FILED' },
  { table: 'handling_opinion', told: 'SERVED' },
];
/** The same as `documentRead`, with one look for the item instead of two. */
const toldOrInternal = (told: string) =>
  `${SERVICE} OR ((state = '${told}' OR (is_petition_officer()
        AND (organisation_id = my_organisation() OR junxian.has_role('petitions:SUPERVISOR')))) AND ${WITH_THE_ITEM})`;

const submissions = ({ update, become }: ReturnType<typeof submissionWrites>) =>
  `ALTER POLICY update_scope ON online_submission USING (${update}) WITH CHECK (${become});`;
const attachments = ({ update, become }: ReturnType<typeof attachmentWrites>, ofDrafts: string) => `
      ALTER POLICY update_scope ON attachment USING (${update}) WITH CHECK (${become});
      ALTER POLICY taken_off_draft ON attachment ${ofDrafts};`;
const windows = (seen: string) => `
      ALTER POLICY insert_scope ON evaluation_window WITH CHECK (${SERVICE} OR ${seen});
      ALTER POLICY update_scope ON evaluation_window USING (${SERVICE} OR ${seen}) WITH CHECK (${SERVICE} OR ${seen});`;

/**
 * The same rows are read and written as before, with fewer looks prepared for each statement: a row that is changed is asked by the policies for
 * reading before and after, beside those for writing, and each of them brought its own look for the item and for who sees it.
 */
export class FewerLooks1000000000950 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${DOCUMENTS.map(
        ({ table, told }) => `
      ALTER POLICY read_scope ON ${table} USING (${toldOrInternal(told)});
      -- By whose right a document is changed follows from columns that no caller rewrites: it is asked of the row as it was.
      ${neverRewritten(table, ['id', 'case_item_id', 'organisation_id', 'created_at', 'created_by'])};
      ALTER POLICY update_scope ON ${table} WITH CHECK (true);`,
      ).join('')}

      CREATE FUNCTION submission_in_sight(owner_id uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN RETURN ${SUBMISSION_READ.replace('owner_id', 'submission_in_sight.owner_id')}; END $$;
      ${submissions(submissionWrites(SEEN))}
      ${attachments(attachmentWrites('submission_in_sight(owner_id)', OFFICER_SEES), takenOff(OFFICER_SEES))}
      ${windows(OFFICER_SEES)}
      -- The look is made for each profile: without an OFFSET the planner may choose to read all submissions before the first.
      ALTER POLICY read_scope ON public_account USING (${profileRead(' OFFSET 0')});

      -- A condition of a trigger is prepared by each statement; in the function it is prepared once.
      ${onlyParticipants(
        `
          IF current_setting('junxian.actor', true) IS DISTINCT FROM 'CALLER' THEN RETURN NEW; END IF;
          -- Passed over, as by a policy; whoever reads a task to change or lock it was asked by the policy for reading.
          IF TG_TABLE_NAME = 'org_task' AND TG_OP = 'UPDATE' THEN
            IF NOT item_in_sight(OLD.case_item_id) THEN RETURN NULL; END IF;
          END IF;`,
        `
            IF ${lapsedBy(`junxian.has_role('petitions:REVIEW_CLERK')`)} THEN RETURN NEW; END IF;`,
      )}
      CREATE OR REPLACE TRIGGER case_item_by_participants BEFORE UPDATE ON case_item
        FOR EACH ROW EXECUTE FUNCTION only_who_takes_part();
      CREATE OR REPLACE TRIGGER org_task_by_participants BEFORE INSERT OR UPDATE ON org_task
        FOR EACH ROW EXECUTE FUNCTION only_who_takes_part();
      ALTER POLICY update_scope ON org_task USING (${SERVICE} OR is_petition_officer());
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER POLICY update_scope ON org_task USING (${SERVICE} OR ${OFFICER_SEES});
      ${onlyParticipants()}
      ${CALLERS_BY_SETTINGS}
      ALTER POLICY read_scope ON public_account USING (${profileRead()});
      ${windows(OFFICER_WITH_THE_ITEM)}
      ${attachments(attachmentWrites(), takenOff())}
      ${submissions(submissionWrites())}
      DROP FUNCTION submission_in_sight(uuid);
      ${DOCUMENTS.map(
        ({ table, told }) => `
      ALTER POLICY update_scope ON ${table} WITH CHECK (${OWN(SEEN)});
      REVOKE UPDATE ON ${table} FROM petitions_app;
      GRANT UPDATE ON ${table} TO petitions_app;
      ALTER POLICY read_scope ON ${table} USING (${documentRead(told)});`,
      ).join('')}
    `);
  }
}
