import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { REGION, TRACE } from './columns';

const RANGE = inCallersRange('region_code');
/** Who writes projects: the project staff, the managers who approve, and the service itself, which follows region changes. */
const WRITER = `(junxian.is_service() OR junxian.has_role('poverty-alleviation:PROJECT') OR junxian.has_role('poverty-alleviation:MANAGER'))`;
/** Rows that hang on a project are seen with it; they are written where its own row may be. */
const OF_PROJECT = 'EXISTS (SELECT FROM project p WHERE p.id = project_id)';
const OF_OWN_PROJECT = `${WRITER} AND EXISTS (SELECT FROM project p WHERE p.id = project_id AND ${inCallersRange('p.region_code')})`;

/** Projects 项目: entry, villages, budget, adjustments, reports of implementation, beneficiaries. */
export class Projects1000000000390 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Serials stay with the region, year and type they were given under, and are never used again.
      CREATE TABLE project_serial (
        region_code text COLLATE "C" NOT NULL,
        year integer NOT NULL,
        type text NOT NULL,
        last_serial integer NOT NULL,
        PRIMARY KEY (region_code, year, type)
      );
      ${protect('project_serial', { read: RANGE, write: `${RANGE} AND ${WRITER}`, remove: 'false' })};

      CREATE TABLE project (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        project_no text COLLATE "C" NOT NULL UNIQUE,
        year integer NOT NULL REFERENCES survey_year (year),
        type text NOT NULL,
        subtype text NOT NULL,
        stage text NOT NULL CHECK (stage IN ('LIBRARY', 'APPROVED', 'IMPLEMENTING', 'COMPLETED', 'CANCELLED')),
        name text NOT NULL,
        owner text NOT NULL,
        manager text,
        planned_start date NOT NULL,
        planned_end date NOT NULL,
        content text NOT NULL,
        planned_households integer,
        planned_persons integer,
        -- Fields of the project's type, by name; which there are says projects/project-forms.rules.ts.
        details jsonb NOT NULL,
        -- Sum of the budget lines, 万元.
        budget_total numeric(16,4) NOT NULL,
        approval_doc_no text,
        approved_date date,
        approved_amount numeric(16,4),
        cancel_reason text,
        -- The state the last report left: what lists and money checks read without reading reports.
        progress_pct numeric(5,2) NOT NULL DEFAULT 0 CHECK (progress_pct BETWEEN 0 AND 100),
        spent numeric(16,4) NOT NULL DEFAULT 0 CHECK (spent >= 0),
        actual_start date,
        actual_end date,
        acceptance_date date,
        acceptance_result text,
        results jsonb NOT NULL DEFAULT '{}',
        last_report_date date,
        -- Households with at least one entry, and entries.
        beneficiary_households integer NOT NULL DEFAULT 0 CHECK (beneficiary_households >= 0),
        beneficiary_entries integer NOT NULL DEFAULT 0 CHECK (beneficiary_entries >= 0),
        ${TRACE},
        CHECK (planned_start <= planned_end),
        CHECK (stage IN ('LIBRARY', 'CANCELLED') OR
          (approval_doc_no IS NOT NULL AND approved_date IS NOT NULL AND approved_amount > 0 AND approved_amount <= budget_total)),
        CHECK (spent <= coalesce(approved_amount, 0))
      );
      CREATE INDEX project_page ON project (region_code, project_no);
      CREATE INDEX project_page_of_year ON project (year, region_code, project_no);

      CREATE TABLE project_village (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES project (id) ON DELETE CASCADE,
        ${REGION}
      );
      CREATE INDEX project_village_project ON project_village (project_id, region_code);
      CREATE INDEX project_village_region ON project_village (region_code);

      -- A township sees the county's projects in its villages; only the own region's are written.
      -- FUND locks a project while money is arranged for it, and can change nothing of it.
      ${protect('project', {
        read: `${RANGE} OR EXISTS (SELECT FROM project_village v WHERE v.project_id = project.id)`,
        insert: `${RANGE} AND ${WRITER}`,
        update: `${RANGE} AND (${WRITER} OR junxian.has_role('poverty-alleviation:FUND'))`,
        become: `${RANGE} AND ${WRITER}`,
        remove: `${RANGE} AND ${WRITER} AND stage = 'LIBRARY'`,
      })};

      -- To stand in a village of one's own lets a project be seen: so only an own one is put there.
      ${protect('project_village', {
        read: RANGE,
        write: `${RANGE} AND ${WRITER}`,
        insert: `${RANGE} AND ${OF_OWN_PROJECT}`,
        become: `${RANGE} AND ${OF_OWN_PROJECT}`,
      })};

      CREATE TABLE project_budget (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES project (id) ON DELETE CASCADE,
        place integer NOT NULL,
        source text NOT NULL,
        tier text,
        fund_type text,
        amount numeric(16,4) NOT NULL CHECK (amount > 0),
        UNIQUE (project_id, place)
      );
      ${protect('project_budget', { read: OF_PROJECT, write: OF_OWN_PROJECT })};

      CREATE TABLE project_adjustment (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES project (id),
        no integer NOT NULL,
        reason text NOT NULL,
        doc_no text NOT NULL,
        date date NOT NULL,
        before jsonb NOT NULL,
        after jsonb NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        UNIQUE (project_id, no)
      );
      ${protect('project_adjustment', { read: OF_PROJECT, insert: OF_OWN_PROJECT, update: 'false', remove: 'false' })};

      CREATE TABLE project_implementation (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES project (id),
        no integer NOT NULL,
        report_date date NOT NULL,
        progress_pct numeric(5,2) NOT NULL,
        actual_start date,
        actual_end date,
        spent numeric(16,4) NOT NULL,
        acceptance_date date,
        acceptance_result text,
        results jsonb NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        UNIQUE (project_id, no)
      );
      ${protect('project_implementation', { read: OF_PROJECT, insert: OF_OWN_PROJECT, update: 'false', remove: 'false' })};

      CREATE TABLE beneficiary_household (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES project (id),
        household_id uuid NOT NULL REFERENCES household (id),
        -- Who of the household benefits; education and training (code 1) always names one.
        member_id uuid REFERENCES member (id),
        ${REGION},
        year integer NOT NULL REFERENCES survey_year (year),
        project_type text NOT NULL,
        amount numeric(14,2),
        content text,
        start_date date,
        -- RELOCATION
        area numeric(12,2),
        move_date date,
        resettlement text,
        -- FINANCE
        loan numeric(14,2),
        dividend numeric(14,2),
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        -- PA-PJ-07; also of two officers at once.
        CONSTRAINT beneficiary_household_once UNIQUE NULLS NOT DISTINCT (project_id, household_id, member_id),
        CHECK (project_type <> '1' OR member_id IS NOT NULL)
      );
      CREATE INDEX beneficiary_household_project ON beneficiary_household (project_id, region_code, id);
      CREATE INDEX beneficiary_household_household ON beneficiary_household (household_id);
      CREATE INDEX beneficiary_household_region ON beneficiary_household (region_code);
      CREATE INDEX beneficiary_household_relocated ON beneficiary_household (year, region_code, id) WHERE project_type = '2';
      ${protect('beneficiary_household', {
        read: RANGE,
        write: `${RANGE} AND (junxian.is_service() OR junxian.has_role('poverty-alleviation:PROJECT'))`,
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE beneficiary_household, project_implementation, project_adjustment, project_budget,
      project_village, project, project_serial CASCADE`);
  }
}

/** Public notices 公开公示 of projects and funds: a snapshot of what was disclosed, read by everybody until it is withdrawn. */
export class PublicDisclosures1000000000395 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const discloser = `(junxian.is_service() OR junxian.has_role('poverty-alleviation:MANAGER')
        OR (kind = 'PROJECT' AND junxian.has_role('poverty-alleviation:PROJECT'))
        OR (kind = 'FUND' AND junxian.has_role('poverty-alleviation:FUND')))`;
    await runner.query(`
      CREATE TABLE public_disclosure (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        kind text NOT NULL CHECK (kind IN ('PROJECT', 'FUND')),
        -- The project or the fund allocation.
        ref_id uuid NOT NULL,
        title text NOT NULL,
        content text NOT NULL,
        -- What the project or allocation said when it was disclosed: a notice does not change by itself.
        facts jsonb NOT NULL,
        lists_beneficiaries boolean NOT NULL,
        published_at timestamptz NOT NULL,
        end_at date NOT NULL,
        withdrawn_at timestamptz,
        withdrawn_by text,
        withdraw_reason text,
        ${TRACE},
        CHECK ((withdrawn_at IS NULL) = (withdraw_reason IS NULL))
      );
      CREATE INDEX public_disclosure_page ON public_disclosure (region_code, id);
      CREATE INDEX public_disclosure_ref ON public_disclosure (ref_id);
      -- What everybody sees: not withdrawn, and in its period.
      CREATE INDEX public_disclosure_shown ON public_disclosure (end_at, region_code) WHERE withdrawn_at IS NULL;
      ${protect('public_disclosure', {
        read: `${RANGE} OR withdrawn_at IS NULL`,
        write: `${RANGE} AND ${discloser}`,
        remove: 'false',
      })};

      CREATE TABLE disclosed_beneficiary (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        disclosure_id uuid NOT NULL REFERENCES public_disclosure (id),
        ${REGION},
        -- Surname and two stars; the full name never comes here.
        masked_name text NOT NULL CHECK (masked_name LIKE '_**'),
        amount numeric(14,2)
      );
      CREATE INDEX disclosed_beneficiary_page ON disclosed_beneficiary (disclosure_id, region_code, id);
      CREATE INDEX disclosed_beneficiary_region ON disclosed_beneficiary (region_code);
      ${protect('disclosed_beneficiary', {
        read: 'EXISTS (SELECT FROM public_disclosure d WHERE d.id = disclosure_id)',
        write: `junxian.is_service() OR EXISTS (SELECT FROM public_disclosure d WHERE d.id = disclosure_id AND ${inCallersRange('d.region_code')})
          AND (junxian.has_role('poverty-alleviation:MANAGER') OR junxian.has_role('poverty-alleviation:PROJECT'))`,
        remove: 'false',
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE disclosed_beneficiary, public_disclosure');
  }
}
