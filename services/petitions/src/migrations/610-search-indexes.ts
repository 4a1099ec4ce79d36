import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes by which a search for what is rare finds it, instead of walking through everything in sight: a million items for the bureau of the nation.
 * What is common is met soon in the order of the list, so none is made for it.
 */
export class SearchIndexes1000000000610 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX case_item_not_closed ON case_item (state, registered_at DESC, id DESC) WHERE state NOT IN ('COMPLETED', 'LAPSED');
      CREATE INDEX case_item_category ON case_item (content_category COLLATE "C", registered_at DESC, id DESC);
      -- Those few that were registered long after they came: all others bound the walk by the day they were received.
      CREATE INDEX case_item_registered_late ON case_item (received_at) INCLUDE (registered_at)
        WHERE registered_at - received_at >= interval '15 days';
      -- By the mode alone, by both, and by the destination alone (there are thirteen modes to skip).
      CREATE INDEX handling_record_mode ON handling_record (mode, destination_organisation_id, case_item_id) WHERE state = 'DONE';
      -- What an organisation registered or held, without what it sees as the bureau above.
      CREATE INDEX case_sight_own ON case_sight (organisation_id, registered_at DESC, case_item_id DESC) WHERE reason <> 'SUBTREE';
      -- Who holds a task holds it in few organisations, mostly one.
      CREATE STATISTICS org_task_holder_of (dependencies) ON organisation_id, holder_id FROM org_task;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP STATISTICS org_task_holder_of; DROP INDEX case_item_not_closed, case_item_category, case_item_registered_late, handling_record_mode, case_sight_own',
    );
  }
}
