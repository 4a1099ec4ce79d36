import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SERVICE, WITH_THE_ITEM } from './200-cases';

/** Of the own organisation, and only of items it may see: what a visitor says is internal like an opinion (section 6). */
const OWN = `(is_petition_officer() AND organisation_id = my_organisation() AND ${WITH_THE_ITEM})`;

/** Visit reception 来访接谈 and leaders' public reception 领导公开接访. */
export class Interviews1000000000410 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE interview (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        organisation_id uuid NOT NULL,
        -- The task in the interviewer's work list; it moves with the interview.
        task_id uuid NOT NULL UNIQUE REFERENCES org_task (id),
        interviewer_id uuid NOT NULL,
        -- The colleague who sent it on.
        sent_from_id uuid,
        started_at timestamptz,
        content text,
        state text NOT NULL CHECK (state IN ('TODO', 'DONE')),
        received_at timestamptz NOT NULL,
        done_at timestamptz,
        created_at timestamptz NOT NULL,
        created_by uuid NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1,
        CHECK (state = 'TODO' OR (content IS NOT NULL AND done_at IS NOT NULL))
      );
      -- An item has one interview under way at most.
      CREATE UNIQUE INDEX interview_under_way ON interview (case_item_id) WHERE state = 'TODO';
      CREATE INDEX interview_item ON interview (case_item_id, id);
      CREATE INDEX interview_list ON interview (interviewer_id, received_at DESC, id DESC);
      CREATE INDEX interview_tab ON interview (interviewer_id, state, received_at DESC, id DESC);
      ${protect('interview', { read: `${SERVICE} OR ${OWN}`, remove: 'false' })};

      CREATE TABLE leader_reception (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        organisation_id uuid NOT NULL,
        leader_name text NOT NULL,
        leader_post text,
        reception_date date NOT NULL,
        place text,
        content text NOT NULL,
        opinion text,
        created_at timestamptz NOT NULL,
        created_by uuid NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1
      );
      CREATE INDEX leader_reception_item ON leader_reception (case_item_id, id);
      CREATE INDEX leader_reception_list ON leader_reception (organisation_id, reception_date DESC, id DESC);
      ${protect('leader_reception', { read: `${SERVICE} OR ${OWN}`, remove: 'false' })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE leader_reception, interview');
  }
}
