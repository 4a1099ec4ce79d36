import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inRangeFor, MAINTAINS } from './who-writes';

const MAINTAINER = "junxian.has_role('directory:REGION_MAINTAINER')";

/**
 * Changes of regions: what was decided and by which document, which code became which, and the
 * organisations that a split or an abolition leaves on a code that is no longer valid.
 * `region_code` of a change is the narrowest region that holds everything it touches.
 */
export class RegionChanges1000000000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE region_change (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        kind text NOT NULL CHECK (kind IN ('CREATE', 'RENAME', 'RECODE', 'MERGE', 'SPLIT', 'REPARENT', 'ABOLISH')),
        effective_date date NOT NULL,
        from_codes text[] NOT NULL,
        to_codes text[] NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        basis_document text NOT NULL CHECK (basis_document <> ''),
        recorded_by text,
        recorded_at timestamptz NOT NULL,
        status text NOT NULL CHECK (status IN ('SCHEDULED', 'APPLIED', 'CANCELLED')),
        applied_at timestamptz,
        cancelled_by text,
        cancelled_at timestamptz,
        -- When it was due but could not be applied; it is tried again later and holds up only what builds on it.
        set_aside_at timestamptz,
        version integer NOT NULL DEFAULT 1
      );
      CREATE INDEX region_change_date ON region_change (effective_date, id);
      CREATE INDEX region_change_due ON region_change (effective_date, id) WHERE status = 'SCHEDULED';
      ${protect('region_change', {
        read: 'true',
        write: `junxian.is_service() OR (${MAINTAINER} AND ${inCallersRange('region_code')})`,
      })};

      CREATE TABLE region_change_link (
        change_id uuid NOT NULL REFERENCES region_change (id),
        from_code text COLLATE "C" NOT NULL,
        to_code text COLLATE "C" NOT NULL,
        level smallint NOT NULL CHECK (level BETWEEN 0 AND 5),
        carries boolean NOT NULL,
        PRIMARY KEY (change_id, from_code, to_code)
      );
      COMMENT ON COLUMN region_change_link.carries IS 'rows under from_code go to to_code; false: a successor in name only (split, abolition)';
      CREATE INDEX region_change_link_from ON region_change_link (from_code);
      CREATE INDEX region_change_link_to ON region_change_link (to_code);
      ${protect('region_change_link', {
        read: 'true',
        write:
          'EXISTS (SELECT 1 FROM region_change c WHERE c.id = change_id AND ' +
          `(junxian.is_service() OR (${MAINTAINER} AND ${inCallersRange('c.region_code')})))`,
      })};

      CREATE TABLE region_split_task (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        change_id uuid NOT NULL REFERENCES region_change (id),
        organisation_id uuid NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        suggested_code text COLLATE "C",
        created_at timestamptz NOT NULL,
        assigned_code text COLLATE "C",
        assigned_by text,
        assigned_at timestamptz,
        version integer NOT NULL DEFAULT 1,
        UNIQUE (change_id, organisation_id),
        CHECK ((assigned_code IS NULL) = (assigned_at IS NULL))
      );
      CREATE INDEX region_split_task_open ON region_split_task (region_code, id) WHERE assigned_at IS NULL;
      CREATE INDEX region_split_task_organisation ON region_split_task (organisation_id);
      ${protect('region_split_task', {
        read: inCallersRange('region_code'),
        write: inRangeFor(MAINTAINS),
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE region_split_task; DROP TABLE region_change_link; DROP TABLE region_change',
    );
  }
}
