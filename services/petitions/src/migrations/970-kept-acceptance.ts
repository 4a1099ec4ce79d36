import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The last day for acceptance is kept on the task of whoever received the item: one that comes back stands under the day it was given,
 * whatever the period is by now. Tasks from before get the day of their item, or where it has gone on the period of now in calendar days.
 */
export class KeptAcceptance1000000000970 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      SELECT set_config('junxian.actor', 'SERVICE', true);
      ALTER TABLE org_task ADD COLUMN accept_due_on date;
      UPDATE org_task t SET accept_due_on = CASE WHEN t.custody THEN c.accept_due_on
          ELSE ((t.received_at AT TIME ZONE 'Asia/Shanghai')::date
            + CASE p.unit WHEN 'MONTH' THEN make_interval(months => p.amount) ELSE make_interval(days => p.amount) END)::date END
      FROM case_item c, period p
      WHERE c.id = t.case_item_id AND p.kind = 'ACCEPT' AND t.kind = 'HANDLE' AND t.from_task_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE org_task DROP COLUMN accept_due_on');
  }
}
