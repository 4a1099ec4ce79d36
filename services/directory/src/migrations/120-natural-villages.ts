import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ADMINISTRATOR =
  "(junxian.has_role('directory:ORG_ADMIN') OR junxian.has_role('directory:SUPERIOR_ADMIN'))";

/**
 * Natural villages: a code of their own under an administrative village, never a scope (DI-REG-11).
 * A removed one keeps its row, so that its serial is never given out again. The key is deferrable because a
 * change of regions may shift several codes at once, one into the place of another.
 */
export class NaturalVillages1000000000120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE natural_village (
        code text COLLATE "C" PRIMARY KEY DEFERRABLE CHECK (code ~ '^[0-9]{14}$'),
        village_code text COLLATE "C" NOT NULL,
        name text NOT NULL CHECK (name <> ''),
        valid_from date NOT NULL,
        valid_to date CHECK (valid_to >= valid_from),
        removed_by text,
        version integer NOT NULL DEFAULT 1,
        CHECK (substr(code, 1, 12) = village_code)
      );
      CREATE UNIQUE INDEX natural_village_name_once ON natural_village (village_code, name) WHERE valid_to IS NULL;
      ${protect('natural_village', {
        read: 'true',
        write: `junxian.is_service() OR (${ADMINISTRATOR} AND ${inCallersRange('village_code')})`,
      })};
      CREATE POLICY never_deleted ON natural_village AS RESTRICTIVE FOR DELETE USING (false);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE natural_village');
  }
}
