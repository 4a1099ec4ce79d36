import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What this service must know of the directory to route, kept from its events: organisations (which of them are
 * petition bureaus 信访局) and the officers' appointments, by ids only.
 */
export class Organisations1000000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION my_organisation() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT nullif(current_setting('junxian.organisation', true), '')::uuid $$;
      CREATE FUNCTION is_petition_officer() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
        -- A pending account may not act yet: it has neither a range nor a role (scopeOf).
        SELECT position(',petitions:' IN coalesce(current_setting('junxian.roles', true), '')) > 0
          AND coalesce(current_setting('junxian.region_high', true), '') <> '' $$;

      CREATE TABLE organisation (
        id uuid PRIMARY KEY,
        seal_name text NOT NULL,
        kind text NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        region_level text NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        superior_id uuid,
        is_bureau boolean NOT NULL,
        -- Who decided is_bureau; null while it follows from kind and name.
        bureau_decided_by text,
        removed boolean NOT NULL DEFAULT false,
        directory_version integer NOT NULL DEFAULT 0,
        version integer NOT NULL DEFAULT 1
      );
      CREATE INDEX organisation_region ON organisation (region_code);
      CREATE INDEX organisation_bureau ON organisation (region_code) WHERE is_bureau AND NOT removed;
      -- Organisations and their names are public knowledge; the directory decides about them.
      ${protect('organisation', {
        read: 'true',
        write: 'junxian.is_service()',
        update: `junxian.is_service() OR (junxian.has_role('petitions:ADMIN') AND ${inCallersRange('region_code')})`,
      })};
      -- An administrator decides which organisations are bureaus 信访局; everything else is the directory's: by region and
      -- superior it is decided who sees and reviews what.
      CREATE FUNCTION only_bureau_by_callers() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF to_jsonb(OLD) - '{is_bureau,bureau_decided_by,version}'::text[]
             IS DISTINCT FROM to_jsonb(NEW) - '{is_bureau,bureau_decided_by,version}'::text[] THEN
            RAISE EXCEPTION 'an organisation is the directory''s' USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN NEW;
        END $$;
      CREATE TRIGGER organisation_by_directory BEFORE UPDATE ON organisation FOR EACH ROW WHEN (junxian.is_signed_in() AND NOT junxian.is_service())
        EXECUTE FUNCTION only_bureau_by_callers();

      -- The region an organisation lies in after all changes received, also those that its own row has not followed yet, and the number of the
      -- newest: what a new row of the organisation carries. Only under the lock of those who write region codes. Of an organisation
      -- that is not known yet the given code.
      CREATE FUNCTION present_region(organisation uuid, given text, OUT code text, OUT epoch integer) LANGUAGE plpgsql STABLE AS $$
        DECLARE
          followed integer;
          change record;
        BEGIN
          SELECT o.region_code, o.region_epoch INTO code, followed FROM organisation o WHERE o.id = present_region.organisation;
          code := coalesce(code, given);
          SELECT coalesce(max(c.seq), 0) INTO epoch FROM region_change c;
          -- Rows of split regions stay until a person assigns them.
          FOR change IN SELECT c.moves FROM region_change c
            WHERE c.followed_at IS NULL AND c.seq > coalesce(followed, 0) AND c.kind <> 'SPLIT' ORDER BY c.seq
          LOOP
            code := coalesce((SELECT left(m."to", l.digits) || substr(code, l.digits + 1)
              FROM jsonb_to_recordset(change.moves) AS m("from" text, "to" text, level text)
                JOIN (VALUES ('NATION', 0), ('PROVINCE', 2), ('CITY', 4), ('COUNTY', 6), ('TOWNSHIP', 9), ('VILLAGE', 12)) AS l(level, digits)
                  ON l.level = m.level AND length(m."from") = 12
              WHERE left(code, l.digits) = left(m."from", l.digits) ORDER BY l.digits DESC LIMIT 1), code);
          END LOOP;
        END $$;

      CREATE TABLE officer_appointment (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL,
        organisation_id uuid NOT NULL,
        region_code text COLLATE "C" NOT NULL,
        region_level text NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        roles text[] NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        ended_on date,
        directory_version integer NOT NULL DEFAULT 0
      );
      CREATE INDEX officer_appointment_organisation ON officer_appointment (organisation_id);
      CREATE INDEX officer_appointment_account ON officer_appointment (account_id);
      CREATE INDEX officer_appointment_region ON officer_appointment (region_code);
      ${protect('officer_appointment', {
        read: 'junxian.is_service() OR (is_petition_officer() AND organisation_id = my_organisation())',
        write: 'junxian.is_service()',
      })};
      -- Accounts the directory disabled; an officer acts while not in it and an appointment runs.
      CREATE TABLE disabled_account (account_id uuid PRIMARY KEY, disabled_at timestamptz NOT NULL);
      ${protect('disabled_account', { read: 'junxian.is_service() OR is_petition_officer()', write: 'junxian.is_service()' })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE disabled_account, officer_appointment, organisation; DROP FUNCTION present_region(uuid, text); DROP FUNCTION only_bureau_by_callers(); DROP FUNCTION is_petition_officer(); DROP FUNCTION my_organisation()',
    );
  }
}
