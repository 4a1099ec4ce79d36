import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { GENESIS } from '../audit/audit-chain.rules';

/**
 * The audit log (DI-AUD-01…03). Three locks against change: the application role has no right to
 * update or delete, triggers refuse it to everybody (the owner and superusers included, also in
 * replication mode), and what gets past both breaks a chain sealed with a key the database never sees.
 */
export class Audit1000000000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_entry (
        sequence bigint PRIMARY KEY,
        at timestamptz NOT NULL,
        account_id text,
        operator_name text,
        organisation_id text,
        region_code text COLLATE "C" NOT NULL,
        ip text,
        action text NOT NULL,
        target_type text NOT NULL,
        target_id text,
        before jsonb,
        after jsonb,
        outcome text NOT NULL CHECK (outcome IN ('OK', 'REFUSED')),
        key_version smallint NOT NULL,
        previous_hash text NOT NULL,
        hash text NOT NULL
      );
      CREATE INDEX audit_entry_region ON audit_entry (region_code, sequence);
      CREATE INDEX audit_entry_account ON audit_entry (account_id, sequence);
      CREATE INDEX audit_entry_target ON audit_entry (target_type, target_id, sequence);
      CREATE INDEX audit_entry_action ON audit_entry (action, sequence);
      CREATE INDEX audit_entry_at ON audit_entry (at);

      CREATE TABLE audit_checkpoint (
        sequence bigint PRIMARY KEY,
        at timestamptz NOT NULL,
        hash text NOT NULL,
        key_version smallint NOT NULL,
        mac text NOT NULL
      );

      CREATE TABLE audit_head (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        sequence bigint NOT NULL,
        hash text NOT NULL,
        key_version smallint NOT NULL,
        mac text NOT NULL
      );
      INSERT INTO audit_head (sequence, hash, key_version, mac) VALUES (0, '${GENESIS.hash}', 0, '');

      CREATE TABLE audit_region_successor (
        region_code text COLLATE "C" PRIMARY KEY,
        current_code text COLLATE "C" NOT NULL
      );
      CREATE INDEX audit_region_successor_current ON audit_region_successor (current_code);
      ${protect('audit_region_successor', {
        read: `junxian.is_service() OR ${inCallersRange('current_code')}`,
        write: 'junxian.is_service()',
      })};

      ${protect('audit_entry', {
        read: `junxian.is_service() OR (junxian.has_role('directory:AUDITOR') AND (${inCallersRange('region_code')}
                 OR region_code IN (SELECT s.region_code FROM audit_region_successor s)))`,
        write: 'junxian.is_service() OR account_id = junxian.account_id()',
      })};
      ${protect('audit_checkpoint', { read: 'junxian.is_signed_in()' })};
      ${protect('audit_head', { read: 'junxian.is_signed_in()' })};

      REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, audit_checkpoint FROM directory_app;
      REVOKE INSERT, DELETE, TRUNCATE ON audit_head FROM directory_app;

      CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the audit log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
          USING ERRCODE = 'insufficient_privilege';
      END $$;
      ${['audit_entry', 'audit_checkpoint'].map(appendOnly).join('\n')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE audit_entry; DROP TABLE audit_region_successor; DROP TABLE audit_checkpoint; DROP TABLE audit_head;
      DROP FUNCTION refuse_change_of_audit()`);
  }
}

/** A statement trigger fires even when row-level security leaves no row to touch. */
function appendOnly(table: string): string {
  return `CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit();
          ALTER TABLE ${table} ENABLE ALWAYS TRIGGER append_only;`;
}
