import { protect } from '@junxian/persistence';
import type { MigrationRunner } from '../migration-runner';

/**
 * What a service knows of the files it keeps. Only the uploader's own account and the service itself see a row;
 * who may read a file that is attached to a record is decided by the service when it gives out a link.
 */
export class StoredFilesMigration1000000000030 {
  readonly name = 'StoredFilesMigration1000000000030';

  async up(runner: MigrationRunner): Promise<void> {
    const own = '(junxian.is_service() OR owner_account = junxian.account_id())';
    await runner.query(`
      CREATE TABLE stored_file (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        owner_account text NOT NULL,
        file_name text NOT NULL,
        mime text NOT NULL,
        size bigint NOT NULL CHECK (size > 0),
        sha256 text,
        storage_key text UNIQUE,
        state text NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'STORED', 'ATTACHED', 'REMOVING')),
        started_at timestamptz NOT NULL,
        claimed_until timestamptz,
        uploaded_at timestamptz,
        attached_at timestamptz,
        expires_at timestamptz,
        CHECK (state NOT IN ('STORED', 'ATTACHED')
               OR (sha256 IS NOT NULL AND storage_key IS NOT NULL AND uploaded_at IS NOT NULL)),
        CHECK ((state = 'ATTACHED') = (attached_at IS NOT NULL)),
        CHECK ((state = 'ATTACHED') = (expires_at IS NULL))
      );
      COMMENT ON TABLE stored_file IS 'Files that were announced, uploaded or attached to a record; the content is in the file store';
      COMMENT ON COLUMN stored_file.claimed_until IS 'An upload is under way; later it has been cut off';
      COMMENT ON COLUMN stored_file.expires_at IS 'When a file that nobody attached is removed';
      CREATE INDEX stored_file_unused ON stored_file (expires_at) WHERE state <> 'ATTACHED';
      CREATE INDEX stored_file_unused_of ON stored_file (owner_account) WHERE state <> 'ATTACHED';
      ${protect('stored_file', { read: own, insert: own, update: own, remove: 'junxian.is_service()' })};
    `);
  }

  async down(runner: MigrationRunner): Promise<void> {
    await runner.query('DROP TABLE stored_file');
  }
}

/**
 * SQL of a trigger function for AFTER DELETE … FOR EACH ROW on the table that binds files to records: the file of the row that went is given up
 * with it, whoever uploaded it. From then on nobody attaches or downloads it, and `removeUnused` removes its content. A row of `stored_file` is
 * its uploader's, so the service makes this a function of its definer role (`definer` of persistence) and lets that role
 * UPDATE (state, attached_at, expires_at); who may delete the binding row its own policies decide.
 */
export function giveUpFileOf(functionName: string, column = 'file_id'): string {
  return `CREATE FUNCTION ${functionName}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          UPDATE stored_file SET state = 'REMOVING', expires_at = attached_at, attached_at = NULL
          WHERE id = OLD.${column} AND state = 'ATTACHED';
          RETURN NULL;
        END $$`;
}
