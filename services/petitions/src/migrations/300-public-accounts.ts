import { protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SERVICE } from './200-cases';
import { neverRewritten } from './column-rights';

const OWN = 'account_id::text = junxian.account_id()';

/** Profiles of citizens' accounts 公众账号 (catalogue 2.1), registrations under way, and attempts counted against floods. */
export class PublicAccounts1000000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE public_account (
        id uuid PRIMARY KEY,
        -- The account in the directory, which keeps the password; it cannot sign in before this row is stored.
        account_id uuid NOT NULL UNIQUE,
        username text NOT NULL,
        anonymous boolean NOT NULL,
        name text,
        sex text CHECK (sex IN ('MALE', 'FEMALE')),
        id_type text CHECK (id_type IN ('RESIDENT_ID', 'HOUSEHOLD_BOOK', 'PASSPORT', 'MILITARY_ID', 'HK_MACAO_PERMIT',
          'TAIWAN_PERMIT', 'OTHER')),
        id_number_sealed text,
        id_number_index text COLLATE "C",
        citizen_id text COLLATE "C",
        household_address text,
        household_region_code text COLLATE "C",
        usual_address text,
        usual_region_code text COLLATE "C",
        mailing_address text,
        mailing_region_code text COLLATE "C",
        mobile_sealed text NOT NULL,
        phone_sealed text,
        email_sealed text,
        birth_date date,
        ethnicity text,
        political_status text,
        occupation text,
        employer text,
        postcode text,
        residency_status text,
        terms_accepted_at timestamptz NOT NULL,
        identity_verified_at timestamptz,
        -- Null: the directory has not yet confirmed that the account may sign in.
        activated_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL DEFAULT 1,
        CHECK (coalesce(household_address, usual_address, mailing_address) IS NOT NULL),
        CHECK (anonymous OR (name IS NOT NULL AND sex IS NOT NULL AND id_type IS NOT NULL AND id_number_sealed IS NOT NULL)),
        CHECK (NOT anonymous OR coalesce(name, sex, id_type, id_number_sealed, id_number_index, citizen_id, phone_sealed,
          email_sealed, birth_date::text, ethnicity, political_status, occupation, employer, residency_status) IS NULL)
      );
      CREATE INDEX public_account_citizen ON public_account (citizen_id) WHERE citizen_id IS NOT NULL;
      CREATE INDEX public_account_unfinished ON public_account (created_at) WHERE activated_at IS NULL;
      -- Officers who opened a submission of it read a named profile as well: 310.
      ${protect('public_account', {
        read: `${SERVICE} OR ${OWN}`,
        insert: SERVICE,
        update: `${SERVICE} OR ${OWN}`,
        remove: SERVICE,
      })};
      ${neverRewritten('public_account', ['id', 'account_id', 'username', 'anonymous', 'terms_accepted_at', 'created_at'])};

      -- A registration that has passed identity check and captcha; a retry under its key goes on from there. Kept a day.
      CREATE TABLE account_registration (
        key_index text COLLATE "C" PRIMARY KEY,
        content_index text COLLATE "C" NOT NULL,
        profile_id uuid NOT NULL DEFAULT uuidv7(),
        identity_verified_at timestamptz,
        passed_at timestamptz NOT NULL
      );
      CREATE INDEX account_registration_passed ON account_registration (passed_at);
      ${protect('account_registration', { read: SERVICE })};

      -- Attempts by keyed digests of account or address. Losing them in a crash of the server only forgives some.
      CREATE UNLOGGED TABLE public_attempt (key text COLLATE "C" NOT NULL, at timestamptz NOT NULL);
      CREATE INDEX public_attempt_key ON public_attempt (key, at);
      CREATE INDEX public_attempt_at ON public_attempt (at);
      ${protect('public_attempt', { read: SERVICE })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE public_attempt, account_registration, public_account');
  }
}
