import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { WITH_THE_ACCOUNT } from './300-accounts';
import { MAINTAINS, SERVICE } from './who-writes';

const SERVICE_ONLY = { read: SERVICE };
/** A session or account of the caller's, or one that the caller may deal with. */
const OWN = (column: string) => `${column}::text = junxian.account_id()`;
const ENDABLE = `(${OWN('account_id')} OR (${MAINTAINS} AND ${WITH_THE_ACCOUNT}))`;

/**
 * Signing in: captchas, the attempts the rate limit counts, sessions, refresh tokens (hashes only), the
 * keys that sign access tokens (private part sealed), codes for forgotten passwords, and the feed by which
 * every process learns that tokens are no longer good.
 */
export class SignIn1000000000310 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE captcha (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        solution_index text NOT NULL,
        expires_at timestamptz NOT NULL
      );
      ${protect('captcha', SERVICE_ONLY)};

      CREATE UNLOGGED TABLE login_attempt (
        key text NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX login_attempt_key ON login_attempt (key, at);
      CREATE INDEX login_attempt_at ON login_attempt (at);
      ${protect('login_attempt', SERVICE_ONLY)};

      CREATE TABLE session (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        account_id uuid NOT NULL REFERENCES account (id),
        appointment_id uuid NOT NULL,
        realm text NOT NULL,
        module text NOT NULL,
        channel text NOT NULL CHECK (channel IN ('GOV_EXTRANET', 'INTERNET', 'VPN')),
        single_slot boolean NOT NULL,
        kept boolean NOT NULL,
        operator_name text,
        ip text,
        started_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        end_reason text,
        CHECK ((ended_at IS NULL) = (end_reason IS NULL))
      );
      CREATE UNIQUE INDEX session_single_slot ON session (account_id) WHERE single_slot AND ended_at IS NULL;
      CREATE INDEX session_account ON session (account_id, id);
      CREATE INDEX session_open ON session (last_seen_at) WHERE ended_at IS NULL;
      ${protect('session', {
        read: WITH_THE_ACCOUNT,
        write: SERVICE,
        // Callers end sessions, nothing else.
        update: `${SERVICE} OR (ended_at IS NULL AND ${ENDABLE})`,
        become: `${SERVICE} OR (ended_at IS NOT NULL AND ${ENDABLE})`,
      })};
      REVOKE UPDATE ON session FROM directory_app;
      GRANT UPDATE (appointment_id, last_seen_at, ended_at, end_reason) ON session TO directory_app;

      CREATE TABLE refresh_token (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        session_id uuid NOT NULL REFERENCES session (id) ON DELETE CASCADE,
        token_hash text NOT NULL UNIQUE,
        issued_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      );
      CREATE INDEX refresh_token_session ON refresh_token (session_id);
      ${protect('refresh_token', SERVICE_ONLY)};

      CREATE TABLE signing_key (
        kid text PRIMARY KEY,
        public_jwk jsonb NOT NULL,
        private_sealed text NOT NULL,
        active_from timestamptz NOT NULL,
        created_at timestamptz NOT NULL
      );
      ${protect('signing_key', SERVICE_ONLY)};

      CREATE TABLE password_reset_code (
        account_id uuid PRIMARY KEY REFERENCES account (id),
        code_index text NOT NULL,
        expires_at timestamptz NOT NULL,
        tries integer NOT NULL DEFAULT 0
      );
      ${protect('password_reset_code', SERVICE_ONLY)};

      CREATE TABLE revocation (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        kind text NOT NULL CHECK (kind IN ('SESSION', 'ACCOUNT', 'APPOINTMENT')),
        subject uuid NOT NULL,
        reason text NOT NULL,
        not_before timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX revocation_expiry ON revocation (expires_at);
      ${protect('revocation', {
        read: SERVICE,
        write: SERVICE,
        insert: `${SERVICE}
          OR (kind = 'SESSION' AND EXISTS (SELECT FROM session s WHERE s.id = subject AND (${OWN('s.account_id')} OR ${MAINTAINS})))
          OR (kind = 'ACCOUNT' AND EXISTS (SELECT FROM account a WHERE a.id = subject AND (${OWN('a.id')} OR ${MAINTAINS})))`,
      })};
      REVOKE UPDATE, TRUNCATE ON revocation FROM directory_app;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE revocation; DROP TABLE password_reset_code; DROP TABLE signing_key; DROP TABLE refresh_token;
      DROP TABLE session; DROP TABLE login_attempt; DROP TABLE captcha`);
  }
}
