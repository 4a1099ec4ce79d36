import type { MigrationInterface, QueryRunner } from 'typeorm';
import { itemPolicies, SERVICE, WITH_THE_ITEM } from './200-cases';

const SEEN = 'item_in_sight(case_item_id)';
export const OWN = (seen: string) =>
  `${SERVICE} OR (is_petition_officer() AND organisation_id = my_organisation() AND ${seen})`;
const OWN_RECORD = (seen: string) =>
  `(is_petition_officer() AND from_organisation_id = my_organisation() AND (case_item_id IS NULL OR ${seen}))`;
const TASK = (seen: string) => `${SERVICE} OR (is_petition_officer() AND ${seen})`;
const SIGNED = (seen: string) =>
  `${SERVICE} OR (account_id = junxian.account_id() AND organisation_id IS NOT DISTINCT FROM my_organisation() AND ${seen})`;

/** The organisations that an item itself names. */
export const PARTIES = (item: string) =>
  `${item}.organisation_id, ${item}.custodian_organisation_id, ${item}.petition_dept_organisation_id, ${item}.responsible_organisation_id`;

/** The write policies of what hangs on an item, by how they look whether the item is in sight. */
const writePolicies = (seen: string) => `
      ALTER POLICY insert_scope ON org_task WITH CHECK (${TASK(seen)});
      ALTER POLICY update_scope ON org_task USING (${TASK(seen)}) WITH CHECK (${TASK(seen)});
      ALTER POLICY insert_scope ON handling_record WITH CHECK (${SERVICE} OR ${OWN_RECORD(seen)});
      ALTER POLICY update_scope ON handling_record USING (${SERVICE} OR ${OWN_RECORD(seen)}) WITH CHECK (${SERVICE} OR ${OWN_RECORD(seen)});
      ALTER POLICY insert_scope ON notice WITH CHECK (${OWN(seen)});
      ALTER POLICY update_scope ON notice USING (${OWN(seen)}) WITH CHECK (${OWN(seen)});
      ALTER POLICY insert_scope ON handling_opinion WITH CHECK (${OWN(seen)});
      ALTER POLICY update_scope ON handling_opinion USING (${OWN(seen)}) WITH CHECK (${OWN(seen)});
      ALTER POLICY insert_scope ON case_journal WITH CHECK (${SIGNED(seen)});`;

const onItems = ({ read, update, become }: ReturnType<typeof itemPolicies>) => `
      ALTER POLICY read_scope ON case_item USING (${read});
      ALTER POLICY update_scope ON case_item USING (${update}) WITH CHECK (${become});`;

/**
 * The same rows may be written as before, for less. A statement prepares every look that its policies may take, taken or not: with the
 * policies of the item written out in each of them that is most of the cost of a write of one row. A function prepares it once for the
 * connection. What is read stays written out: lists compare many rows.
 */
export class LighterChecks1000000000880 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- With the caller's rights: the item's own policies decide.
      CREATE FUNCTION item_in_sight(item uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        BEGIN RETURN EXISTS (SELECT FROM case_item c WHERE c.id = item); END $$;
      ${writePolicies(SEEN)}
      -- With an OFFSET the look is made for each row: without, the planner may choose to read all that an organisation sees before the first row.
      ${onItems(itemPolicies(' OFFSET 0'))}
      ALTER POLICY read_scope ON handling_record USING (CASE WHEN ${SERVICE} THEN true
        WHEN case_item_id IS NULL THEN is_petition_officer() AND from_organisation_id = my_organisation() ELSE ${WITH_THE_ITEM} END);

      -- One look after the other, the likeliest first.
      CREATE OR REPLACE FUNCTION takes_part(item uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        DECLARE mine uuid := my_organisation();
        BEGIN
          IF EXISTS (SELECT FROM case_item c WHERE c.id = item AND mine IN (${PARTIES('c')})) THEN RETURN true; END IF;
          IF EXISTS (SELECT FROM org_task t WHERE t.case_item_id = item AND t.organisation_id = mine AND t.state <> 'CANCELLED') THEN RETURN true; END IF;
          RETURN reviews_item(item);
        END $$;
      -- Mostly the row itself tells.
      CREATE OR REPLACE FUNCTION only_who_takes_part() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE mine uuid := my_organisation();
        BEGIN
          IF TG_TABLE_NAME = 'case_item' THEN
            IF mine IN (${PARTIES('OLD')}) OR takes_part(NEW.id) THEN RETURN NEW; END IF;
          ELSE
            IF TG_OP = 'UPDATE' THEN
              IF OLD.organisation_id = mine AND OLD.state <> 'CANCELLED' AND OLD.case_item_id = NEW.case_item_id THEN RETURN NEW; END IF;
            END IF;
            IF takes_part(NEW.case_item_id) THEN RETURN NEW; END IF;
            -- A bureau above that supervises 督办 puts its demand into the unit's inbox.
            IF TG_OP = 'INSERT' AND NOT NEW.custody AND NEW.state = 'UNIT_INBOX' AND NEW.organisation_id <> mine
              AND EXISTS (SELECT FROM handling_record r WHERE r.id = NEW.handling_record_id
                AND r.mode = 'SUPERVISE' AND r.from_organisation_id = mine) THEN RETURN NEW; END IF;
          END IF;
          RAISE EXCEPTION 'only who takes part writes' USING ERRCODE = 'insufficient_privilege';
        END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${writePolicies(WITH_THE_ITEM)}
      ${onItems(itemPolicies())}
      ALTER POLICY read_scope ON handling_record USING (${SERVICE} OR (case_item_id IS NOT NULL AND ${WITH_THE_ITEM}) OR ${OWN_RECORD(WITH_THE_ITEM)});
      DROP FUNCTION item_in_sight(uuid);
      CREATE OR REPLACE FUNCTION takes_part(item uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM case_item c WHERE c.id = item AND my_organisation() IN (${PARTIES('c')}))
          OR EXISTS (SELECT FROM org_task t WHERE t.case_item_id = item AND t.organisation_id = my_organisation() AND t.state <> 'CANCELLED')
          OR reviews_item(item) $$;
    `);
  }
}
