import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, SERVICE } from './200-cases';

const BETWEEN_TWO = `(${OFFICER_WITH_THE_ITEM} AND my_organisation() IN (organisation_id, sender_organisation_id))`;
const OWN = `(${OFFICER_WITH_THE_ITEM} AND organisation_id = my_organisation())`;
const OWN_EXPORTS = `(is_petition_officer() AND account_id::text = junxian.account_id())`;

/** Returns 退回, submissions for review 送审, who exported what, and the indexes of lists and search. */
export class WorkLists1000000000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE return_request (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        -- The receiver's task, and who asks for its return.
        task_id uuid NOT NULL REFERENCES org_task (id),
        organisation_id uuid NOT NULL,
        -- The organisation that sent the item and decides.
        sender_organisation_id uuid NOT NULL,
        requested_by uuid NOT NULL,
        requested_at timestamptz NOT NULL,
        reason text NOT NULL,
        suggested_organisation_id uuid,
        state text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'CONFIRMED', 'REFUSED', 'WITHDRAWN')),
        decided_by uuid,
        decided_at timestamptz,
        decision_text text,
        version integer NOT NULL DEFAULT 1,
        CHECK ((state = 'PENDING') = (decided_at IS NULL)),
        CHECK (state <> 'REFUSED' OR decision_text IS NOT NULL)
      );
      CREATE UNIQUE INDEX return_request_one_pending ON return_request (task_id) WHERE state = 'PENDING';
      CREATE INDEX return_request_to_decide ON return_request (sender_organisation_id, requested_at DESC, task_id DESC) WHERE state = 'PENDING';
      CREATE INDEX return_request_task ON return_request (task_id, id);
      CREATE INDEX return_request_item ON return_request (case_item_id);
      ${protect('return_request', {
        read: `${SERVICE} OR ${BETWEEN_TWO}`,
        insert: `${SERVICE} OR ${OWN}`,
        update: `${SERVICE} OR ${BETWEEN_TWO}`,
        remove: 'false',
      })};

      CREATE TABLE approval_request (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        -- The submitter's task, which waits.
        task_id uuid NOT NULL REFERENCES org_task (id),
        organisation_id uuid NOT NULL,
        submitter_id uuid NOT NULL,
        leader_id uuid NOT NULL,
        proposed_opinion text NOT NULL,
        state text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'OPENED', 'AGREED', 'AMENDED', 'REJECTED', 'CANCELLED')),
        submitted_at timestamptz NOT NULL,
        opened_at timestamptz,
        decision_text text,
        decided_at timestamptz,
        version integer NOT NULL DEFAULT 1,
        CHECK ((state IN ('AGREED', 'AMENDED', 'REJECTED', 'CANCELLED')) = (decided_at IS NOT NULL)),
        CHECK (state NOT IN ('AMENDED', 'REJECTED') OR decision_text IS NOT NULL)
      );
      CREATE UNIQUE INDEX approval_request_one_open ON approval_request (case_item_id) WHERE state IN ('PENDING', 'OPENED');
      CREATE INDEX approval_request_item ON approval_request (case_item_id, id);
      -- Section 6: the own organisation, and those who supervise, read approvals; nobody else learns of them.
      ${protect('approval_request', {
        read: `${SERVICE} OR ${OWN} OR (${OFFICER_WITH_THE_ITEM} AND junxian.has_role('petitions:SUPERVISOR'))`,
        write: `${SERVICE} OR ${OWN}`,
        remove: 'false',
      })};

      -- Who exported which list by which filter (sealed: it may hold a name or number), and how much was shown.
      CREATE TABLE export_log (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        region_code text COLLATE "C" NOT NULL,
        organisation_id uuid NOT NULL,
        account_id uuid NOT NULL,
        appointment_id uuid,
        operator_present boolean NOT NULL,
        register text NOT NULL,
        format text NOT NULL CHECK (format IN ('XLSX', 'CSV')),
        filter_sealed text NOT NULL,
        requested_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX export_log_organisation ON export_log (organisation_id, requested_at DESC, id DESC);
      ${protect('export_log', {
        read: `${SERVICE} OR ${OWN_EXPORTS} OR (is_petition_officer() AND organisation_id = my_organisation() AND junxian.has_role('petitions:ADMIN'))`,
        insert: `${SERVICE} OR (${OWN_EXPORTS} AND organisation_id = my_organisation())`,
        update: 'false',
        remove: 'false',
      })};
      -- One row when a download begins and one when it ended; rows that showed an identity in full are counted (PT-SEC-02).
      CREATE TABLE export_download (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        export_id uuid NOT NULL REFERENCES export_log (id),
        at timestamptz NOT NULL,
        stage text NOT NULL CHECK (stage IN ('STARTED', 'FINISHED', 'BROKEN_OFF')),
        row_count integer CHECK (row_count >= 0),
        identities_in_full integer CHECK (identities_in_full >= 0),
        CHECK ((stage = 'STARTED') = (row_count IS NULL))
      );
      CREATE INDEX export_download_export ON export_download (export_id, id);
      ${protect('export_download', {
        read: `${SERVICE} OR EXISTS (SELECT FROM export_log e WHERE e.id = export_id)`,
        update: 'false',
        remove: 'false',
      })};
      REVOKE UPDATE, DELETE, TRUNCATE ON export_log, export_download FROM petitions_app;

      CREATE INDEX org_task_done ON org_task (holder_id, done_at DESC, id DESC) WHERE state = 'DONE';
      CREATE INDEX case_item_received ON case_item (received_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE export_download, export_log, approval_request, return_request; DROP INDEX org_task_done, case_item_received',
    );
  }
}
