import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, SERVICE } from './200-cases';
import { neverRewritten } from './column-rights';

const OWN = `(${OFFICER_WITH_THE_ITEM} AND organisation_id = my_organisation())`;
const ADDRESSEE = `(${OFFICER_WITH_THE_ITEM} AND to_organisation_id = my_organisation())`;
const SUPERVISOR = `(${OFFICER_WITH_THE_ITEM} AND junxian.has_role('petitions:SUPERVISOR'))`;
/** What was handed in is read by both sides and by those who supervise. */
const BOTH_SIDES = `(${OWN} OR ${ADDRESSEE} OR ${SUPERVISOR})`;

/** The record an attachment hangs on is in sight, by the record's own policies. */
const OWNER_IN_SIGHT = `CASE kind
          WHEN 'REPORT' THEN EXISTS (SELECT FROM report p WHERE p.id = owner)
          WHEN 'REVIEW_STEP' THEN EXISTS (SELECT FROM review_step s WHERE s.id = owner)
          WHEN 'LEADER_RECEPTION' THEN EXISTS (SELECT FROM leader_reception l WHERE l.id = owner)
          ELSE true END`;
/** Files are bound by whose record it is, to a record of the same item: to a report while it is a draft, to a step by whoever did it. */
const OWNER_IN_HAND = `CASE kind
          WHEN 'REPORT' THEN EXISTS (SELECT FROM report p WHERE p.id = owner AND p.case_item_id = item
            AND p.organisation_id = my_organisation() AND p.state = 'DRAFT')
          WHEN 'REVIEW_STEP' THEN EXISTS (SELECT FROM review_step s WHERE s.id = owner AND s.case_item_id = item
            AND s.state = 'DONE' AND s.finished_by::text = junxian.account_id())
          WHEN 'LEADER_RECEPTION' THEN EXISTS (SELECT FROM leader_reception l WHERE l.id = owner AND l.case_item_id = item
            AND l.organisation_id = my_organisation())
          ELSE true END`;

