import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BY_OFFICERS, OFFICER_WITH_THE_ITEM, SERVICE } from './200-cases';
import { CONTENT_CATEGORIES } from './content-categories';

/** Registration 登记: content categories, simple registrations, co-visitors, deliveries of query codes, decisions about duplicates. */
export class Registration1000000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Content categories 内容分类, three levels; codes are paths, so that a level counts by prefix.
      CREATE TABLE content_category (
        code text COLLATE "C" PRIMARY KEY,
        parent_code text COLLATE "C" REFERENCES content_category (code),
        level integer NOT NULL CHECK (level BETWEEN 1 AND 3),
        name text NOT NULL,
        name_en text NOT NULL,
        position integer NOT NULL,
        CHECK ((level = 1) = (parent_code IS NULL))
      );
      CREATE INDEX content_category_children ON content_category (parent_code, position);
      ${protect('content_category', { read: 'true', write: SERVICE })};

      -- Letters without follow-up 来信简单登记: no task, clock or query code ever hangs on them.
      CREATE TABLE simple_registration (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        region_code text COLLATE "C" NOT NULL,
        region_epoch integer NOT NULL DEFAULT 0,
        organisation_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('UNCLEAR', 'REPEAT', 'OTHER_PROVINCE', 'LITIGATION', 'FINAL')),
        name text NOT NULL,
        address text NOT NULL,
        letter_count integer NOT NULL CHECK (letter_count >= 1),
        addressee text,
        note text,
        handling_mode text NOT NULL,
        destination text NOT NULL,
        -- The item that showed it to be a simple case; of an item out of scope nothing but this link.
        linked_item_id uuid REFERENCES case_item (id),
        registered_at timestamptz NOT NULL,
        created_by uuid NOT NULL,
        version integer NOT NULL DEFAULT 1
      );
      CREATE INDEX simple_registration_list ON simple_registration (organisation_id, registered_at DESC, id DESC);
      CREATE INDEX simple_registration_name ON simple_registration (organisation_id, name COLLATE "C");
      CREATE INDEX simple_registration_region ON simple_registration (region_code);
      ${protect('simple_registration', {
        read: `${SERVICE} OR (is_petition_officer() AND organisation_id = my_organisation())`,
        insert: `${SERVICE} OR (is_petition_officer() AND organisation_id = my_organisation() AND ${inCallersRange('region_code')})`,
        update: SERVICE,
        remove: 'false',
      })};

      -- People who came along 随访人; the number is sealed.
      CREATE TABLE co_visitor (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        name text NOT NULL,
        sex text CHECK (sex IN ('MALE', 'FEMALE')),
        id_type text,
        id_number_sealed text,
        id_number_index text COLLATE "C",
        address text,
        photo_file_id uuid,
        source text NOT NULL CHECK (source IN ('ID_READER', 'MANUAL')),
        -- One of the at most five who speak for a shared demand (PT-VIS-07).
        representative boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        created_by uuid NOT NULL,
        version integer NOT NULL DEFAULT 1
      );
      CREATE INDEX co_visitor_item ON co_visitor (case_item_id, id);
      ${protect('co_visitor', { ...BY_OFFICERS, remove: `${SERVICE} OR ${OFFICER_WITH_THE_ITEM}` })};

      -- Each time a query code was printed or sent 查询码送达; kept whatever became of it (PT-REG-06).
      CREATE TABLE query_code_delivery (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        case_item_id uuid NOT NULL REFERENCES case_item (id),
        organisation_id uuid NOT NULL,
        means text NOT NULL CHECK (means IN ('PRINT', 'SMS')),
        mobile_sealed text,
        at timestamptz NOT NULL,
        by_account uuid NOT NULL,
        sms_status text CHECK (sms_status IN ('PENDING', 'SENT', 'FAILED')),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        sent_at timestamptz,
        version integer NOT NULL DEFAULT 1,
        CHECK ((means = 'SMS') = (mobile_sealed IS NOT NULL)),
        CHECK ((means = 'SMS') = (sms_status IS NOT NULL)),
        CHECK ((sms_status = 'PENDING') = (next_attempt_at IS NOT NULL))
      );
      CREATE INDEX query_code_delivery_item ON query_code_delivery (case_item_id, id);
      CREATE INDEX query_code_delivery_waiting ON query_code_delivery (next_attempt_at) WHERE sms_status = 'PENDING';
      ${protect('query_code_delivery', BY_OFFICERS)};

      -- What a person decided about a proposed duplicate (PT-DUP-04).
      CREATE TABLE duplicate_decision (
        case_item_id uuid PRIMARY KEY REFERENCES case_item (id),
        kind text NOT NULL CHECK (kind IN ('SAME_MATTER', 'SAME_PERSON', 'NEITHER')),
        linked_item_id uuid REFERENCES case_item (id),
        decided_by uuid NOT NULL,
        decided_at timestamptz NOT NULL,
        CHECK ((kind = 'NEITHER') = (linked_item_id IS NULL))
      );
      ${protect('duplicate_decision', { ...BY_OFFICERS, update: SERVICE })};

      -- The pairs of neighbouring characters of addresses as a set of bits: how alike two Chinese addresses are is a matter of
      -- counting common bits. pg_trgm sees no letters in Chinese text under the locale C of these databases. Blanks and signs
      -- do not count.
      CREATE FUNCTION address_signature(VARIADIC addresses text[]) RETURNS bit
        -- PL/pgSQL, since an aggregate in an SQL function starts the executor anew for each row.
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
          DECLARE
            signature bit(512);
            address text;
            letter text;
            before bigint;
            code bigint;
          BEGIN
            FOREACH address IN ARRAY addresses LOOP
              CONTINUE WHEN address IS NULL;
              before := NULL;
              FOREACH letter IN ARRAY string_to_array(translate(lower(address), E' \\t\\n　,，.。-－—#、()（）', ''), NULL) LOOP
                code := ascii(letter);
                IF before IS NOT NULL THEN
                  signature := set_bit(coalesce(signature, B'0'::bit(512)), ((before * 40503 + code) * 2654435761 / 65536 % 512)::integer, 1);
                END IF;
                before := code;
              END LOOP;
            END LOOP;
            RETURN signature;
          END $$;
      ALTER TABLE petitioner
        ADD COLUMN source text CHECK (source IN ('ID_READER', 'MANUAL')),
        ADD COLUMN address_signature bit(512) GENERATED ALWAYS AS (address_signature(household_address, usual_address, mailing_address)) STORED;
      -- Same name, newest first: the duplicate check looks at a bounded number (PT-DUP-01). By the time, so that the planner does
      -- not walk the primary key backwards for a common name. Serves what petitioner_name did.
      DROP INDEX petitioner_name;
      CREATE INDEX petitioner_name ON petitioner (name COLLATE "C", created_at DESC, id DESC) WHERE name IS NOT NULL;
      -- The lists of letters and visits of the registering organisation (PT-REG-04).
      CREATE INDEX case_item_registrations ON case_item (organisation_id, channel, registered_at DESC, id DESC);
    `);
    await runner.query(`SELECT set_config('junxian.actor', 'SERVICE', true)`);
    for (const { code, parent, level, name, nameEn, position } of CONTENT_CATEGORIES)
      await runner.query(
        `INSERT INTO content_category (code, parent_code, level, name, name_en, position) VALUES ($1, $2, $3, $4, $5, $6)`,
        [code, parent, level, name, nameEn, position],
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX case_item_registrations;
      DROP INDEX petitioner_name;
      CREATE INDEX petitioner_name ON petitioner (name COLLATE "C") WHERE name IS NOT NULL;
      ALTER TABLE petitioner DROP COLUMN address_signature, DROP COLUMN source;
      DROP FUNCTION address_signature(text[]);
      DROP TABLE duplicate_decision, query_code_delivery, co_visitor, simple_registration, content_category`);
  }
}
