import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What lists are read by, so that a page costs a page however much an organisation has: tasks carry the instant by which searches are ordered, and what an
 * organisation registered lies in the order of its list, whatever the channel.
 */
export class ListOrder1000000000910 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE org_task ADD COLUMN registered_at timestamptz;
      -- An item's registration never changes, nor does a task's item: callers may update none of these columns.
      CREATE FUNCTION task_of_registration() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          SELECT c.registered_at INTO NEW.registered_at FROM case_item c WHERE c.id = NEW.case_item_id;
          RETURN NEW;
        END $$;
    `);
    await runner.query(`SELECT set_config('junxian.actor', 'SERVICE', true)`);
    await runner.query(`
      UPDATE org_task t SET registered_at = c.registered_at FROM case_item c WHERE c.id = t.case_item_id;
      ALTER TABLE org_task ALTER COLUMN registered_at SET NOT NULL;
      CREATE TRIGGER org_task_registered_at BEFORE INSERT OR UPDATE OF case_item_id, registered_at ON org_task
        FOR EACH ROW EXECUTE FUNCTION task_of_registration();
      -- The holder at the end, as the channel below: it narrows the walk without breaking its order.
      CREATE INDEX org_task_held ON org_task (organisation_id, registered_at DESC, case_item_id DESC, holder_id);
      DROP INDEX case_item_registrations;
      CREATE INDEX case_item_registrations ON case_item (organisation_id, registered_at DESC, id DESC, channel);
      -- As many as there are categories and more: with fewer the planner knows none by its frequency, and takes each range of them as rare.
      ALTER TABLE case_item ALTER content_category SET STATISTICS 200;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX case_item_registrations;
      CREATE INDEX case_item_registrations ON case_item (organisation_id, channel, registered_at DESC, id DESC);
      ALTER TABLE case_item ALTER content_category SET STATISTICS DEFAULT;
      ALTER TABLE org_task DROP COLUMN registered_at;
      DROP FUNCTION task_of_registration() CASCADE`);
  }
}
