import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SERVICE } from './200-cases';
import { IN_CUSTODY, MAY_KNOW } from './870-taking-part';
import { PARTIES } from './880-lighter-checks';
import { createBeyondScope, dropBeyondScope, SERVICE_OWED_FUNCTIONS } from './beyond-scope';

/** Of who held an item before and hands in a report of it (PT-HND-12) the item may come to be late, and changes in nothing else. */
const REPORTED = `'{late,updated_at,version}'::text[]`;

/** The roles of `isWorking` as they were when this was written; a test tells when the two differ. */
const WORKING = [
  'ONLINE_REGISTRAR',
  'LETTER_REGISTRAR',
  'VISIT_REGISTRAR',
  'INTERVIEWER',
  'RECEIVER',
  'HANDLER',
  'LEADER',
  'REVIEW_CLERK',
  'REVIEW_HANDLER',
  'REVIEW_LEADER',
].map((role) => `petitions:${role}`);
/** The organisation that holds a protected item; the responsible unit among them only where it must know. */
const HOLDS_AND_MAY_KNOW = `c.custodian_organisation_id = my_organisation()
            AND (c.need_to_know OR c.organisation_id = my_organisation() OR c.responsible_organisation_id IS DISTINCT FROM my_organisation())`;
const ORDINARY = `c.purpose <> 'ACCUSATION' AND NOT c.confidential`;
const OF_ITEM = (condition: string) =>
  `EXISTS (SELECT FROM case_item c WHERE c.id = case_item_id AND (${condition}))`;

/** Who reads the petitioner's row, as `identityView` has it; the clerk who registers a review finds the applicant before the review is there. */
const KNOWS = OF_ITEM(`NOT is_petition_officer() OR (${ORDINARY})
          OR (works_on_petitions() AND ((${HOLDS_AND_MAY_KNOW})
            OR (c.outcome IS NOT NULL AND junxian.has_role('petitions:REVIEW_CLERK')) OR reviews_item(c.id)))`);
const WRITES = `(is_petition_officer() AND ${OF_ITEM(
  `c.custodian_organisation_id = my_organisation() AND ((${ORDINARY}) OR (${HOLDS_AND_MAY_KNOW}))`,
)})`;

const petitionerPolicies = (read: string, write: string) => `
      ALTER POLICY read_scope ON petitioner USING (${SERVICE} OR ${read});
      ALTER POLICY insert_scope ON petitioner WITH CHECK (${SERVICE} OR ${write});
      ALTER POLICY update_scope ON petitioner USING (${SERVICE} OR ${write}) WITH CHECK (${SERVICE} OR ${write});`;