/** Drafts of reports, seals on opinions and documents of reviews, files of reports and review steps, receipts of text messages, deaths to be confirmed. */
export class ReportsAndReceipts1000000000860 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE report
        ALTER handling_record_id DROP NOT NULL,
        ALTER to_organisation_id DROP NOT NULL,
        ALTER submitted_at DROP NOT NULL,
        DROP CONSTRAINT report_state_check,
        DROP CONSTRAINT report_check,
        DROP CONSTRAINT report_check1,
        ADD CONSTRAINT report_state_check CHECK (state IN ('DRAFT', 'SUBMITTED', 'APPROVED', 'SENT_BACK')),
        ADD CONSTRAINT report_complete CHECK (state = 'DRAFT' OR (body <> '' AND handling_record_id IS NOT NULL
          AND to_organisation_id IS NOT NULL AND submitted_at IS NOT NULL AND (to_leader_id IS NULL) = (awaiting_task_id IS NOT NULL))),
        ADD CONSTRAINT report_reviewed CHECK (CASE state WHEN 'DRAFT' THEN true WHEN 'SUBMITTED' THEN reviewed_at IS NULL ELSE reviewed_at IS NOT NULL END);
      -- One text is being written at a time; a report that came back is that text again.
      CREATE UNIQUE INDEX report_one_draft ON report (case_item_id, organisation_id) WHERE state = 'DRAFT';
      -- DRAFT to SUBMITTED, from there APPROVED or SENT_BACK, and from SENT_BACK to DRAFT again: nothing else, whoever writes.
      DROP TRIGGER report_submitted ON report;
      DROP TRIGGER report_reviewed ON report;
      CREATE TRIGGER report_drafted BEFORE UPDATE ON report FOR EACH ROW
        WHEN (OLD.state = 'DRAFT' AND NEW.state NOT IN ('DRAFT', 'SUBMITTED')) EXECUTE FUNCTION settled_but_for();
      CREATE TRIGGER report_submitted BEFORE UPDATE ON report FOR EACH ROW WHEN (OLD.state = 'SUBMITTED' AND NEW.state IN ('APPROVED', 'SENT_BACK'))
        EXECUTE FUNCTION settled_but_for('state', 'reviewed_at', 'reviewed_by', 'reviewer_opinion', 'updated_at', 'version');
      CREATE TRIGGER report_taken_up BEFORE UPDATE ON report FOR EACH ROW WHEN (OLD.state = 'SENT_BACK' AND NEW.state = 'DRAFT')
        EXECUTE FUNCTION settled_but_for('state', 'updated_at', 'version');
      CREATE TRIGGER report_settled BEFORE UPDATE ON report FOR EACH ROW
        WHEN (OLD.state = 'APPROVED' OR (OLD.state = 'SENT_BACK' AND NEW.state <> 'DRAFT') OR (OLD.state = 'SUBMITTED' AND NEW.state IN ('DRAFT', 'SUBMITTED')))
        EXECUTE FUNCTION settled_but_for();
      -- A draft is the reporting organisation's own.
      ALTER POLICY read_scope ON report USING (${SERVICE} OR ${OWN} OR (state <> 'DRAFT' AND ${BOTH_SIDES}));
      ALTER POLICY insert_scope ON report WITH CHECK (${SERVICE} OR (${OWN} AND state = 'DRAFT'));
      ALTER POLICY update_scope ON report
        USING (${SERVICE} OR ${OWN} OR (state <> 'DRAFT' AND ${ADDRESSEE}))
        WITH CHECK (${SERVICE} OR (${OWN} AND state IN ('DRAFT', 'SUBMITTED')) OR (${ADDRESSEE} AND state IN ('APPROVED', 'SENT_BACK')));
      ${neverRewritten('report', ['id', 'case_item_id', 'organisation_id', 'created_at', 'created_by'])};

      -- What was handed in and sent back, as it was: the report itself is then written on.
      CREATE TABLE report_return (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        report_id uuid NOT NULL REFERENCES report (id),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        organisation_id uuid NOT NULL,
        to_organisation_id uuid NOT NULL,
        handling_record_id uuid NOT NULL REFERENCES handling_record (id),
        body text NOT NULL,
        submitted_at timestamptz NOT NULL,
        reviewed_at timestamptz NOT NULL,
        reviewed_by uuid NOT NULL,
        reviewer_opinion text NOT NULL
      );
      CREATE INDEX report_return_report ON report_return (report_id, id);
      CREATE INDEX report_return_item ON report_return (case_item_id);
      ${protect('report_return', {
        read: `${SERVICE} OR ${BOTH_SIDES}`,
        insert: `${SERVICE} OR (${OWN} AND EXISTS (SELECT FROM report p WHERE p.id = report_id AND p.state = 'SENT_BACK'
          AND p.organisation_id = report_return.organisation_id AND p.body = report_return.body))`,
        update: 'false',
        remove: 'false',
      })};
      REVOKE UPDATE, DELETE, TRUNCATE ON report_return FROM petitions_app;

      -- The e-seal on a filed document (PT-NTC-05); those filed before have none.
      ALTER TABLE review_document ADD COLUMN sealed_by text, ADD COLUMN seal text,
        ADD CONSTRAINT review_document_sealed CHECK ((seal IS NULL) = (sealed_by IS NULL) AND (seal IS NULL OR state = 'FILED'));
      CREATE FUNCTION filed_with_seal() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'a % is issued with a seal', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
        END $$;
      CREATE TRIGGER review_document_filed_with_seal BEFORE UPDATE ON review_document FOR EACH ROW
        WHEN (OLD.state <> 'FILED' AND NEW.state = 'FILED' AND NEW.seal IS NULL) EXECUTE FUNCTION filed_with_seal();
      ALTER TABLE handling_opinion ADD COLUMN sealed_by text, ADD COLUMN seal text,
        ADD CONSTRAINT handling_opinion_sealed CHECK ((seal IS NULL) = (sealed_by IS NULL) AND (seal IS NULL OR state IN ('APPROVED', 'SERVED')));
      CREATE TRIGGER handling_opinion_approved_with_seal BEFORE UPDATE ON handling_opinion FOR EACH ROW
        WHEN (OLD.state <> 'APPROVED' AND NEW.state = 'APPROVED' AND NEW.seal IS NULL) EXECUTE FUNCTION filed_with_seal();

      -- Whoever sees the record sees its files, and nobody else who sees the item; on top of what row-level security asks of every attachment.
      -- Functions, so that a statement about attachments is planned without the records and all that their policies look at.
      CREATE FUNCTION attachment_owner_in_sight(kind text, owner uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT ${OWNER_IN_SIGHT} $$;
      CREATE FUNCTION attachment_owner_in_hand(kind text, owner uuid, item uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT ${OWNER_IN_HAND} $$;
      CREATE POLICY record_in_sight ON attachment AS RESTRICTIVE FOR SELECT
        USING (${SERVICE} OR attachment_owner_in_sight(owner_type, owner_id));
      CREATE POLICY record_in_hand ON attachment AS RESTRICTIVE FOR INSERT
        WITH CHECK (${SERVICE} OR attachment_owner_in_hand(owner_type, owner_id, case_item_id));

      -- What became of a message: the provider's id for it, and when its report came.
      ALTER TABLE query_code_delivery
        ADD COLUMN message_id text COLLATE "C",
        ADD COLUMN reported_at timestamptz,
        DROP CONSTRAINT query_code_delivery_sms_status_check,
        ADD CONSTRAINT query_code_delivery_sms_status_check CHECK (sms_status IN ('PENDING', 'SENT', 'DELIVERED', 'FAILED')),
        ADD CONSTRAINT query_code_delivery_reported CHECK (reported_at IS NULL OR (message_id IS NOT NULL AND sms_status IN ('DELIVERED', 'FAILED')));
      CREATE INDEX query_code_delivery_message ON query_code_delivery (message_id) WHERE message_id IS NOT NULL;
      -- Reports that came before the answer to the sending: they wait for the message's id.
      CREATE TABLE message_report (
        message_id text COLLATE "C" PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('DELIVERED', 'FAILED')),
        at timestamptz NOT NULL
      );
      ${protect('message_report', {
        read: `${SERVICE} OR EXISTS (SELECT FROM query_code_delivery d WHERE d.message_id = message_report.message_id)`,
        write: SERVICE,
      })};

      -- A petitioner is said to have died: somebody looks into it.
      ALTER TABLE org_task DROP CONSTRAINT org_task_kind_check,
        ADD CONSTRAINT org_task_kind_check CHECK (kind IN ('HANDLE', 'INTERVIEW', 'REPORT_REVIEW', 'APPROVAL', 'REVIEW_STEP', 'PETITIONER_DECEASED'));
      -- That a petitioner may have died is for those who look into it, not for everybody who sees the item.
      CREATE POLICY own_death ON org_task AS RESTRICTIVE FOR SELECT
        USING (${SERVICE} OR kind <> 'PETITIONER_DECEASED' OR organisation_id = my_organisation());
      CREATE UNIQUE INDEX org_task_one_death ON org_task (subject_id) WHERE kind = 'PETITIONER_DECEASED' AND state IN ('UNIT_INBOX', 'TODO');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    // Only while nothing of what this brought is in use: drafts and reports of messages would have no place.
    await runner.query(`
      DROP POLICY own_death ON org_task;
      DROP INDEX org_task_one_death;
      ALTER TABLE org_task DROP CONSTRAINT org_task_kind_check,
        ADD CONSTRAINT org_task_kind_check CHECK (kind IN ('HANDLE', 'INTERVIEW', 'REPORT_REVIEW', 'APPROVAL', 'REVIEW_STEP'));
      DROP TABLE message_report;
      ALTER TABLE query_code_delivery DROP COLUMN message_id, DROP COLUMN reported_at,
        DROP CONSTRAINT query_code_delivery_sms_status_check,
        ADD CONSTRAINT query_code_delivery_sms_status_check CHECK (sms_status IN ('PENDING', 'SENT', 'FAILED'));
      DROP POLICY record_in_sight ON attachment;
      DROP POLICY record_in_hand ON attachment;
      DROP FUNCTION attachment_owner_in_sight(text, uuid);
      DROP FUNCTION attachment_owner_in_hand(text, uuid, uuid);
      DROP TRIGGER handling_opinion_approved_with_seal ON handling_opinion;
      ALTER TABLE handling_opinion DROP COLUMN sealed_by, DROP COLUMN seal;
      DROP TRIGGER review_document_filed_with_seal ON review_document;
      DROP FUNCTION filed_with_seal();
      ALTER TABLE review_document DROP COLUMN sealed_by, DROP COLUMN seal;
      DROP TABLE report_return;
      DROP TRIGGER report_drafted ON report;
      DROP TRIGGER report_submitted ON report;
      DROP TRIGGER report_taken_up ON report;
      DROP TRIGGER report_settled ON report;
      DROP INDEX report_one_draft;
      ALTER POLICY read_scope ON report USING (${SERVICE} OR ${BOTH_SIDES});
      ALTER POLICY insert_scope ON report WITH CHECK (${SERVICE} OR ${OWN});
      ALTER POLICY update_scope ON report USING (${SERVICE} OR ${ADDRESSEE}) WITH CHECK (${SERVICE} OR ${ADDRESSEE});
      ALTER TABLE report
        DROP CONSTRAINT report_state_check,
        DROP CONSTRAINT report_complete,
        DROP CONSTRAINT report_reviewed,
        ALTER handling_record_id SET NOT NULL,
        ALTER to_organisation_id SET NOT NULL,
        ALTER submitted_at SET NOT NULL,
        ADD CONSTRAINT report_state_check CHECK (state IN ('SUBMITTED', 'APPROVED', 'SENT_BACK')),
        ADD CONSTRAINT report_check CHECK ((to_leader_id IS NULL) = (awaiting_task_id IS NOT NULL)),
        ADD CONSTRAINT report_check1 CHECK ((state = 'SUBMITTED') = (reviewed_at IS NULL));
      CREATE TRIGGER report_submitted BEFORE UPDATE ON report FOR EACH ROW WHEN (OLD.state = 'SUBMITTED')
        EXECUTE FUNCTION settled_but_for('state', 'reviewed_at', 'reviewed_by', 'reviewer_opinion', 'updated_at', 'version');
      CREATE TRIGGER report_reviewed BEFORE UPDATE ON report FOR EACH ROW WHEN (OLD.state <> 'SUBMITTED')
        EXECUTE FUNCTION settled_but_for();
      GRANT UPDATE ON report TO petitions_app`);
  }
}
