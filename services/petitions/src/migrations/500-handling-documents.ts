import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, READ_WITH_THE_ITEM, SERVICE, WITH_THE_ITEM } from './200-cases';

/** Documents of the own organisation, and of every organisation for those who supervise. */
const INTERNAL = `(${OFFICER_WITH_THE_ITEM} AND (organisation_id = my_organisation() OR junxian.has_role('petitions:SUPERVISOR')))`;
export const OWN_DOCUMENT = `${SERVICE} OR (${OFFICER_WITH_THE_ITEM} AND organisation_id = my_organisation())`;
/** What the petitioner was told is read with the item. */
export const documentRead = (told: string) =>
  `${SERVICE} OR (state = '${told}' AND ${WITH_THE_ITEM}) OR ${INTERNAL}`;

const TRACE = `
        created_at timestamptz NOT NULL,
        created_by uuid NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1`;
const SERVICE_OF_A_DOCUMENT = `
        service_mode text CHECK (service_mode IN ('IN_PERSON', 'POST', 'OTHER')),
        served_on date,
        receipt text CHECK (receipt IN ('SIGNED', 'REFUSED')),
        signed_for text`;

/** Documents of handling: notices 告知书, handling opinions 答复意见书, reports 报告, extensions, and their numbers 文号. */
export class HandlingDocuments1000000000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The named columns of a settled document may still change, nothing else (PT-NTC-03); holds for whoever writes.
      CREATE FUNCTION settled_but_for() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF to_jsonb(OLD) - coalesce(TG_ARGV, '{}') IS DISTINCT FROM to_jsonb(NEW) - coalesce(TG_ARGV, '{}') THEN
            RAISE EXCEPTION 'a settled % does not change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NEW;
        END $$;

      -- The last number an organisation gave in a year to documents of one series 文号.
      CREATE TABLE document_serial (
        organisation_id uuid NOT NULL,
        year integer NOT NULL,
        series text NOT NULL,
        last_serial integer NOT NULL CHECK (last_serial > 0),
        PRIMARY KEY (organisation_id, year, series)
      );
      ${protect('document_serial', {
        read: `${SERVICE} OR (is_petition_officer() AND organisation_id = my_organisation())`,
        remove: 'false',
      })};

      CREATE TABLE notice (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        organisation_id uuid NOT NULL,
        handling_record_id uuid REFERENCES handling_record (id),
        kind text NOT NULL CHECK (kind IN ('ACCEPTANCE', 'NON_ACCEPTANCE', 'NO_LONGER_ACCEPTANCE')),
        state text NOT NULL DEFAULT 'DRAFT' CHECK (state IN ('DRAFT', 'FILED')),
        -- The filed notice that this one corrects.
        corrects_id uuid REFERENCES notice (id),
        doc_no text,
        body text NOT NULL,
        legal_basis text,
        reason text,
        document_hash text,
        sealed_by text,
        seal text,
        filed_at timestamptz,
        filed_by uuid,
        -- Whether it must be served: not when name or address is unknown (PT-NTC-04). Decided when it is filed.
        service_owed boolean,
        ${SERVICE_OF_A_DOCUMENT},
        ${TRACE},
        CHECK (state = 'DRAFT' OR (doc_no IS NOT NULL AND document_hash IS NOT NULL AND sealed_by IS NOT NULL AND seal IS NOT NULL
          AND filed_at IS NOT NULL AND filed_by IS NOT NULL AND service_owed IS NOT NULL AND handling_record_id IS NOT NULL)),
        CHECK (served_on IS NULL OR (state = 'FILED' AND service_mode IS NOT NULL AND receipt IS NOT NULL))
      );
      CREATE UNIQUE INDEX notice_doc_no ON notice (organisation_id, doc_no);
      CREATE UNIQUE INDEX notice_one_draft ON notice (case_item_id, organisation_id, kind) WHERE state = 'DRAFT';
      CREATE UNIQUE INDEX notice_one_correction ON notice (corrects_id) WHERE state = 'FILED';
      CREATE INDEX notice_item ON notice (case_item_id, id);
      CREATE TRIGGER notice_settled BEFORE UPDATE ON notice FOR EACH ROW WHEN (OLD.state = 'FILED' AND OLD.served_on IS NULL)
        EXECUTE FUNCTION settled_but_for('service_mode', 'served_on', 'receipt', 'signed_for', 'updated_at', 'version');
      CREATE TRIGGER notice_served BEFORE UPDATE ON notice FOR EACH ROW WHEN (OLD.served_on IS NOT NULL)
        EXECUTE FUNCTION settled_but_for('updated_at', 'version');
      ${protect('notice', {
        read: documentRead('FILED'),
        write: OWN_DOCUMENT,
        remove: 'false',
      })};

      CREATE TABLE handling_opinion (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        organisation_id uuid NOT NULL,
        handling_record_id uuid REFERENCES handling_record (id),
        state text NOT NULL DEFAULT 'DRAFT' CHECK (state IN ('DRAFT', 'IN_APPROVAL', 'APPROVED', 'SERVED')),
        conclusion text NOT NULL CHECK (conclusion IN ('SUPPORT', 'PARTIAL', 'NOT_SUPPORT')),
        facts text NOT NULL,
        basis text NOT NULL,
        body text NOT NULL,
        remedy_text text NOT NULL,
        doc_no text,
        document_hash text,
        submitted_at timestamptz,
        submitted_by uuid,
        decided_at timestamptz,
        decided_by uuid,
        decision_text text,
        ${SERVICE_OF_A_DOCUMENT},
        petitioner_opinion text CHECK (petitioner_opinion IN ('AGREE', 'DISAGREE', 'NONE')),
        ${TRACE},
        CHECK (state NOT IN ('APPROVED', 'SERVED') OR (doc_no IS NOT NULL AND document_hash IS NOT NULL AND decided_at IS NOT NULL AND decided_by IS NOT NULL)),
        CHECK ((state = 'SERVED') = (served_on IS NOT NULL)),
        CHECK (state <> 'SERVED' OR (service_mode IS NOT NULL AND receipt IS NOT NULL AND handling_record_id IS NOT NULL))
      );
      CREATE UNIQUE INDEX handling_opinion_doc_no ON handling_opinion (organisation_id, doc_no);
      CREATE UNIQUE INDEX handling_opinion_one_at_work ON handling_opinion (case_item_id) WHERE state <> 'SERVED';
      CREATE INDEX handling_opinion_item ON handling_opinion (case_item_id, id);
      CREATE TRIGGER handling_opinion_approved BEFORE UPDATE ON handling_opinion FOR EACH ROW WHEN (OLD.state = 'APPROVED')
        EXECUTE FUNCTION settled_but_for('state', 'handling_record_id', 'service_mode', 'served_on', 'receipt', 'signed_for',
          'petitioner_opinion', 'updated_at', 'version');
      CREATE TRIGGER handling_opinion_served BEFORE UPDATE ON handling_opinion FOR EACH ROW WHEN (OLD.state = 'SERVED')
        EXECUTE FUNCTION settled_but_for('updated_at', 'version');
      ${protect('handling_opinion', {
        read: documentRead('SERVED'),
        write: OWN_DOCUMENT,
        remove: 'false',
      })};

      CREATE TABLE report (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        -- Who reports.
        organisation_id uuid NOT NULL,
        handling_record_id uuid NOT NULL REFERENCES handling_record (id),
        -- To whom: the assigner, or a leader of the own organisation.
        to_organisation_id uuid NOT NULL,
        to_leader_id uuid,
        -- The assigner's task that waits for it; null for a report to the own leader.
        awaiting_task_id uuid REFERENCES org_task (id),
        body text NOT NULL,
        state text NOT NULL DEFAULT 'SUBMITTED' CHECK (state IN ('SUBMITTED', 'APPROVED', 'SENT_BACK')),
        submitted_at timestamptz NOT NULL,
        reviewed_at timestamptz,
        reviewed_by uuid,
        reviewer_opinion text,
        ${TRACE},
        CHECK ((to_leader_id IS NULL) = (awaiting_task_id IS NOT NULL)),
        CHECK ((state = 'SUBMITTED') = (reviewed_at IS NULL))
      );
      CREATE UNIQUE INDEX report_one_at_review ON report (awaiting_task_id) WHERE state = 'SUBMITTED' AND awaiting_task_id IS NOT NULL;
      CREATE INDEX report_item ON report (case_item_id, id);
      CREATE TRIGGER report_submitted BEFORE UPDATE ON report FOR EACH ROW WHEN (OLD.state = 'SUBMITTED')
        EXECUTE FUNCTION settled_but_for('state', 'reviewed_at', 'reviewed_by', 'reviewer_opinion', 'updated_at', 'version');
      CREATE TRIGGER report_reviewed BEFORE UPDATE ON report FOR EACH ROW WHEN (OLD.state <> 'SUBMITTED')
        EXECUTE FUNCTION settled_but_for();
      ${protect('report', {
        read: `${SERVICE} OR ${INTERNAL} OR (${OFFICER_WITH_THE_ITEM} AND to_organisation_id = my_organisation())`,
        insert: OWN_DOCUMENT,
        update: `${SERVICE} OR (${OFFICER_WITH_THE_ITEM} AND to_organisation_id = my_organisation())`,
        remove: 'false',
      })};

      -- Extensions of the handling period 延长办理期限; the reason is told to the petitioner.
      CREATE TABLE handling_extension (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        organisation_id uuid NOT NULL,
        days integer NOT NULL CHECK (days > 0),
        old_due_on date NOT NULL,
        new_due_on date NOT NULL CHECK (new_due_on > old_due_on),
        reason text NOT NULL,
        decided_at timestamptz NOT NULL,
        decided_by uuid NOT NULL
      );
      CREATE INDEX handling_extension_item ON handling_extension (case_item_id, id);
      ${protect('handling_extension', { ...READ_WITH_THE_ITEM, write: OWN_DOCUMENT, update: 'false', remove: 'false' })};

      REVOKE DELETE, TRUNCATE ON notice, handling_opinion, report, document_serial FROM petitions_app;
      REVOKE UPDATE, DELETE, TRUNCATE ON handling_extension FROM petitions_app;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE handling_extension, report, handling_opinion, notice, document_serial CASCADE; DROP FUNCTION settled_but_for()',
    );
  }
}
