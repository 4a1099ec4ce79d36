import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ADMINISTERS, inRangeFor, MAINTAINS, SERVICE } from './who-writes';

const OWN_ACCOUNT = 'id::text = junxian.account_id()';
/** A row that hangs on an account is seen by whoever sees the account. */
export const WITH_THE_ACCOUNT = 'EXISTS (SELECT 1 FROM account a WHERE a.id = account_id)';

/**
 * A caller changes the password and the name of the own account, and activates it; where the account stands and
 * what it is, others decide. Policies cannot compare a row with what it was.
 */
const OWN_ACCOUNT_STAYS = `
  CREATE FUNCTION refuse_moving_oneself() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF ROW(NEW.id, NEW.kind, NEW.login_name, NEW.personal_name_index, NEW.organisation_id, NEW.citizen_id, NEW.realms, NEW.is_extra)
         IS DISTINCT FROM ROW(OLD.id, OLD.kind, OLD.login_name, OLD.personal_name_index, OLD.organisation_id, OLD.citizen_id, OLD.realms, OLD.is_extra)
       OR (NEW.status <> OLD.status AND (OLD.status, NEW.status) <> ('PENDING_ACTIVATION', 'ACTIVE'))
       OR (NEW.region_code <> OLD.region_code AND NOT EXISTS (
             SELECT FROM organisation o WHERE o.id = NEW.organisation_id AND o.region_code = NEW.region_code)) THEN
      RAISE EXCEPTION 'nobody moves the own account' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER own_account_stays BEFORE UPDATE ON account FOR EACH ROW
    WHEN (OLD.id::text = junxian.account_id()) EXECUTE FUNCTION refuse_moving_oneself()`;

/**
 * Accounts, their lock per realm, the realms' policies, and requests for extra administrators.
 * A personal login name is a phone number or most of an ID number, so it is kept sealed and found by its
 * blind index; an administrator's name is no secret. The two cannot be equal: one begins with a digit, the
 * other with a letter.
 */
export class Accounts1000000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE account (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        kind text NOT NULL CHECK (kind IN ('ADMIN', 'PERSON')),
        login_name text COLLATE "C" CONSTRAINT account_login_name_once UNIQUE,
        personal_name_sealed text,
        personal_name_index text CONSTRAINT account_personal_name_once UNIQUE,
        organisation_id uuid NOT NULL REFERENCES organisation (id),
        region_code text COLLATE "C" NOT NULL,
        real_name text,
        phone_sealed text,
        phone_index text,
        id_number_sealed text,
        id_number_index text,
        citizen_id text,
        realms text[] NOT NULL CHECK (cardinality(realms) > 0),
        status text NOT NULL CHECK (status IN ('PENDING_ACTIVATION', 'ACTIVE', 'DISABLED')),
        password_hash text NOT NULL,
        must_change_password boolean NOT NULL,
        is_extra boolean NOT NULL DEFAULT false,
        activated_at timestamptz,
        account_synced_at timestamptz,
        created_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1,
        CHECK ((kind = 'ADMIN') = (login_name IS NOT NULL)),
        CHECK (kind = 'PERSON' OR personal_name_index IS NULL),
        CHECK ((personal_name_index IS NULL) = (personal_name_sealed IS NULL))
      );
      CREATE UNIQUE INDEX account_one_admin ON account (organisation_id)
        WHERE kind = 'ADMIN' AND NOT is_extra AND status <> 'DISABLED';
      CREATE INDEX account_organisation ON account (organisation_id);
      CREATE INDEX account_region ON account (region_code, id);
      CREATE INDEX account_citizen ON account (citizen_id) WHERE citizen_id IS NOT NULL;
      ${protect('account', {
        read: `${inCallersRange('region_code')} OR ${OWN_ACCOUNT}`,
        insert: inRangeFor(ADMINISTERS),
        update: `${inRangeFor(MAINTAINS)} OR ${OWN_ACCOUNT}`,
        remove: 'false',
      })};
      ${OWN_ACCOUNT_STAYS};

      CREATE TABLE realm_policy (
        realm text PRIMARY KEY,
        threshold integer NOT NULL CHECK (threshold > 0),
        lock_minutes integer NOT NULL CHECK (lock_minutes > 0),
        superior_unlock boolean NOT NULL,
        captcha_for_admins boolean NOT NULL,
        password_symbols text NOT NULL CHECK (password_symbols <> ''),
        password_min_length integer NOT NULL CHECK (password_min_length BETWEEN 6 AND 32)
      );
      ${protect('realm_policy', { read: 'true', write: 'junxian.is_service()' })};
      SELECT set_config('junxian.actor', 'SERVICE', true);
      INSERT INTO realm_policy VALUES
        ('RETIRED_CADRE', 5, 300, false, false, '!@#$%^&*_-+=.?', 8),
        ('PARTY', 5, 60, true, true, '!@#$%^&*_-+=.?', 8),
        ('PROF_TECH', 5, 60, true, false, '!@#$%^&*_-+=.?', 8),
        ('POVERTY_ALLEVIATION', 5, 60, true, false, '!@#$%^&*_-+=.?', 8),
        ('PUBLIC', 5, 60, false, false, '!@#$%^&*_-+=.?', 8);

      CREATE TABLE login_state (
        account_id uuid NOT NULL REFERENCES account (id),
        realm text NOT NULL REFERENCES realm_policy (realm),
        failed_count integer NOT NULL,
        locked_at timestamptz,
        locked_until timestamptz,
        PRIMARY KEY (account_id, realm)
      );
      ${protect('login_state', {
        read: WITH_THE_ACCOUNT,
        write: `${SERVICE} OR (${ADMINISTERS} AND account_id::text <> junxian.account_id() AND ${WITH_THE_ACCOUNT})`,
      })};

      CREATE TABLE extra_account_request (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        organisation_id uuid NOT NULL REFERENCES organisation (id),
        region_code text COLLATE "C" NOT NULL,
        headcount integer NOT NULL,
        reason text NOT NULL,
        status text NOT NULL CHECK (status IN ('PENDING', 'APPROVED', 'REFUSED')),
        requested_by uuid NOT NULL,
        requested_at timestamptz NOT NULL,
        decided_by uuid,
        decided_at timestamptz,
        decision_note text,
        account_id uuid REFERENCES account (id),
        version integer NOT NULL DEFAULT 1
      );
      CREATE UNIQUE INDEX extra_account_request_one_pending ON extra_account_request (organisation_id) WHERE status = 'PENDING';
      CREATE INDEX extra_account_request_region ON extra_account_request (region_code, id);
      ${protect('extra_account_request', {
        read: inCallersRange('region_code'),
        write: inRangeFor(ADMINISTERS),
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE extra_account_request; DROP TABLE login_state; DROP TABLE realm_policy; DROP TABLE account; DROP FUNCTION refuse_moving_oneself()',
    );
  }
}
