import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Appointments know, as organisations do (921), when the directory told of them last and which region changes their code contains. Those told so far
 * carried the number 0, as if no change had ever been, so that one told under a new code moved once more by a change still being followed. What stands
 * there now contains every change that has been followed to its end.
 */
export class ToldAppointments1000000000930 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE officer_appointment ADD COLUMN told_at timestamptz');
    await runner.query(`SELECT set_config('junxian.actor', 'SERVICE', true)`);
    await runner.query(`
      UPDATE officer_appointment a SET region_epoch = followed.seq
      FROM (SELECT max(seq) AS seq FROM region_change WHERE followed_at IS NOT NULL) AS followed
      WHERE a.region_epoch < followed.seq`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE officer_appointment DROP COLUMN told_at');
  }
}
