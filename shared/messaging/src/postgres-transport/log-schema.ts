import type { Pool } from 'pg';

/** Partitions of every topic: keys are spread over them, each is read by one consumer of a group at a time. */
export const PARTITIONS = 4;

/** Channel on which a publisher tells readers that there is something new. */
export const NEWS_CHANNEL = 'junxian_event_log';

const SCHEMA = `
  CREATE SCHEMA IF NOT EXISTS event_log;
  CREATE TABLE IF NOT EXISTS event_log.cluster (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id uuid NOT NULL DEFAULT uuidv7()
  );
  INSERT INTO event_log.cluster DEFAULT VALUES ON CONFLICT DO NOTHING;
  CREATE TABLE IF NOT EXISTS event_log.log_end (
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (topic, partition)
  ) WITH (fillfactor = 50);
  CREATE TABLE IF NOT EXISTS event_log.record (
    topic text NOT NULL,
    partition integer NOT NULL,
    log_offset bigint NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, log_offset)
  );
  CREATE INDEX IF NOT EXISTS record_age ON event_log.record USING brin (stored_at);
  CREATE TABLE IF NOT EXISTS event_log.group_position (
    group_name text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (group_name, topic, partition)
  ) WITH (fillfactor = 50);
`;

/** Creates the log's tables where they are missing. Several processes may do so at once. */
export async function ensureLogSchema(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('junxian.event_log.schema'))`);
    await client.query(SCHEMA);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** Whether an error says that the log's tables are gone: somebody emptied the database. */
export function isSchemaGone(error: unknown): boolean {
  const code = (error as { code?: string } | null)?.code;
  // undefined_table, invalid_schema_name
  return code === '42P01' || code === '3F000';
}
