import { inCallersRange } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ROLES = `(junxian.has_role('poverty-alleviation:MANAGER') OR junxian.has_role('poverty-alleviation:PROJECT'))`;
const NOTICE = (more = '') =>
  `EXISTS (SELECT FROM public_disclosure d WHERE d.id = disclosure_id AND ${inCallersRange('d.region_code')}${more})`;
/** Rows written by the transaction that asks. */
const JUST_PUBLISHED = ' AND d.xmin = pg_current_xact_id()::xid';

/** What is published stays as it was published (PA-QY-12): callers withdraw a notice, once, and write nothing else of it. */
export class PublishedNotices1000000000475 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      REVOKE UPDATE, DELETE ON public_disclosure, disclosed_beneficiary FROM poverty_alleviation_app;
      GRANT UPDATE (withdrawn_at, withdrawn_by, withdraw_reason, updated_by, updated_at, version, region_code, region_epoch)
        ON public_disclosure TO poverty_alleviation_app;
      GRANT UPDATE (region_code, region_epoch) ON disclosed_beneficiary TO poverty_alleviation_app;
      -- Only the service moves a notice, after its region; a withdrawal is neither undone nor rewritten.
      CREATE TRIGGER withdrawn_once BEFORE UPDATE ON public_disclosure FOR EACH ROW
        WHEN (OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
          OR (OLD.region_code, OLD.region_epoch) IS DISTINCT FROM (NEW.region_code, NEW.region_epoch))
        EXECUTE FUNCTION pa_fields_of_roles();
      -- The list of beneficiaries is written together with its notice.
      ALTER POLICY insert_scope ON disclosed_beneficiary
        WITH CHECK (junxian.is_service() OR (${ROLES} AND ${NOTICE(JUST_PUBLISHED)}));
      ALTER POLICY update_scope ON disclosed_beneficiary USING (junxian.is_service()) WITH CHECK (junxian.is_service());
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    const writes = `junxian.is_service() OR (${ROLES} AND ${NOTICE()})`;
    await runner.query(`
      ALTER POLICY update_scope ON disclosed_beneficiary USING (${writes}) WITH CHECK (${writes});
      ALTER POLICY insert_scope ON disclosed_beneficiary WITH CHECK (${writes});
      DROP TRIGGER withdrawn_once ON public_disclosure;
      GRANT UPDATE, DELETE ON public_disclosure, disclosed_beneficiary TO poverty_alleviation_app;
    `);
  }
}
