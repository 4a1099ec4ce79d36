import { protect, protectByRegion } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SUPERIOR_ADMIN, seedRolesSql } from '../appointments/role-catalogue';

/**
 * Roles, appointments and grants. Validity is half-open: `valid_to` is the first day on which it no
 * longer holds, so an appointment ended today is over at once.
 */
export class Appointments1000000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE role (
        code text PRIMARY KEY CHECK (code ~ '^[a-z-]+:[A-Z_]+$'),
        service text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        grantable_by text NOT NULL CHECK (grantable_by IN ('ADMINISTRATOR', 'STAFF', 'NOBODY')),
        levels text[] NOT NULL,
        implies text[] NOT NULL,
        operations text[] NOT NULL
      );
      ${protect('role', { read: 'true', write: 'junxian.is_service()' })};
      REVOKE INSERT, UPDATE, DELETE ON role FROM directory_app;
      ${seedRolesSql()}

      CREATE TABLE appointment (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        account_id uuid NOT NULL REFERENCES account (id),
        organisation_id uuid NOT NULL REFERENCES organisation (id),
        region_code text COLLATE "C" NOT NULL,
        region_level text NOT NULL,
        post text NOT NULL,
        is_primary boolean NOT NULL,
        valid_from date NOT NULL,
        valid_to date CHECK (valid_to >= valid_from),
        granted_by uuid,
        version integer NOT NULL DEFAULT 1
      );
      CREATE UNIQUE INDEX appointment_one_primary ON appointment (account_id) WHERE is_primary;
      CREATE INDEX appointment_account ON appointment (account_id);
      CREATE INDEX appointment_organisation ON appointment (organisation_id);
      CREATE INDEX appointment_region ON appointment (region_code, id);
      ${protectByRegion('appointment', { readOnlyOr: 'account_id::text = junxian.account_id()' })};

      CREATE TABLE role_grant (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        appointment_id uuid NOT NULL REFERENCES appointment (id),
        role text NOT NULL REFERENCES role (code) CHECK (role <> '${SUPERIOR_ADMIN}'),
        valid_from date NOT NULL,
        valid_to date CHECK (valid_to >= valid_from),
        granted_by uuid,
        revoked_at timestamptz,
        version integer NOT NULL DEFAULT 1,
        CONSTRAINT role_grant_once EXCLUDE USING gist (
          appointment_id WITH =, role WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (revoked_at IS NULL)
      );
      ${protect('role_grant', {
        read: 'EXISTS (SELECT 1 FROM appointment a WHERE a.id = appointment_id)',
        write:
          'EXISTS (SELECT 1 FROM appointment a WHERE a.id = appointment_id AND junxian.in_scope(a.region_code))',
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE role_grant; DROP TABLE appointment; DROP TABLE role');
  }
}
