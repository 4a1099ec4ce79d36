import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { OFFICER_WITH_THE_ITEM, SERVICE, WITH_THE_ITEM } from './200-cases';

const RATING = `IN ('SATISFIED', 'BASICALLY_SATISFIED', 'DISSATISFIED')`;

/** Satisfaction evaluations 满意度评价 and until when the first may be given. */
export class Evaluations1000000000800 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Written when an item in scope is completed, with the period as it is configured then (PT-SAT-10).
      CREATE TABLE evaluation_window (
        case_item_id uuid PRIMARY KEY REFERENCES case_item (id),
        first_due_on date NOT NULL,
        opened_at timestamptz NOT NULL
      );
      ${protect('evaluation_window', {
        read: `${SERVICE} OR ${WITH_THE_ITEM}`,
        write: `${SERVICE} OR ${OFFICER_WITH_THE_ITEM}`,
        remove: 'false',
      })};

      CREATE TABLE evaluation (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        round integer NOT NULL CHECK (round IN (1, 2)),
        -- Who was rated: petition department 信访部门 and responsible unit 责任单位, as they were.
        dept_organisation_id uuid NOT NULL,
        dept_rating text NOT NULL CHECK (dept_rating ${RATING}),
        dept_reasons text[] NOT NULL DEFAULT '{}',
        dept_comment text,
        unit_organisation_id uuid,
        unit_rating text CHECK (unit_rating ${RATING}),
        unit_reasons text[] NOT NULL DEFAULT '{}',
        unit_comment text,
        at timestamptz NOT NULL,
        via text NOT NULL CHECK (via IN ('ACCOUNT', 'QUERY_CODE')),
        -- Last day of the second round, fixed by the first; null for the second.
        second_due_on date,
        UNIQUE (case_item_id, round),
        CHECK ((unit_organisation_id IS NULL) = (unit_rating IS NULL)),
        CHECK (dept_rating = 'DISSATISFIED' OR dept_reasons = '{}'),
        CHECK (unit_rating = 'DISSATISFIED' OR unit_reasons = '{}'),
        CHECK ((round = 1) = (second_due_on IS NOT NULL))
      );
      CREATE INDEX evaluation_region ON evaluation (region_code);
      -- Only the citizen, or who holds the query code, rates; never an officer. What is given is kept as it is.
      ${protect('evaluation', {
        read: `${SERVICE} OR ${WITH_THE_ITEM}`,
        insert: `${SERVICE} OR (NOT is_petition_officer() AND ${WITH_THE_ITEM}
          AND (via = 'QUERY_CODE') = (junxian.account_id() = 'case:' || case_item_id::text))`,
        update: SERVICE,
        remove: 'false',
      })};
      REVOKE UPDATE, DELETE, TRUNCATE ON evaluation FROM petitions_app;
      GRANT UPDATE (region_code, region_epoch) ON evaluation TO petitions_app;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE evaluation, evaluation_window');
  }
}
