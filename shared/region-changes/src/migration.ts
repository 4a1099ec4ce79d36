import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * SQL of what a service keeps of region changes: the changes in the order they were received with how far
 * the rows have followed (`seq` is the epoch that re-coded rows carry), and the ancestors of a code.
 * `readableBy` is a condition; whoever writes region codes must satisfy it, callers without an account too.
 */
export function createRegionChanges(readableBy = 'true'): string {
  return `
      CREATE TABLE region_change (
        seq integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        change_id uuid NOT NULL UNIQUE,
        kind text NOT NULL,
        from_codes text[] NOT NULL,
        to_codes text[] NOT NULL,
        moves jsonb NOT NULL,
        effective_date date NOT NULL,
        received_at timestamptz NOT NULL,
        -- How far the rows have followed: the step that is being worked on, and the rows changed so far.
        step integer NOT NULL DEFAULT 0,
        rows_changed integer NOT NULL DEFAULT 0,
        followed_at timestamptz
      );
      CREATE INDEX region_change_open ON region_change (seq) WHERE followed_at IS NULL;
      ${protect('region_change', { read: readableBy, write: 'junxian.is_service()' })};

      CREATE FUNCTION region_ancestors(code text) RETURNS TABLE (region_code text, region_level text)
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT rpad(left(code, digits), 12, '0'), level
        FROM (VALUES (0, 0, 'NATION'), (2, 2, 'PROVINCE'), (4, 2, 'CITY'), (6, 2, 'COUNTY'), (9, 3, 'TOWNSHIP'), (12, 3, 'VILLAGE'))
          AS step (digits, own, level)
        WHERE digits = 0 OR substr(code, digits - own + 1, own) <> repeat('0', own)
      $$;
    `;
}

/** SQL that undoes {@link createRegionChanges}. */
export const DROP_REGION_CHANGES = 'DROP FUNCTION region_ancestors(text); DROP TABLE region_change';

/** What a service keeps of region changes; readable by all, as region changes are public. */
export class RegionChangesMigration1000000000030 implements MigrationInterface {
  readonly name = 'RegionChangesMigration1000000000030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createRegionChanges());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DROP_REGION_CHANGES);
  }
}
