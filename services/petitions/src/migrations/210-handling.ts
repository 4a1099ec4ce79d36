import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SERVICE, WITH_THE_ITEM } from './200-cases';
import { neverRewritten } from './column-rights';

/** The own organisation's records, of items in sight; a blank one hangs on a submission that is not registered yet. */
const OWN_RECORD = `(is_petition_officer() AND from_organisation_id = my_organisation() AND (case_item_id IS NULL OR ${WITH_THE_ITEM}))`;

/** Handling records 办理记录 and the work lists' tasks 待办. */
export class Handling1000000000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE handling_record (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        -- Null only for the blank record of a submission that is opened but not yet registered (PT-REG-01).
        case_item_id uuid REFERENCES case_item (id),
        submission_id uuid,
        seq integer NOT NULL,
        mode text CHECK (mode IN ('FORWARD', 'ASSIGN', 'SUPERVISE', 'INFORM_ACCEPT', 'INFORM_NOT_ACCEPT', 'INFORM_NO_LONGER',
          'HANDLE_SELF', 'ARCHIVE', 'REPORT', 'DIRECT_REPLY', 'SERVE_OPINION', 'SUBMIT_REVIEW', 'SUBMIT_RE_REVIEW')),
        from_organisation_id uuid NOT NULL,
        officer_id uuid,
        -- Null: the petitioner, or nobody.
        destination_organisation_id uuid,
        -- The internal opinion 办理意见: read by the own organisation only.
        opinion text,
        -- What the petitioner is told, for a reply.
        reply text,
        copy_organisation_ids uuid[] NOT NULL DEFAULT '{}',
        result_required boolean NOT NULL DEFAULT false,
        result_due_on date,
        state text NOT NULL CHECK (state IN ('DRAFT', 'DONE', 'TAKEN_BACK', 'RETURNED')),
        at timestamptz NOT NULL,
        batch_id uuid,
        version integer NOT NULL DEFAULT 1,
        CHECK (case_item_id IS NOT NULL OR submission_id IS NOT NULL),
        CHECK (state = 'DRAFT' OR (mode IS NOT NULL AND case_item_id IS NOT NULL AND officer_id IS NOT NULL))
      );
      CREATE UNIQUE INDEX handling_record_seq ON handling_record (case_item_id, seq) WHERE case_item_id IS NOT NULL;
      CREATE INDEX handling_record_submission ON handling_record (submission_id) WHERE submission_id IS NOT NULL;
      CREATE INDEX handling_record_batch ON handling_record (batch_id) WHERE batch_id IS NOT NULL;
      ${protect('handling_record', {
        read: `${SERVICE} OR (case_item_id IS NOT NULL AND ${WITH_THE_ITEM}) OR ${OWN_RECORD}`,
        write: `${SERVICE} OR ${OWN_RECORD}`,
        remove: SERVICE,
      })};

      CREATE TABLE org_task (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        handling_record_id uuid REFERENCES handling_record (id),
        -- The task whose sender waits for, or may take back, this one.
        from_task_id uuid REFERENCES org_task (id),
        kind text NOT NULL CHECK (kind IN ('HANDLE', 'INTERVIEW', 'REPORT_REVIEW', 'APPROVAL', 'REVIEW_STEP')),
        state text NOT NULL CHECK (state IN ('UNIT_INBOX', 'TODO', 'IN_APPROVAL', 'AWAITING_RESULT', 'RETURN_PENDING', 'RETURNED',
          'CANCELLED', 'DONE')),
        -- This task carries the custody of the item: exactly one does until the item is completed.
        custody boolean NOT NULL DEFAULT false,
        organisation_id uuid NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        holder_id uuid,
        -- What a task of another kind is about: the report, approval request, review case.
        subject_id uuid,
        received_at timestamptz NOT NULL,
        opened_at timestamptz,
        done_at timestamptz,
        done_by uuid,
        result_due_on date,
        version integer NOT NULL DEFAULT 1,
        CHECK (NOT custody OR (kind = 'HANDLE' AND state IN ('UNIT_INBOX', 'TODO', 'IN_APPROVAL', 'RETURN_PENDING'))),
        CHECK (state <> 'UNIT_INBOX' OR holder_id IS NULL),
        CHECK (state <> 'TODO' OR holder_id IS NOT NULL)
      );
      CREATE UNIQUE INDEX org_task_one_custodian ON org_task (case_item_id) WHERE custody;
      CREATE INDEX org_task_item ON org_task (case_item_id, id);
      CREATE INDEX org_task_list ON org_task (organisation_id, state, received_at DESC, id DESC);
      CREATE INDEX org_task_holder ON org_task (holder_id, state, received_at DESC, id DESC) WHERE holder_id IS NOT NULL;
      CREATE INDEX org_task_from ON org_task (from_task_id) WHERE from_task_id IS NOT NULL;
      CREATE INDEX org_task_subject ON org_task (subject_id) WHERE subject_id IS NOT NULL;
      CREATE INDEX org_task_region ON org_task (region_code);
      CREATE INDEX org_task_result_due ON org_task (result_due_on) WHERE state = 'AWAITING_RESULT';
      ${protect('org_task', {
        read: `${SERVICE} OR (is_petition_officer() AND ${WITH_THE_ITEM})`,
        write: `${SERVICE} OR (is_petition_officer() AND ${WITH_THE_ITEM})`,
        remove: 'false',
      })};
      -- A task never becomes another organisation's, nor another item's.
      ${neverRewritten('org_task', ['id', 'case_item_id', 'from_task_id', 'kind', 'organisation_id'])};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE org_task, handling_record CASCADE');
  }
}