/** The trigger function that lets only participants write; `first` is done before all, `ofItem` is what else may become of an item. */
export const onlyParticipants = (first = '', ofItem = '') => `
      CREATE OR REPLACE FUNCTION only_who_takes_part() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE mine uuid := my_organisation();
        BEGIN${first}
          IF TG_TABLE_NAME = 'case_item' THEN
            -- Mostly the row itself tells.
            IF mine IN (${PARTIES('OLD')}) OR takes_part(NEW.id) THEN RETURN NEW; END IF;
            IF (NEW.late OR NOT OLD.late) AND to_jsonb(OLD) - ${REPORTED} = to_jsonb(NEW) - ${REPORTED} AND held_before(NEW.id) THEN RETURN NEW; END IF;${ofItem}
          ELSE
            IF TG_OP = 'UPDATE' THEN
              IF OLD.organisation_id = mine AND OLD.state <> 'CANCELLED' AND OLD.case_item_id = NEW.case_item_id
                AND (OLD.custody OR NOT NEW.custody OR comes_back(OLD)) THEN RETURN NEW; END IF;
            END IF;
            IF takes_part(NEW.case_item_id) THEN RETURN NEW; END IF;
            IF TG_OP = 'UPDATE' THEN
              -- Who sent it takes it back unopened, or decides about its return (PT-TSK-03).
              IF OLD.custody AND ((OLD.state = 'UNIT_INBOX' AND OLD.opened_at IS NULL AND NEW.state = 'CANCELLED' AND NOT NEW.custody)
                  OR (OLD.state = 'RETURN_PENDING' AND (NEW.state = 'TODO' OR (NEW.state = 'RETURNED' AND NOT NEW.custody))))
                AND EXISTS (SELECT FROM org_task t WHERE t.id = OLD.from_task_id AND t.organisation_id = mine) THEN RETURN NEW; END IF;
            ELSIF NOT NEW.custody THEN
              -- A report goes to whom it is for, and back to whose it is (PT-HND-12).
              IF NEW.kind IN ('REPORT_REVIEW', 'REPORT_SENT_BACK') AND EXISTS (SELECT FROM report p
                WHERE p.id = NEW.subject_id AND p.case_item_id = NEW.case_item_id AND ((NEW.kind = 'REPORT_REVIEW'
                    AND p.organisation_id = mine AND p.to_organisation_id = NEW.organisation_id)
                  OR (NEW.kind = 'REPORT_SENT_BACK' AND p.to_organisation_id = mine AND p.organisation_id = NEW.organisation_id)))
                THEN RETURN NEW; END IF;
              -- A bureau above that supervises 督办 puts its demand into the unit's inbox.
              IF NEW.state = 'UNIT_INBOX' AND NEW.organisation_id <> mine
                AND EXISTS (SELECT FROM handling_record r WHERE r.id = NEW.handling_record_id
                  AND r.mode = 'SUPERVISE' AND r.from_organisation_id = mine) THEN RETURN NEW; END IF;
            END IF;
          END IF;
          RAISE EXCEPTION 'only who takes part writes' USING ERRCODE = 'insufficient_privilege';
        END $$;`;

/**
 * Who held an item once writes what a rule still lets them write, no more: a report of it, its return or taking back, what is about the own task. And the
 * petitioner of a protected item is read by whom section 6 shows it, also by raw statements: not by the responsible unit that need not know.
 */
export class WhoMayStillWrite1000000000932 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createBeyondScope(runner, SERVICE_OWED_FUNCTIONS);
    await runner.query(`
      CREATE OR REPLACE FUNCTION takes_part(item uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        DECLARE mine uuid := my_organisation();
        BEGIN
          IF EXISTS (SELECT FROM case_item c WHERE c.id = item AND mine IN (${PARTIES('c')})) THEN RETURN true; END IF;
          IF EXISTS (SELECT FROM org_task t WHERE t.case_item_id = item AND t.organisation_id = mine AND t.custody) THEN RETURN true; END IF;
          RETURN reviews_item(item);
        END $$;
      CREATE OR REPLACE FUNCTION held_before(item uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN
          RETURN EXISTS (SELECT FROM org_task t WHERE t.case_item_id = item AND t.organisation_id = my_organisation()
            AND t.kind = 'HANDLE' AND t.state NOT IN ('RETURNED', 'CANCELLED'));
        END $$;
      -- PT-TSK-03: whose task it is gets the item back: the receiver's ended as given back, and the item still says that the receiver holds it.
      CREATE OR REPLACE FUNCTION comes_back(task org_task) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN
          RETURN EXISTS (SELECT FROM org_task r JOIN case_item c ON c.id = r.case_item_id
            WHERE r.from_task_id = task.id AND r.state IN ('CANCELLED', 'RETURNED')
              AND c.custodian_organisation_id = r.organisation_id AND c.outcome IS NULL);
        END $$;

      ${onlyParticipants()}

      CREATE FUNCTION works_on_petitions() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT string_to_array(current_setting('junxian.roles', true), ',') && '{${WORKING.join()}}' $$;
      ${petitionerPolicies(KNOWS, WRITES)}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    // Who held an item once is not let write more again.
    await runner.query(`${petitionerPolicies(MAY_KNOW, IN_CUSTODY)} DROP FUNCTION works_on_petitions()`);
    await dropBeyondScope(runner, SERVICE_OWED_FUNCTIONS);
  }
}
