import { type MigrationRunner, serviceOnly } from './outbox-migration';

/** What each consumer has taken, the aggregate versions it has seen, and the events it gave up on. */
export class InboxMigration1000000000020 {
  readonly name = 'InboxMigration1000000000020';

  async up(runner: MigrationRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE inbox (
        consumer text NOT NULL,
        event_id text NOT NULL,
        taken_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, event_id)
      );
      COMMENT ON TABLE inbox IS 'Events a consumer has taken, written with their effect: a second delivery is dropped';
      CREATE INDEX inbox_age ON inbox USING brin (taken_at);

      CREATE TABLE inbox_version (
        consumer text NOT NULL,
        topic text NOT NULL,
        aggregate_id text NOT NULL,
        version bigint NOT NULL,
        PRIMARY KEY (consumer, topic, aggregate_id)
      );
      COMMENT ON TABLE inbox_version IS 'Newest aggregate version a consumer has seen, for those that drop stale events';

      CREATE TABLE dead_letter (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        consumer text NOT NULL,
        event_id text NOT NULL,
        event_type text,
        topic text NOT NULL,
        partition integer NOT NULL,
        log_offset bigint NOT NULL,
        envelope text,
        error_code text NOT NULL,
        attempts integer NOT NULL,
        failed_at timestamptz NOT NULL DEFAULT now(),
        settled_at timestamptz,
        outcome text CHECK (outcome IN ('APPLIED', 'STALE')),
        UNIQUE (consumer, event_id)
      );
      COMMENT ON TABLE dead_letter IS 'Events a consumer gave up on, until a person has them tried again';
      CREATE INDEX dead_letter_open ON dead_letter (failed_at) WHERE settled_at IS NULL;
      ${['inbox', 'inbox_version', 'dead_letter'].map(serviceOnly).join('\n')}
    `);
  }

  async down(runner: MigrationRunner): Promise<void> {
    await runner.query('DROP TABLE dead_letter; DROP TABLE inbox_version; DROP TABLE inbox');
  }
}
