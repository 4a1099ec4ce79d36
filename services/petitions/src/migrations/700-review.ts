import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, SERVICE, WITH_THE_ITEM } from './200-cases';
import { neverRewritten } from './column-rights';

/** The review officers of the authority; supervisors of the authority read along (section 6: internal opinions). */
const OWN =
  '(EXISTS (SELECT FROM review_case v WHERE v.id = review_case_id AND v.authority_organisation_id = my_organisation()))';
const INSIDE = `(is_review_officer() AND ${OWN})`;
const INSIDE_READING = `((is_review_officer() OR junxian.has_role('petitions:SUPERVISOR')) AND ${OWN})`;
/** A step that an organisation, or one person of it by name, was asked to do. */
const ASKED = `(${OFFICER_WITH_THE_ITEM} AND organisation_id = my_organisation()
            AND (account_id IS NULL OR account_id::text = junxian.account_id()))`;

const TRACE = `
        created_at timestamptz NOT NULL,
        created_by uuid NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1`;

/** Reviews 复查 and re-reviews 复核 of items: their steps, documents with approvals, pauses. */
export class Review1000000000700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION is_review_officer() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT junxian.has_role('petitions:REVIEW_CLERK') OR junxian.has_role('petitions:REVIEW_HANDLER')
          OR junxian.has_role('petitions:REVIEW_LEADER') $$;

      -- What everybody who sees the item may know: that a review runs, where and until when.
      CREATE TABLE review_case (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        -- The authority, which conducts it, and its region.
        authority_organisation_id uuid NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        review_no text COLLATE "C" NOT NULL,
        level text NOT NULL CHECK (level IN ('REVIEW', 'RE_REVIEW')),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        handling_record_id uuid NOT NULL REFERENCES handling_record (id),
        -- The review that a re-review is about.
        previous_review_id uuid REFERENCES review_case (id),
        applicant_id uuid NOT NULL REFERENCES petitioner (id),
        application_date date NOT NULL,
        received_on date NOT NULL CHECK (received_on >= application_date),
        -- The handling opinion at the root of it, by which there is one review and one re-review (PT-RVW-01).
        handling_opinion_id uuid NOT NULL REFERENCES handling_opinion (id),
        challenged_doc_no text NOT NULL,
        respondent_organisation_id uuid NOT NULL,
        handler_id uuid,
        acceptance_form text CHECK (acceptance_form IN ('ACCEPT', 'REJECT')),
        -- The last day to conclude, fixed at registration and moved only by pauses.
        due_on date NOT NULL,
        paused_days integer NOT NULL DEFAULT 0,
        state text NOT NULL DEFAULT 'REGISTERED' CHECK (state IN ('REGISTERED', 'ASSIGNED', 'SUPPLEMENTING', 'EXAMINING', 'OPINION_DRAFT',
          'SIGNED', 'SERVED', 'CLOSED', 'NOT_ACCEPTED', 'SUSPENDED', 'TERMINATED')),
        state_before_suspension text CHECK (state_before_suspension IN ('ASSIGNED', 'EXAMINING', 'OPINION_DRAFT')),
        result text CHECK (result IN ('UPHOLD', 'MODIFY', 'REVOKE_REHANDLE')),
        opinion_doc_no text,
        signed_at timestamptz,
        service_mode text CHECK (service_mode IN ('IN_PERSON', 'POST', 'OTHER')),
        served_on date,
        receipt text CHECK (receipt IN ('SIGNED', 'REFUSED')),
        -- The last day to ask for a re-review, fixed when a review's opinion is served.
        appeal_due_on date,
        ended_at timestamptz,
        ${TRACE},
        CHECK ((state = 'SUSPENDED') = (state_before_suspension IS NOT NULL)),
        CHECK (state NOT IN ('SIGNED', 'SERVED', 'CLOSED') OR (result IS NOT NULL AND opinion_doc_no IS NOT NULL AND signed_at IS NOT NULL)),
        CHECK (state NOT IN ('SERVED', 'CLOSED') OR (served_on IS NOT NULL AND service_mode IS NOT NULL AND receipt IS NOT NULL)),
        CHECK ((state IN ('CLOSED', 'NOT_ACCEPTED', 'TERMINATED')) = (ended_at IS NOT NULL)),
        CHECK ((level = 'RE_REVIEW') = (previous_review_id IS NOT NULL))
      );
      CREATE UNIQUE INDEX review_case_no ON review_case (authority_organisation_id, review_no);
      -- One review and one re-review of a handling opinion (PT-RVW-01); a rejected application reviewed nothing.
      CREATE UNIQUE INDEX review_case_once ON review_case (handling_opinion_id, level) WHERE state <> 'NOT_ACCEPTED';
      CREATE UNIQUE INDEX review_case_one_running ON review_case (case_item_id) WHERE ended_at IS NULL;
      CREATE INDEX review_case_item ON review_case (case_item_id, id);
      CREATE INDEX review_case_list ON review_case (authority_organisation_id, id DESC);
      CREATE INDEX review_case_by_state ON review_case (authority_organisation_id, state, id DESC);
      CREATE INDEX review_case_region ON review_case (region_code);
      CREATE INDEX review_case_due ON review_case (due_on) WHERE ended_at IS NULL;
      ${protect('review_case', {
        read: `${SERVICE} OR ${OFFICER_WITH_THE_ITEM}`,
        write: `${SERVICE} OR (is_review_officer() AND authority_organisation_id = my_organisation() AND ${WITH_THE_ITEM})`,
        remove: 'false',
      })};

      -- What the applicant wants and why: for the authority alone.
      CREATE TABLE review_application (
        review_case_id uuid PRIMARY KEY REFERENCES review_case (id),
        request text NOT NULL,
        grounds text NOT NULL
      );
      ${protect('review_application', {
        read: `${SERVICE} OR ${INSIDE_READING}`,
        insert: `${SERVICE} OR ${INSIDE}`,
        update: 'false',
        remove: 'false',
      })};

      CREATE TABLE review_document (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        review_case_id uuid NOT NULL REFERENCES review_case (id),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        kind text NOT NULL CHECK (kind IN ('ACCEPTANCE_FORM', 'SUPPLEMENT_LIST', 'DEFENCE_NOTICE', 'HEARING_RECORD', 'SUSPENSION_NOTICE',
          'RESUMPTION_NOTICE', 'TERMINATION_NOTICE', 'OPINION', 'OTHER')),
        body text NOT NULL,
        -- What an acceptance form decides, and what an opinion concludes.
        acceptance_form text CHECK (acceptance_form IN ('ACCEPT', 'REJECT')),
        result text CHECK (result IN ('UPHOLD', 'MODIFY', 'REVOKE_REHANDLE')),
        state text NOT NULL DEFAULT 'DRAFT' CHECK (state IN ('DRAFT', 'IN_APPROVAL', 'APPROVED', 'REJECTED', 'FILED')),
        doc_no text,
        document_hash text,
        filed_at timestamptz,
        filed_by uuid,
        -- Who else may read it once it is filed.
        recipient_organisation_id uuid,
        ${TRACE},
        CHECK ((kind = 'ACCEPTANCE_FORM') = (acceptance_form IS NOT NULL)),
        CHECK ((kind = 'OPINION') = (result IS NOT NULL)),
        CHECK ((state = 'FILED') = (doc_no IS NOT NULL AND document_hash IS NOT NULL AND filed_at IS NOT NULL AND filed_by IS NOT NULL))
      );
      CREATE INDEX review_document_case ON review_document (review_case_id, id);
      CREATE UNIQUE INDEX review_document_one_opinion ON review_document (review_case_id) WHERE kind = 'OPINION';
      CREATE TRIGGER review_document_filed BEFORE UPDATE ON review_document FOR EACH ROW WHEN (OLD.state = 'FILED')
        EXECUTE FUNCTION settled_but_for('recipient_organisation_id', 'updated_at', 'version');
      ${protect('review_document', {
        read: `${SERVICE} OR ${INSIDE_READING}
          OR (state = 'FILED' AND recipient_organisation_id = my_organisation() AND ${OFFICER_WITH_THE_ITEM})`,
        write: `${SERVICE} OR ${INSIDE}`,
        remove: 'false',
      })};

      CREATE TABLE review_approval (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        document_id uuid NOT NULL REFERENCES review_document (id),
        review_case_id uuid NOT NULL REFERENCES review_case (id),
        leader_id uuid NOT NULL,
        submitted_by uuid NOT NULL,
        submitted_at timestamptz NOT NULL,
        approved boolean,
        decision_text text,
        decided_at timestamptz,
        CHECK ((approved IS NULL) = (decided_at IS NULL)),
        CHECK (approved IS NOT FALSE OR decision_text IS NOT NULL)
      );
      CREATE UNIQUE INDEX review_approval_one_pending ON review_approval (document_id) WHERE approved IS NULL;
      CREATE INDEX review_approval_document ON review_approval (document_id, id);
      CREATE TRIGGER review_approval_decided BEFORE UPDATE ON review_approval FOR EACH ROW WHEN (OLD.approved IS NOT NULL)
        EXECUTE FUNCTION settled_but_for();
      ${protect('review_approval', {
        read: `${SERVICE} OR ${INSIDE_READING}`,
        write: `${SERVICE} OR ${INSIDE}`,
        remove: 'false',
      })};

      -- Everything that was done, or that somebody was asked to do: the file of the review.
      CREATE TABLE review_step (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        review_case_id uuid NOT NULL REFERENCES review_case (id),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        kind text NOT NULL,
        state text NOT NULL CHECK (state IN ('OPEN', 'DONE', 'REFUSED', 'CANCELLED')),
        -- Whose step it is; the account where one person is meant.
        organisation_id uuid NOT NULL,
        account_id uuid,
        question text,
        content text,
        evidence text,
        participants text[] NOT NULL DEFAULT '{}',
        host text,
        held_on date,
        ended_on date,
        ground text CHECK (ground IN ('WITHDRAWAL', 'SETTLEMENT', 'APPLICANT_GONE', 'OTHER_LEGAL_REMEDY')),
        told_on date,
        agreed boolean,
        -- The leader's answer to a request.
        decision_text text,
        document_id uuid UNIQUE REFERENCES review_document (id),
        due_on date,
        started_at timestamptz NOT NULL,
        started_by uuid,
        finished_at timestamptz,
        finished_by uuid,
        version integer NOT NULL DEFAULT 1,
        CHECK ((state = 'OPEN') = (finished_at IS NULL)),
        CHECK (held_on IS NULL OR ended_on >= held_on)
      );
      CREATE INDEX review_step_case ON review_step (review_case_id, id);
      CREATE INDEX review_step_asked ON review_step (organisation_id, state, id DESC) WHERE question IS NOT NULL;
      CREATE UNIQUE INDEX review_step_one_request ON review_step (review_case_id)
        WHERE state = 'OPEN' AND kind IN ('SUSPENSION', 'TERMINATION');
      CREATE UNIQUE INDEX review_step_one_defence ON review_step (review_case_id) WHERE kind = 'DEFENCE';
      CREATE INDEX review_step_supplement_due ON review_step (due_on) WHERE state = 'OPEN' AND kind = 'SUPPLEMENT';
      CREATE TRIGGER review_step_finished BEFORE UPDATE ON review_step FOR EACH ROW WHEN (OLD.state <> 'OPEN')
        EXECUTE FUNCTION settled_but_for();
      ${protect('review_step', {
        read: `${SERVICE} OR ${INSIDE_READING} OR ${ASKED}`,
        insert: `${SERVICE} OR ${INSIDE}`,
        update: `${SERVICE} OR ${INSIDE} OR ${ASKED}`,
        remove: 'false',
      })};
      -- Who is asked answers the question asked, in this review.
      ${neverRewritten('review_step', ['id', 'review_case_id', 'case_item_id', 'kind', 'organisation_id', 'account_id', 'question', 'started_at', 'started_by'])};

      -- Days that do not count; open while the clock stands still. The last column is the first day that counts again.
      CREATE TABLE review_pause (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        review_case_id uuid NOT NULL REFERENCES review_case (id),
        kind text NOT NULL CHECK (kind IN ('SUPPLEMENT', 'SUSPENSION', 'HEARING')),
        from_on date NOT NULL,
        until_on date CHECK (until_on >= from_on),
        CHECK (kind <> 'HEARING' OR until_on IS NOT NULL)
      );
      CREATE INDEX review_pause_case ON review_pause (review_case_id, id);
      CREATE UNIQUE INDEX review_pause_one_open ON review_pause (review_case_id) WHERE until_on IS NULL;
      CREATE TRIGGER review_pause_over BEFORE UPDATE ON review_pause FOR EACH ROW WHEN (OLD.until_on IS NOT NULL)
        EXECUTE FUNCTION settled_but_for();
      ${protect('review_pause', {
        read: `${SERVICE} OR ${INSIDE_READING}`,
        write: `${SERVICE} OR ${INSIDE}`,
        remove: 'false',
      })};

      REVOKE DELETE, TRUNCATE ON review_case, review_application, review_document, review_approval, review_step, review_pause
        FROM petitions_app;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE review_pause, review_step, review_approval, review_document, review_application, review_case CASCADE; DROP FUNCTION is_review_officer()',
    );
  }
}
