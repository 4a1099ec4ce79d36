/** As much of TypeORM's QueryRunner as a migration of plain SQL needs. */
export interface MigrationRunner {
  query(sql: string): Promise<unknown>;
}

/**
 * The outbox and what the relay remembers. Anybody who acts for the application may add a row in
 * the transaction of a change; only the service itself reads, marks or deletes rows.
 *
 * Rows are found by the partial index on what is not yet published, so its size follows the backlog
 * and not the retention. Marking a row makes a dead version of it; the table is therefore vacuumed
 * after a fixed number of rows, not after a share of all rows that grows with the retention.
 */
export class OutboxMigration1000000000010 {
  readonly name = 'OutboxMigration1000000000010';

  async up(runner: MigrationRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        topic text NOT NULL,
        key text NOT NULL,
        envelope text NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now(),
        published_at timestamptz
      ) WITH (
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000
      );
      COMMENT ON TABLE outbox IS 'Events committed with the change they tell of; the relay publishes them';
      CREATE INDEX outbox_waiting ON outbox (position) WHERE published_at IS NULL;
      ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
      ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
      CREATE POLICY outbox_record ON outbox FOR INSERT WITH CHECK (published_at IS NULL);
      CREATE POLICY outbox_relay ON outbox FOR SELECT USING (junxian.is_service());
      CREATE POLICY outbox_mark ON outbox FOR UPDATE USING (junxian.is_service());
      CREATE POLICY outbox_retention ON outbox FOR DELETE USING (junxian.is_service());

      CREATE TABLE relay_state (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        cluster_id text NOT NULL,
        refilled_at timestamptz
      );
      COMMENT ON TABLE relay_state IS 'The broker the outbox was published to; another one is filled again';
      CREATE TABLE relay_acknowledged (
        topic text NOT NULL,
        partition integer NOT NULL,
        last_offset bigint NOT NULL,
        PRIMARY KEY (topic, partition)
      ) WITH (fillfactor = 50);
      COMMENT ON TABLE relay_acknowledged IS 'An offset each log has reached; a log that later is shorter has been wiped';
      ${['relay_state', 'relay_acknowledged'].map(serviceOnly).join('\n')}
    `);
  }

  async down(runner: MigrationRunner): Promise<void> {
    await runner.query('DROP TABLE relay_acknowledged; DROP TABLE relay_state; DROP TABLE outbox');
  }
}

/** SQL that lets only the service itself (no caller) touch a table. */
export function serviceOnly(table: string): string {
  return `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
      ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
      CREATE POLICY ${table}_service ON ${table} USING (junxian.is_service()) WITH CHECK (junxian.is_service());`;
}
