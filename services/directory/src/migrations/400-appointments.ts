import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SUPERIOR_ADMIN, SYSTEM_STAFF, seedRolesSql } from '../appointments/role-catalogue';
import { ADMINISTERS, inRangeFor, MAINTAINS, SERVICE } from './who-writes';

const OWN = 'account_id::text = junxian.account_id()';
/** The appointment of a grant, which must lie in the caller's range and be somebody else's. */
const OF_ANOTHER = `EXISTS (SELECT FROM appointment a WHERE a.id = appointment_id
  AND ${inCallersRange('a.region_code')} AND a.account_id::text <> junxian.account_id())`;
/** What only staff hand out comes from staff, or from an administrator who holds the very role. */
const GRANTABLE = `(junxian.has_role('${SYSTEM_STAFF}')
  OR EXISTS (SELECT FROM role r WHERE r.code = role AND r.grantable_by <> 'STAFF')
  OR (role <> '${SYSTEM_STAFF}' AND junxian.has_role(role)))`;

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
      ${protect('appointment', {
        read: `${inCallersRange('region_code')} OR ${OWN}`,
        insert: `${SERVICE} OR (NOT ${OWN} AND (${inRangeFor(ADMINISTERS)}))`,
        update: inRangeFor(MAINTAINS),
        remove: 'false',
      })};
      REVOKE UPDATE ON appointment FROM directory_app;
      GRANT UPDATE (region_code, region_level, is_primary, valid_to, version) ON appointment TO directory_app;
      CREATE POLICY insert_for_appointment ON revocation FOR INSERT WITH CHECK (
        kind = 'APPOINTMENT' AND ${MAINTAINS} AND EXISTS (SELECT FROM appointment a WHERE a.id = subject));

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
        insert: `${SERVICE} OR (${ADMINISTERS} AND ${GRANTABLE} AND ${OF_ANOTHER})`,
        update: `${SERVICE} OR (${ADMINISTERS} AND ${OF_ANOTHER})`,
        remove: 'false',
      })};
      REVOKE UPDATE ON role_grant FROM directory_app;
      GRANT UPDATE (valid_to, revoked_at, version) ON role_grant TO directory_app;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP POLICY insert_for_appointment ON revocation; DROP TABLE role_grant; DROP TABLE appointment; DROP TABLE role',
    );
  }
}
