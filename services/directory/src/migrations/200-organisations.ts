import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inRangeFor, MAINTAINS } from './who-writes';

/**
 * Organisations and their tree. The seal name is stored without any whitespace and is unique in the whole
 * country among those that exist (DI-ORG-01); the index enforces it across regions, which no caller sees.
 * A row is never deleted: removal sets valid_to (DI-ORG-05).
 */
export class Organisations1000000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE organisation (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        kind text NOT NULL CHECK (kind IN ('UNIT', 'DEPARTMENT', 'PARTY', 'BUREAU')),
        seal_name text NOT NULL CHECK (seal_name <> '' AND seal_name !~ '[[:space:]\u3000]'),
        unified_social_credit_code text COLLATE "C"
          CHECK (unified_social_credit_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
        region_code text COLLATE "C" NOT NULL CHECK (region_code ~ '^[0-9]{12}$'),
        superior_id uuid REFERENCES organisation (id) CHECK (superior_id <> id),
        headcount integer CHECK (headcount >= 0),
        has_extranet boolean NOT NULL,
        converted_to_enterprise_on date,
        admin_prefix text CHECK (admin_prefix ~ '^[a-z]{1,20}$'),
        registered boolean NOT NULL,
        contact_name text,
        contact_phone_sealed text,
        valid_from date NOT NULL,
        valid_to date,
        version integer NOT NULL DEFAULT 1
      );
      CREATE UNIQUE INDEX organisation_seal_name_once ON organisation (seal_name) WHERE valid_to IS NULL;
      CREATE INDEX organisation_region ON organisation (region_code, id);
      CREATE INDEX organisation_superior ON organisation (superior_id, seal_name, id);
      ${protect('organisation', {
        read: inCallersRange('region_code'),
        write: inRangeFor(MAINTAINS),
        // Whoever sees it may lock it, and is then told why it is not theirs to change.
        update: inCallersRange('region_code'),
        become: inRangeFor(MAINTAINS),
      })};
      CREATE POLICY never_deleted ON organisation AS RESTRICTIVE FOR DELETE USING (false);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE organisation');
  }
}
