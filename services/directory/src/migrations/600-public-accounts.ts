import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { seedRolesSql } from '../appointments/role-catalogue';
import { SERVICE } from './who-writes';

/**
 * Citizens' own accounts (realm PUBLIC): of no organisation and in no region, so in nobody's area; the citizen and
 * the service alone see them. Besides the realm of petition officers.
 *
 * A phone is no unique key: whether a number has an account must not be learnt by registering it. Codes for
 * forgotten passwords hang on the number, known or not, for the same reason.
 */
export class PublicAccounts1000000000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${seedRolesSql()}
      INSERT INTO realm_policy VALUES ('PETITIONS', 5, 60, true, false, '!@#$%^&*_-+=.?', 8);

      ALTER TABLE account
        ALTER COLUMN organisation_id DROP NOT NULL,
        ALTER COLUMN region_code DROP NOT NULL,
        DROP CONSTRAINT account_kind_check,
        DROP CONSTRAINT account_check,
        ADD CONSTRAINT account_kind CHECK (kind IN ('ADMIN', 'PERSON', 'CITIZEN')),
        ADD CONSTRAINT account_named CHECK ((kind IN ('ADMIN', 'CITIZEN')) = (login_name IS NOT NULL)),
        ADD CONSTRAINT account_home CHECK (
          (kind = 'CITIZEN') = (organisation_id IS NULL) AND (kind = 'CITIZEN') = (region_code IS NULL)),
        ADD CONSTRAINT account_of_citizen CHECK (
          kind <> 'CITIZEN' OR (realms = '{PUBLIC}' AND phone_sealed IS NOT NULL AND phone_index IS NOT NULL
            AND real_name IS NULL AND id_number_sealed IS NULL AND status <> 'DISABLED' AND NOT must_change_password));
      CREATE INDEX account_citizen_phone ON account (phone_index) WHERE kind = 'CITIZEN';
      CREATE INDEX account_unfinished ON account (created_at) WHERE kind = 'CITIZEN' AND status = 'PENDING_ACTIVATION';
      DROP INDEX account_region;
      CREATE INDEX account_region ON account (region_code, id) WHERE kind <> 'CITIZEN';
      ALTER POLICY read_scope ON account
        USING (${inCallersRange('region_code')} OR id::text = junxian.account_id() OR (region_code IS NULL AND ${SERVICE}));
      ALTER POLICY delete_scope ON account
        USING (${SERVICE} AND kind = 'CITIZEN' AND status = 'PENDING_ACTIVATION');

      ALTER TABLE session
        ALTER COLUMN appointment_id DROP NOT NULL,
        ADD CONSTRAINT session_appointment CHECK ((realm = 'PUBLIC') = (appointment_id IS NULL));

      CREATE TABLE public_account_opening (
        idempotency_key text PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        content_index text NOT NULL,
        password_hash text NOT NULL,
        opened_at timestamptz NOT NULL
      );
      CREATE INDEX public_account_opening_account ON public_account_opening (account_id);
      CREATE INDEX public_account_opening_at ON public_account_opening (opened_at);
      ${protect('public_account_opening', { read: SERVICE })};

      CREATE TABLE public_reset_code (
        phone_index text PRIMARY KEY,
        code_index text NOT NULL,
        expires_at timestamptz NOT NULL,
        wrong_tries integer NOT NULL DEFAULT 0
      );
      ${protect('public_reset_code', { read: SERVICE })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE public_reset_code; DROP TABLE public_account_opening;
      SELECT set_config('junxian.actor', 'SERVICE', true);
      ALTER TABLE session DROP CONSTRAINT session_appointment, ALTER COLUMN appointment_id SET NOT NULL;
      ALTER POLICY delete_scope ON account USING (false);
      ALTER POLICY read_scope ON account USING (${inCallersRange('region_code')} OR id::text = junxian.account_id());
      DROP INDEX account_citizen_phone; DROP INDEX account_unfinished; DROP INDEX account_region;
      CREATE INDEX account_region ON account (region_code, id);
      ALTER TABLE account
        DROP CONSTRAINT account_of_citizen, DROP CONSTRAINT account_home, DROP CONSTRAINT account_named,
        DROP CONSTRAINT account_kind,
        ADD CONSTRAINT account_kind_check CHECK (kind IN ('ADMIN', 'PERSON')),
        ADD CONSTRAINT account_check CHECK ((kind = 'ADMIN') = (login_name IS NOT NULL)),
        ALTER COLUMN organisation_id SET NOT NULL,
        ALTER COLUMN region_code SET NOT NULL;
      DELETE FROM realm_policy WHERE realm = 'PETITIONS'`);
  }
}
