import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { neverRewritten } from './column-rights';

export const SERVICE = 'junxian.is_service()';
/** Officers whose organisation registered, holds or held the item, or is the bureau of a region it was sent into (PT-SEC-01). */
const inSight = (ending: string) => `(is_petition_officer() AND (organisation_id = my_organisation()
            OR EXISTS (SELECT FROM case_sight s WHERE s.case_item_id = id AND s.organisation_id = my_organisation()${ending})))`;
/** The accused never learn of it, whatever else they are (PT-HND-08). */
const NOT_ACCUSED = `(accused_organisation_id IS DISTINCT FROM my_organisation()
            AND (accused_account_id IS NULL OR accused_account_id::text <> junxian.account_id()))`;

/** Who reads and who changes an item; `ending` is of the look among those who may see it. */
export const itemPolicies = (ending = '') => ({
  // As a CASE, like that of case_sight.
  read: `CASE WHEN ${SERVICE} THEN true ELSE (${inSight(ending)} AND ${NOT_ACCUSED})
          OR account_id::text = junxian.account_id()
          OR junxian.account_id() = 'case:' || id::text END`,
  update: `${SERVICE} OR (${inSight(ending)} AND ${NOT_ACCUSED})`,
  become: `${SERVICE} OR ${inSight(ending)}`,
});

/** Rows that hang on a case item: whoever sees the item sees them. The nested look obeys the item's own policies. */
export const WITH_THE_ITEM = 'EXISTS (SELECT FROM case_item c WHERE c.id = case_item_id)';
/** Officers who see the item; not the citizen it is about, nor the holder of its query code. */
export const OFFICER_WITH_THE_ITEM = `(is_petition_officer() AND ${WITH_THE_ITEM})`;
/** Officers write what hangs on an item they see. */
export const BY_OFFICERS = {
  read: `${SERVICE} OR ${OFFICER_WITH_THE_ITEM}`,
  write: `${SERVICE} OR ${OFFICER_WITH_THE_ITEM}`,
  remove: SERVICE,
};
/** Read with the item, also by the citizen; written by officers. */
export const READ_WITH_THE_ITEM = { ...BY_OFFICERS, read: `${SERVICE} OR ${WITH_THE_ITEM}` };

const TRACE = `
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1`;
const REGION = `
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0`;

