import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, SERVICE } from './200-cases';

const LEVEL = `IN ('YELLOW', 'RED')`;
const KIND = `IN ('ROUTE', 'ACCEPT', 'RESULT', 'HANDLE', 'REVIEW', 'RE_REVIEW')`;
/** A submission that waits for registration has no item yet: its bureau, the organisation it is shown to and the bureaus above know. */
const OF_A_SUBMISSION = `(case_item_id IS NULL AND is_petition_officer() AND (my_organisation() IN (target_organisation_id, supervisor_organisation_id)
          OR (junxian.has_role('petitions:SUPERVISOR') AND ${inCallersRange('region_code')}
            AND EXISTS (SELECT FROM organisation o WHERE o.id = my_organisation() AND o.is_bureau))))`;
const TARGETS_OWN = `(${OFFICER_WITH_THE_ITEM} AND target_organisation_id = my_organisation())`;

/** Supervision 督查: warnings 预警, their history, reminders 催办, and the daily run. */
export class Supervision1000000000810 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Every clock of 5.1 that runs now, and who is to act; one definition for warnings, lists and exports. Each reader sees
      -- those of the items in sight. The clock of an online item keeps the submission as its subject once it is registered.
      CREATE VIEW running_clock WITH (security_invoker = true) AS
        SELECT 'ROUTE' AS deadline_kind, c.id AS subject_id, c.id AS case_item_id, c.route_due_on AS due_on,
          c.custodian_organisation_id AS target_organisation_id
        FROM case_item c WHERE c.routed_at IS NULL AND c.state = 'REGISTERED' AND c.submission_id IS NULL
        UNION ALL
        SELECT 'ROUTE', c.submission_id, c.id, c.route_due_on, c.custodian_organisation_id
        FROM case_item c WHERE c.routed_at IS NULL AND c.state = 'REGISTERED' AND c.submission_id IS NOT NULL
        UNION ALL
        SELECT 'ROUTE', s.id, NULL, s.route_due_on, s.organisation_id
        FROM online_submission s WHERE s.state IN ('SUBMITTED', 'OPENED')
        UNION ALL
        SELECT 'ACCEPT', c.id, c.id, c.accept_due_on, c.custodian_organisation_id
        FROM case_item c WHERE c.accepted_at IS NULL AND c.outcome IS NULL AND c.accept_due_on IS NOT NULL
        UNION ALL
        -- The result is owed by whom the item was assigned to, whoever it passed it on to.
        SELECT 'RESULT', t.id, t.case_item_id, t.result_due_on, coalesce((SELECT r.organisation_id FROM org_task r
            WHERE r.from_task_id = t.id ORDER BY r.received_at DESC, r.id DESC LIMIT 1), c.custodian_organisation_id)
        FROM org_task t JOIN case_item c ON c.id = t.case_item_id
        WHERE t.state = 'AWAITING_RESULT' AND t.result_due_on IS NOT NULL AND c.outcome IS NULL
        UNION ALL
        SELECT 'HANDLE', c.id, c.id, c.handle_due_on, coalesce(c.responsible_organisation_id, c.custodian_organisation_id)
        FROM case_item c WHERE c.state = 'ACCEPTED' AND c.handle_due_on IS NOT NULL
        UNION ALL
        -- The clock stands while the review is suspended or waits for materials; it ends when the opinion is served.
        SELECT r.level, r.id, r.case_item_id, r.due_on, r.authority_organisation_id
        FROM review_case r WHERE r.ended_at IS NULL AND r.state IN ('REGISTERED', 'ASSIGNED', 'EXAMINING', 'OPINION_DRAFT', 'SIGNED');

      CREATE TABLE warning (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        deadline_kind text NOT NULL CHECK (deadline_kind ${KIND}),
        -- The item, submission, task or review case whose clock it is.
        subject_id uuid NOT NULL,
        case_item_id uuid REFERENCES case_item (id),
        due_on date NOT NULL,
        -- Null: no warning at present.
        level text CHECK (level ${LEVEL}),
        -- Who is to act, its region, and whose supervisors are to see to it.
        target_organisation_id uuid NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        supervisor_organisation_id uuid,
        raised_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1,
        UNIQUE (subject_id, deadline_kind)
      );
      CREATE INDEX warning_region ON warning (region_code);
      CREATE INDEX warning_region_due ON warning (region_code, due_on, id) WHERE level IS NOT NULL;
      CREATE INDEX warning_target ON warning (target_organisation_id, due_on, id) WHERE level IS NOT NULL;
      CREATE INDEX warning_supervisor ON warning (supervisor_organisation_id, due_on, id) WHERE level IS NOT NULL;
      CREATE INDEX warning_item ON warning (case_item_id) WHERE case_item_id IS NOT NULL;
      CREATE INDEX warning_active ON warning (id) WHERE level IS NOT NULL;
      ${protect('warning', {
        read: `${SERVICE} OR (case_item_id IS NOT NULL AND ${OFFICER_WITH_THE_ITEM}) OR ${OF_A_SUBMISSION}`,
        write: SERVICE,
        remove: 'false',
      })};

      CREATE TABLE warning_history (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        warning_id uuid NOT NULL REFERENCES warning (id),
        day date NOT NULL,
        at timestamptz NOT NULL,
        from_level text CHECK (from_level ${LEVEL}),
        to_level text CHECK (to_level ${LEVEL}),
        due_on date NOT NULL,
        target_organisation_id uuid NOT NULL
      );
      CREATE INDEX warning_history_warning ON warning_history (warning_id, id);
      ${protect('warning_history', {
        read: `${SERVICE} OR EXISTS (SELECT FROM warning w WHERE w.id = warning_id)`,
        insert: SERVICE,
        update: 'false',
        remove: 'false',
      })};
      REVOKE UPDATE, DELETE, TRUNCATE ON warning_history FROM petitions_app;

      -- One row a day: how far the run of 06:00 has come. Its lock lets several processes share one run.
      CREATE TABLE supervision_run (
        day date PRIMARY KEY,
        started_at timestamptz NOT NULL,
        phase integer NOT NULL DEFAULT 0,
        after_due_on date,
        after_id uuid,
        changes integer NOT NULL DEFAULT 0,
        finished_at timestamptz
      );
      ${protect('supervision_run', { read: SERVICE })};

      CREATE TABLE supervision_reminder (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        -- Who reminds.
        organisation_id uuid NOT NULL,
        sent_by uuid NOT NULL,
        -- Who is reminded, and its region.
        target_organisation_id uuid NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        deadline_kind text NOT NULL CHECK (deadline_kind ${KIND}),
        level text NOT NULL CHECK (level IN ('NOT_DUE', 'YELLOW', 'RED')),
        reason text NOT NULL CHECK (reason IN ('LATE_WITHOUT_CAUSE', 'NO_RESULT', 'PROCEDURE_BREACHED', 'OPINION_NOT_EXECUTED', 'HANDLING_REFUSED')),
        text text NOT NULL,
        sent_at timestamptz NOT NULL,
        -- Last day to answer, fixed when it is sent.
        answer_due_on date NOT NULL,
        seen_at timestamptz,
        seen_by uuid,
        answer_text text,
        answered_at timestamptz,
        answered_by uuid,
        version integer NOT NULL DEFAULT 1,
        CHECK ((answered_at IS NULL) = (answer_text IS NULL)),
        CHECK (answered_at IS NULL OR seen_at IS NOT NULL)
      );
      CREATE INDEX supervision_reminder_item ON supervision_reminder (case_item_id, deadline_kind, id);
      CREATE INDEX supervision_reminder_region ON supervision_reminder (region_code);
      CREATE INDEX supervision_reminder_received ON supervision_reminder (target_organisation_id, sent_at DESC, id DESC);
      CREATE INDEX supervision_reminder_sent ON supervision_reminder (organisation_id, sent_at DESC, id DESC);
      ${protect('supervision_reminder', {
        read: `${SERVICE} OR ${OFFICER_WITH_THE_ITEM}`,
        insert: `${OFFICER_WITH_THE_ITEM} AND organisation_id = my_organisation() AND junxian.has_role('petitions:SUPERVISOR')`,
        update: `${SERVICE} OR ${TARGETS_OWN}`,
        remove: 'false',
      })};
      -- What was sent stays as it was sent; only what the reminded unit adds changes.
      REVOKE UPDATE, DELETE, TRUNCATE ON supervision_reminder FROM petitions_app;
      GRANT UPDATE (seen_at, seen_by, answer_text, answered_at, answered_by, version, region_code, region_epoch)
        ON supervision_reminder TO petitions_app;

      -- Reminders that did not help, copied to the bureau above (PT-SUP-04).
      CREATE TABLE supervision_escalation (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        reminder_id uuid NOT NULL UNIQUE REFERENCES supervision_reminder (id),
        deadline_kind text NOT NULL CHECK (deadline_kind ${KIND}),
        from_organisation_id uuid NOT NULL,
        to_organisation_id uuid NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX supervision_escalation_to ON supervision_escalation (to_organisation_id, at DESC, id DESC);
      CREATE INDEX supervision_escalation_item ON supervision_escalation (case_item_id, deadline_kind, id);
      ${protect('supervision_escalation', {
        read: `${SERVICE} OR ${OFFICER_WITH_THE_ITEM}`,
        insert: `${OFFICER_WITH_THE_ITEM} AND from_organisation_id = my_organisation() AND junxian.has_role('petitions:SUPERVISOR')`,
        update: 'false',
        remove: 'false',
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE supervision_escalation, supervision_reminder, supervision_run, warning_history, warning; DROP VIEW running_clock',
    );
  }
}
