import { definer } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

interface BeyondScopeFunction {
  /** `name(argument types)`, the name beginning with its rule. */
  signature: string;
  create: string;
  /** What it writes, beyond reading. */
  grants?: string;
}

/** All functions of this service that look, or act, beyond what the caller sees; each named by its rule. */
const FUNCTIONS: readonly BeyondScopeFunction[] = [
  {
    // PT-SEC-01: lets an organisation and the bureaus above it see an item; only for who sees it already. Says nothing.
    signature: 'pt_sec_01_let_see(uuid, uuid, text[], text, timestamptz)',
    create: `CREATE FUNCTION pt_sec_01_let_see(item uuid, organisation uuid, regions text[], why text, at timestamptz)
      RETURNS void LANGUAGE sql AS $$
        INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
        SELECT seeing.id, c.id, seeing.reason, c.registered_at, at
        FROM case_item c CROSS JOIN (
          SELECT organisation AS id, why AS reason
          UNION ALL SELECT o.id, 'SUBTREE' FROM organisation o
          WHERE o.region_code = ANY(regions) AND o.is_bureau AND NOT o.removed AND o.id <> organisation) AS seeing
        WHERE c.id = item AND (junxian.is_service() OR (is_petition_officer()
          AND c.accused_organisation_id IS DISTINCT FROM my_organisation()
          AND (c.organisation_id = my_organisation() OR EXISTS (
            SELECT FROM case_sight s WHERE s.case_item_id = c.id AND s.organisation_id = my_organisation()))))
        ON CONFLICT (case_item_id, organisation_id) DO NOTHING $$`,
    grants: 'GRANT INSERT ON case_sight TO petitions_definer',
  },
  {
    // PT-SEC-01: a bureau, newly designated or moved, sees what was sent into its subtree before; what it saw it keeps. Says nothing.
    signature: 'pt_sec_01_show_subtree(uuid)',
    create: `CREATE FUNCTION pt_sec_01_show_subtree(bureau uuid) RETURNS void LANGUAGE sql AS $$
        INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
        SELECT DISTINCT ON (s.case_item_id) b.id, s.case_item_id, 'SUBTREE', s.registered_at, s.granted_at
        FROM organisation b
          JOIN organisation o ON b.region_code IN (SELECT a.region_code FROM region_ancestors(o.region_code) a) AND o.id <> b.id
          JOIN case_sight s ON s.organisation_id = o.id AND s.reason <> 'SUBTREE'
        WHERE b.id = bureau AND b.is_bureau AND NOT b.removed
          AND (junxian.is_service() OR (junxian.has_role('petitions:ADMIN') AND junxian.in_scope(b.region_code)))
        ORDER BY s.case_item_id, s.granted_at
        ON CONFLICT (case_item_id, organisation_id) DO NOTHING $$`,
  },
];

export const BEYOND_SCOPE_FUNCTIONS = FUNCTIONS.map(({ signature }) => signature);

export class BeyondScope1000000000900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const { signature, create, grants } of FUNCTIONS) {
      if (grants !== undefined) await runner.query(grants);
      await runner.query(definer('petitions', signature, create));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { signature } of [...FUNCTIONS].reverse()) await runner.query(`DROP FUNCTION ${signature}`);
  }
}
