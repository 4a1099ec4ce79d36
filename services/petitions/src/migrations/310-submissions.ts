import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, SERVICE, WITH_THE_ITEM } from './200-cases';
import { neverRewritten } from './column-rights';

const OWN = 'account_id::text = junxian.account_id()';
/** The receiving organisation's petition officers; once it is registered only those who see the item, so never the accused. */
const receiver = (seen: string) =>
  `(is_petition_officer() AND organisation_id = my_organisation() AND (case_item_id IS NULL OR ${seen}))`;
const RECEIVER = receiver(WITH_THE_ITEM);
/** Who changes a submission, and into what: a citizen withdraws; opening and registering are the receiver's. */
export const submissionWrites = (seen = WITH_THE_ITEM) => ({
  update: `${SERVICE} OR ${OWN} OR ${receiver(seen)}`,
  become: `${SERVICE} OR (${OWN} AND state IN ('SUBMITTED', 'WITHDRAWN')) OR ${receiver(seen)}`,
});
/** The citizen's own, or opened by the caller's bureau: what lies unopened is not read (3.1). */
export const SUBMISSION_READ = `EXISTS (SELECT FROM online_submission s WHERE s.id = owner_id
          AND (s.account_id::text = junxian.account_id() OR s.opened_at IS NOT NULL))`;
/** Only registration changes an attachment: the item of a submission becomes the item of its attachments. */
export const attachmentWrites = (submissionRead = SUBMISSION_READ, withTheItem = OFFICER_WITH_THE_ITEM) => ({
  update: `${SERVICE} OR (owner_type = 'SUBMISSION' AND case_item_id IS NULL AND is_petition_officer() AND ${submissionRead})`,
  become: `${SERVICE} OR (owner_type = 'SUBMISSION' AND ${withTheItem})`,
});
/** Who reads a profile: its owner, and officers who opened a submission of it where it is a named one; `ending` is of the look for it. */
export const profileRead = (ending = '') => `${SERVICE} OR ${OWN} OR (NOT anonymous AND is_petition_officer()
        AND EXISTS (SELECT FROM online_submission s WHERE s.account_id = public_account.account_id AND s.opened_at IS NOT NULL${ending}))`;

/** Online submissions 网上信访 (catalogue 2.1, 3.1) and attachments 附件 of every room. */
export class Submissions1000000000310 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE online_submission (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        -- The bureau that receives it, and its region.
        organisation_id uuid NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        account_id uuid NOT NULL,
        title text NOT NULL,
        problem_region_code text COLLATE "C" NOT NULL,
        problem_address text NOT NULL,
        content text NOT NULL,
        anonymous boolean NOT NULL,
        state text NOT NULL DEFAULT 'SUBMITTED' CHECK (state IN ('SUBMITTED', 'OPENED', 'REGISTERED', 'WITHDRAWN')),
        submitted_at timestamptz NOT NULL,
        -- Last day to route it, fixed at submission (5.1 ROUTE).
        route_due_on date NOT NULL,
        opened_at timestamptz,
        opened_by uuid,
        withdrawn_at timestamptz,
        case_item_id uuid UNIQUE REFERENCES case_item (id),
        updated_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1,
        CHECK ((state IN ('OPENED', 'REGISTERED')) = (opened_at IS NOT NULL)),
        CHECK ((opened_at IS NULL) = (opened_by IS NULL)),
        CHECK ((state = 'WITHDRAWN') = (withdrawn_at IS NOT NULL)),
        CHECK ((state = 'REGISTERED') = (case_item_id IS NOT NULL))
      );
      CREATE INDEX online_submission_account ON online_submission (account_id, submitted_at DESC, id DESC);
      CREATE INDEX online_submission_unregistered ON online_submission (organisation_id, submitted_at DESC, id DESC)
        WHERE state IN ('SUBMITTED', 'OPENED');
      CREATE INDEX online_submission_tab ON online_submission (organisation_id, state, submitted_at DESC, id DESC);
      CREATE INDEX online_submission_route_due ON online_submission (route_due_on) WHERE state IN ('SUBMITTED', 'OPENED');
      CREATE INDEX online_submission_region ON online_submission (region_code);
      CREATE INDEX online_submission_problem_region ON online_submission (problem_region_code);
      ${protect('online_submission', {
        read: `${SERVICE} OR ${OWN} OR ${RECEIVER}`,
        insert: `${SERVICE} OR (${OWN} AND junxian.has_role('public:CITIZEN'))`,
        ...submissionWrites(),
        remove: 'false',
      })};
      -- What was submitted, to whom and by whom stays; the account above all, by which officers read its profile (below).
      ${neverRewritten('online_submission', [
        'id',
        'organisation_id',
        'account_id',
        'title',
        'problem_address',
        'content',
        'anonymous',
        'submitted_at',
        'route_due_on',
      ])};

      -- A named profile is read by officers who opened a submission of it: registration copies it. An anonymous one by nobody.
      ALTER POLICY read_scope ON public_account USING (${profileRead()});

      CREATE TABLE attachment (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        owner_type text NOT NULL,
        owner_id uuid NOT NULL,
        -- The item its owner belongs to; null for a submission that is not registered.
        case_item_id uuid REFERENCES case_item (id),
        file_id uuid NOT NULL UNIQUE,
        file_name text NOT NULL,
        mime text NOT NULL,
        size bigint NOT NULL,
        sha256 text NOT NULL,
        uploaded_by uuid NOT NULL,
        uploaded_at timestamptz NOT NULL,
        CHECK (case_item_id IS NOT NULL OR owner_type = 'SUBMISSION')
      );
      CREATE INDEX attachment_owner ON attachment (owner_id, owner_type, id);
      CREATE INDEX attachment_item ON attachment (case_item_id) WHERE case_item_id IS NOT NULL;
      ${protect('attachment', {
        read: `${SERVICE} OR (owner_type = 'SUBMISSION' AND ${SUBMISSION_READ}) OR (case_item_id IS NOT NULL AND ${OFFICER_WITH_THE_ITEM})`,
        insert: `${SERVICE} OR (uploaded_by::text = junxian.account_id() AND (
          (owner_type = 'SUBMISSION' AND case_item_id IS NULL
            AND EXISTS (SELECT FROM online_submission s WHERE s.id = owner_id AND s.account_id::text = junxian.account_id()))
          OR (case_item_id IS NOT NULL AND ${OFFICER_WITH_THE_ITEM})))`,
        ...attachmentWrites(),
        remove: 'false',
      })};
      REVOKE UPDATE ON attachment FROM petitions_app;
      GRANT UPDATE (case_item_id) ON attachment TO petitions_app;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER POLICY read_scope ON public_account USING (${SERVICE} OR ${OWN});
      DROP TABLE attachment, online_submission`);
  }
}
