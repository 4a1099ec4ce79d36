import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SERVICE, WITH_THE_ITEM } from './200-cases';

/** Who refuses an application that came too late says so on the item, of which there is no review then (scenario 29). */
export const lapsedBy = (
  clerk: string,
) => `(${clerk} AND OLD.state IN ('COMPLETED', 'REVIEWED') AND NEW.state = 'LAPSED'
        AND to_jsonb(OLD) - '{state,updated_at,version}'::text[] = to_jsonb(NEW) - '{state,updated_at,version}'::text[])`;

/** The triggers that let only participants write: of what callers write, by how they are told from the service and who is a clerk of reviews. */
export const participantTriggers = (
  caller = 'junxian.is_signed_in() AND NOT junxian.is_service()',
  clerk = `junxian.has_role('petitions:REVIEW_CLERK')`,
) => `
      CREATE OR REPLACE TRIGGER case_item_by_participants BEFORE UPDATE ON case_item FOR EACH ROW
        WHEN (${caller} AND NOT ${lapsedBy(clerk)}) EXECUTE FUNCTION only_who_takes_part('id');
      CREATE OR REPLACE TRIGGER org_task_by_participants BEFORE INSERT OR UPDATE ON org_task FOR EACH ROW
        WHEN (${caller}) EXECUTE FUNCTION only_who_takes_part('case_item_id');`;

/**
 * Of a protected item, those who see it for other reasons than holding or reviewing it do not see who petitions (section 6 matrix). The clerk
 * who registers a review finds the applicant before the review is there.
 */
export const MAY_KNOW = `EXISTS (SELECT FROM case_item c WHERE c.id = case_item_id AND (NOT is_petition_officer()
          OR (c.purpose <> 'ACCUSATION' AND NOT c.confidential)
          OR c.custodian_organisation_id = my_organisation()
          OR (c.outcome IS NOT NULL AND junxian.has_role('petitions:REVIEW_CLERK'))
          OR reviews_item(c.id)))`;
export const IN_CUSTODY = `(is_petition_officer() AND EXISTS (
          SELECT FROM case_item c WHERE c.id = case_item_id AND c.custodian_organisation_id = my_organisation()))`;

/**
 * Who writes on an item and its tasks: sight is not enough. A bureau above, a consulted organisation or the next superior reads; the item and
 * its tasks are changed by who takes part. Locking a row (`FOR UPDATE`) asks the policies, so triggers decide about changes.
 */
export class TakingPart1000000000870 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A function, so that a list of petitioners is planned without the reviews and their policies.
      CREATE FUNCTION reviews_item(item uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM review_case v WHERE v.case_item_id = item AND v.authority_organisation_id = my_organisation()) $$;
      -- Registered it, holds or held it, answers for it, or reviews it.
      CREATE FUNCTION takes_part(item uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM case_item c WHERE c.id = item AND my_organisation() IN (c.organisation_id,
            c.custodian_organisation_id, c.petition_dept_organisation_id, c.responsible_organisation_id))
          OR EXISTS (SELECT FROM org_task t WHERE t.case_item_id = item AND t.organisation_id = my_organisation() AND t.state <> 'CANCELLED')
          OR reviews_item(item) $$;

      CREATE FUNCTION only_who_takes_part() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF takes_part((to_jsonb(NEW) ->> TG_ARGV[0])::uuid) THEN RETURN NEW; END IF;
          -- A bureau above that supervises 督办 puts its demand into the unit's inbox.
          IF TG_TABLE_NAME = 'org_task' AND TG_OP = 'INSERT' AND NOT (to_jsonb(NEW) ->> 'custody')::boolean
            AND to_jsonb(NEW) ->> 'state' = 'UNIT_INBOX' AND (to_jsonb(NEW) ->> 'organisation_id')::uuid <> my_organisation()
            AND EXISTS (SELECT FROM handling_record r WHERE r.id = (to_jsonb(NEW) ->> 'handling_record_id')::uuid
              AND r.mode = 'SUPERVISE' AND r.from_organisation_id = my_organisation()) THEN RETURN NEW; END IF;
          RAISE EXCEPTION 'only who takes part writes' USING ERRCODE = 'insufficient_privilege';
        END $$;
      ${participantTriggers()}

      ALTER POLICY read_scope ON petitioner USING (${SERVICE} OR ${MAY_KNOW});
      ALTER POLICY insert_scope ON petitioner WITH CHECK (${SERVICE} OR ${IN_CUSTODY});
      ALTER POLICY update_scope ON petitioner USING (${SERVICE} OR ${IN_CUSTODY}) WITH CHECK (${SERVICE} OR ${IN_CUSTODY});
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER POLICY read_scope ON petitioner USING (${SERVICE} OR ${WITH_THE_ITEM});
      ALTER POLICY insert_scope ON petitioner WITH CHECK (${SERVICE} OR (is_petition_officer() AND ${WITH_THE_ITEM}));
      ALTER POLICY update_scope ON petitioner USING (${SERVICE} OR (is_petition_officer() AND ${WITH_THE_ITEM}))
        WITH CHECK (${SERVICE} OR (is_petition_officer() AND ${WITH_THE_ITEM}));
      DROP TRIGGER org_task_by_participants ON org_task;
      DROP TRIGGER case_item_by_participants ON case_item;
      DROP FUNCTION only_who_takes_part();
      DROP FUNCTION takes_part(uuid);
      DROP FUNCTION reviews_item(uuid);
    `);
  }
}