/** Petition matters 信访事项, case items 信访件, their petitioners, who may see them, and the journal. */
export class Cases1000000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE petition_matter (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        organisation_id uuid NOT NULL,
        matter_no text COLLATE "C" NOT NULL UNIQUE,
        title text NOT NULL,
        problem_region_code text COLLATE "C" NOT NULL,
        first_item_id uuid,
        item_count integer NOT NULL DEFAULT 1,
        status text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'LAPSED', 'FINAL')),
        ${TRACE}
      );
      CREATE INDEX petition_matter_region ON petition_matter (region_code);
      CREATE INDEX petition_matter_problem_region ON petition_matter (problem_region_code);

      CREATE TABLE case_item (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        -- The organisation that registered it.
        organisation_id uuid NOT NULL,
        item_no text COLLATE "C" NOT NULL UNIQUE,
        matter_id uuid NOT NULL REFERENCES petition_matter (id),
        channel text NOT NULL CHECK (channel IN ('ONLINE', 'LETTER', 'VISIT', 'PHONE')),
        submission_id uuid UNIQUE,
        -- The citizen's own account, for an online item.
        account_id uuid,
        citizen_id text COLLATE "C",
        petition_date date NOT NULL,
        received_at timestamptz NOT NULL,
        registered_at timestamptz NOT NULL,
        registrar_id uuid NOT NULL,
        anonymous boolean NOT NULL,
        title text NOT NULL,
        problem_region_code text COLLATE "C" NOT NULL,
        problem_address text,
        content text NOT NULL,
        demand text,
        purpose text NOT NULL CHECK (purpose IN ('APPEAL', 'SEEK_SOLUTION', 'ACCUSATION', 'SUGGESTION', 'OTHER')),
        content_category text NOT NULL,
        litigation_related boolean NOT NULL,
        first_in_system boolean NOT NULL,
        satisfaction_mode text NOT NULL CHECK (satisfaction_mode IN ('REQUIRED', 'MANUAL', 'EXCLUDED')),
        satisfaction_in_scope boolean NOT NULL,
        query_code_sealed text NOT NULL,
        query_code_index text COLLATE "C" NOT NULL UNIQUE,
        confidential boolean NOT NULL DEFAULT false,
        -- The responsible unit must know who petitions although the item is an accusation or confidential.
        need_to_know boolean NOT NULL DEFAULT false,
        -- Letter
        addressee text,
        letter_count integer CHECK (letter_count > 0),
        -- Visit
        visitor_count integer CHECK (visitor_count > 0),
        interviewer_id uuid,
        collective boolean NOT NULL DEFAULT false,
        -- Further marks 其他要素
        cause text,
        hot_topic text,
        joint_signature boolean NOT NULL DEFAULT false,
        affected_count integer CHECK (affected_count >= 0),
        threat boolean NOT NULL DEFAULT false,
        urgent boolean NOT NULL DEFAULT false,
        skip_level boolean NOT NULL DEFAULT false,
        backlog boolean NOT NULL DEFAULT false,
        accused_person text,
        accused_post text,
        accused_organisation_id uuid,
        accused_account_id uuid,
        remarks text,
        -- Where it stands
        state text NOT NULL CHECK (state IN ('REGISTERED', 'IN_HANDLING', 'ACCEPTED', 'COMPLETED', 'UNDER_REVIEW', 'REVIEWED',
          'UNDER_RE_REVIEW', 'FINAL', 'LAPSED')),
        outcome text CHECK (outcome IN ('REPLIED', 'NOT_ACCEPTED', 'NO_LONGER_ACCEPTED', 'DIRECT_REPLY', 'ARCHIVED')),
        custodian_organisation_id uuid NOT NULL,
        responsible_organisation_id uuid,
        petition_dept_organisation_id uuid NOT NULL,
        self_handling boolean NOT NULL DEFAULT false,
        -- Clocks: the last day of each period, fixed when it starts.
        route_due_on date NOT NULL,
        routed_at timestamptz,
        accept_received_at timestamptz,
        accept_due_on date,
        accepted_at timestamptz,
        handle_due_on date,
        extended_days integer NOT NULL DEFAULT 0,
        completed_at timestamptz,
        -- Day on which the opinion reached the petitioner, and the last day to ask for a (re-)review.
        served_on date,
        appeal_due_on date,
        late boolean NOT NULL DEFAULT false,
        ${TRACE},
        CHECK ((state IN ('REGISTERED', 'IN_HANDLING', 'ACCEPTED')) = (outcome IS NULL)),
        CHECK (NOT anonymous OR citizen_id IS NULL)
      );
      CREATE INDEX case_item_matter ON case_item (matter_id, id);
      CREATE INDEX case_item_region ON case_item (region_code);
      CREATE INDEX case_item_problem_region ON case_item (problem_region_code);
      CREATE INDEX case_item_account ON case_item (account_id, id) WHERE account_id IS NOT NULL;
      CREATE INDEX case_item_citizen ON case_item (citizen_id) WHERE citizen_id IS NOT NULL;
      CREATE INDEX case_item_accused ON case_item (accused_organisation_id) WHERE accused_organisation_id IS NOT NULL;
      CREATE INDEX case_item_route_due ON case_item (route_due_on) WHERE routed_at IS NULL AND state = 'REGISTERED';
      CREATE INDEX case_item_accept_due ON case_item (accept_due_on) WHERE accepted_at IS NULL AND outcome IS NULL AND accept_due_on IS NOT NULL;
      CREATE INDEX case_item_handle_due ON case_item (handle_due_on) WHERE state = 'ACCEPTED';
      CREATE INDEX case_item_appeal_due ON case_item (appeal_due_on) WHERE appeal_due_on IS NOT NULL AND state IN ('COMPLETED', 'REVIEWED');

      -- Who sees which item: an organisation that registered, holds or held it, or the bureau of a region it was sent into.
      CREATE TABLE case_sight (
        organisation_id uuid NOT NULL,
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        reason text NOT NULL CHECK (reason IN ('REGISTERED', 'HELD', 'SUBTREE', 'REVIEW', 'CONSULTED')),
        registered_at timestamptz NOT NULL,
        granted_at timestamptz NOT NULL,
        PRIMARY KEY (case_item_id, organisation_id)
      );
      CREATE INDEX case_sight_organisation ON case_sight (organisation_id, registered_at DESC, case_item_id DESC);
      ${protect('case_sight', {
        // As a CASE: of the conditions in it the planner would take each as rare, and walk through all that an organisation sees as if it were little.
        read: `CASE WHEN ${SERVICE} THEN true WHEN is_petition_officer() THEN organisation_id = my_organisation() ELSE false END`,
        // Callers let others see an item through pt_sec_01_let_see.
        write: SERVICE,
      })};

      ${protect('case_item', {
        ...itemPolicies(),
        insert: `${SERVICE} OR (is_petition_officer() AND organisation_id = my_organisation())`,
        remove: 'false',
      })};
      -- Whose it is, since when, and by what it is followed: by these it is seen and counted.
      ${neverRewritten('case_item', [
        'id',
        'organisation_id',
        'item_no',
        'matter_id',
        'channel',
        'submission_id',
        'account_id',
        'received_at',
        'registered_at',
        'registrar_id',
        'query_code_sealed',
        'query_code_index',
        'route_due_on',
        'created_at',
        'created_by',
      ])};

      ${protect('petition_matter', {
        // Not by who opened it: an item that accuses that organisation may have joined since (PT-HND-08).
        read: `${SERVICE} OR EXISTS (SELECT FROM case_item c WHERE c.matter_id = petition_matter.id)`,
        insert: `${SERVICE} OR (is_petition_officer() AND organisation_id = my_organisation())`,
        update: `${SERVICE} OR (is_petition_officer() AND EXISTS (SELECT FROM case_item c WHERE c.matter_id = petition_matter.id))`,
        remove: 'false',
      })};
      ${neverRewritten('petition_matter', ['id', 'organisation_id', 'matter_no', 'first_item_id', 'created_at', 'created_by'])};

      -- Serial numbers of a region, day and channel 编号.
      CREATE TABLE case_serial (
        region_code text COLLATE "C" NOT NULL,
        day date NOT NULL,
        channel text NOT NULL,
        last_serial integer NOT NULL,
        PRIMARY KEY (region_code, day, channel)
      );
      ${protect('case_serial', {
        // Of the caller's own county, city or province: how much others register is theirs to say.
        read: `${SERVICE} OR (is_petition_officer() AND region_code = rpad(left(current_setting('junxian.region_low', true), 6), 12, '0'))`,
        remove: 'false',
      })};

      CREATE TABLE petitioner (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        is_main boolean NOT NULL,
        account_id uuid,
        citizen_id text COLLATE "C",
        name text,
        sex text,
        id_type text,
        id_number_sealed text,
        id_number_index text COLLATE "C",
        household_address text,
        household_region_code text COLLATE "C",
        usual_address text,
        usual_region_code text COLLATE "C",
        mailing_address text,
        mailing_region_code text COLLATE "C",
        mobile_sealed text,
        mobile_index text COLLATE "C",
        phone_sealed text,
        email_sealed text,
        birth_date date,
        ethnicity text,
        political_status text,
        occupation text,
        employer text,
        postcode text,
        residency_status text,
        photo_file_id uuid,
        created_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1
      );
      CREATE UNIQUE INDEX petitioner_one_main ON petitioner (case_item_id) WHERE is_main;
      CREATE INDEX petitioner_item ON petitioner (case_item_id);
      CREATE INDEX petitioner_identity ON petitioner (id_number_index) WHERE id_number_index IS NOT NULL;
      CREATE INDEX petitioner_mobile ON petitioner (mobile_index) WHERE mobile_index IS NOT NULL;
      CREATE INDEX petitioner_citizen ON petitioner (citizen_id) WHERE citizen_id IS NOT NULL;
      CREATE INDEX petitioner_name ON petitioner (name COLLATE "C") WHERE name IS NOT NULL;
      ${protect('petitioner', READ_WITH_THE_ITEM)};

      -- One entry for every change of an item: who, when, from which state into which; no names, numbers or texts.
      CREATE TABLE case_journal (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        at timestamptz NOT NULL,
        action text NOT NULL,
        from_state text,
        to_state text NOT NULL,
        item_version integer NOT NULL,
        account_id text NOT NULL,
        organisation_id uuid,
        operator_present boolean NOT NULL DEFAULT false,
        event_id uuid,
        subject_id uuid,
        details jsonb NOT NULL DEFAULT '{}'
      );
      CREATE INDEX case_journal_item ON case_journal (case_item_id, id);
      ${protect('case_journal', {
        read: `${SERVICE} OR ${OFFICER_WITH_THE_ITEM}`,
        // Everybody signs for themselves.
        insert: `${SERVICE} OR (account_id = junxian.account_id() AND organisation_id IS NOT DISTINCT FROM my_organisation() AND ${WITH_THE_ITEM})`,
        update: 'false',
        remove: 'false',
      })};
      REVOKE UPDATE, DELETE, TRUNCATE ON case_journal FROM petitions_app;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE case_journal, petitioner, case_serial, case_sight, case_item, petition_matter CASCADE',
    );
  }
}
