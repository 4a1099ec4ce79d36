import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { type Acknowledged, type LogRecord, OtherCluster, type OutgoingRecord } from '../transport';
import { ensureLogSchema, isSchemaGone, NEWS_CHANNEL, PARTITIONS } from './log-schema';

/** The partition of a key: the same for every topic and every process. */
export function partitionOf(key: string): number {
  return createHash('md5').update(key).digest().readUInt32BE(0) % PARTITIONS;
}

/** What a publisher says on the news channel: where there is something new. */
export function newsOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

interface RecordRow {
  topic: string;
  partition: number;
  log_offset: string;
  key: string;
  value: string;
}

/** The append-only log and the positions of the groups, in a PostgreSQL database of their own. */
export class EventLog {
  private schemaReady: Promise<void> | undefined;

  constructor(private readonly pool: Pool) {}

  /**
   * Appends records in the order given, all or none. The row of each log's end stays locked until that is
   * committed, so offsets become visible in their order and without a gap: a reader that has seen offset n
   * will never find a smaller one afterwards.
   * Throws OtherCluster when the log is not that of the given id.
   */
  async append(records: readonly OutgoingRecord[], clusterId?: string): Promise<Acknowledged[]> {
    const partitions = records.map(({ key }) => partitionOf(key));
    const { rows } = await this.withSchema(() =>
      this.pool.query<{ topic: string; partition: number; first: string }>({
        // One statement however many logs it appends to: each would cost a round trip many times a second.
        name: 'event-log-append',
        text: `WITH given AS (
           SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[])
             WITH ORDINALITY AS r(topic, partition, key, value, news, place)
           WHERE $6::text IS NULL OR EXISTS (SELECT FROM event_log.cluster WHERE id::text = $6)),
         ends AS (
           -- Always in one order, or two publishers would wait for each other.
           INSERT INTO event_log.log_end AS log (topic, partition, next_offset)
           SELECT topic, partition, count(*) FROM given GROUP BY topic, partition ORDER BY topic COLLATE "C", partition
           ON CONFLICT (topic, partition) DO UPDATE SET next_offset = log.next_offset + excluded.next_offset
           RETURNING topic, partition, next_offset),
         placed AS (
           SELECT topic, partition, key, value, news,
                  ends.next_offset - row_number() OVER (PARTITION BY topic, partition ORDER BY place DESC) AS log_offset
           FROM given JOIN ends USING (topic, partition)),
         appended AS (
           INSERT INTO event_log.record (topic, partition, log_offset, key, value)
           SELECT topic, partition, log_offset, key, value FROM placed)
         SELECT topic, partition, min(log_offset) AS first, pg_notify('${NEWS_CHANNEL}', news)
         FROM placed GROUP BY topic, partition, news`,
        values: [
          records.map(({ topic }) => topic),
          partitions,
          records.map(({ key }) => key),
          records.map(({ value }) => value),
          records.map(({ topic }, index) => newsOf(topic, partitions[index]!)),
          clusterId ?? null,
        ],
      }),
    );
    if (rows.length === 0) throw new OtherCluster();
    return rows.map(({ topic, partition, first }) => ({ topic, partition, firstOffset: BigInt(first) }));
  }

  /**
   * The next records of a group in one partition, at most `limit` of each topic, in order by topic and
   * offset. A position beyond the end of its log belongs to a log that was wiped; it starts anew.
   */
  async next(
    group: string,
    topics: readonly string[],
    partition: number,
    limit: number,
  ): Promise<LogRecord[]> {
    const { rows } = await this.withSchema(() =>
      this.pool.query<RecordRow>({
        // Asked many times a second by every consumer: planning it costs more than running it.
        name: 'event-log-next',
        text: `WITH place AS (
           SELECT t.topic, coalesce(g.next_offset, 0) AS next_offset,
                  coalesce(g.next_offset, 0) > coalesce(l.next_offset, 0) AS beyond_end
           FROM unnest($2::text[]) t(topic)
           LEFT JOIN event_log.group_position g ON g.group_name = $1 AND g.topic = t.topic AND g.partition = $3
           LEFT JOIN event_log.log_end l ON l.topic = t.topic AND l.partition = $3),
         started_anew AS (
           DELETE FROM event_log.group_position g USING place
           WHERE place.beyond_end AND g.group_name = $1 AND g.topic = place.topic AND g.partition = $3)
         SELECT r.* FROM place CROSS JOIN LATERAL (
           SELECT topic, partition, log_offset, key, value FROM event_log.record r
           WHERE r.topic = place.topic AND r.partition = $3
             AND r.log_offset >= CASE WHEN place.beyond_end THEN 0 ELSE place.next_offset END
           ORDER BY r.log_offset LIMIT $4) r
         ORDER BY r.topic, r.log_offset`,
        values: [group, topics, partition, limit],
      }),
    );
    return rows.map(({ log_offset, ...row }) => ({ ...row, offset: BigInt(log_offset) }));
  }

  /** Remembers that a group is past a record. Never goes back: the owner before may report late. */
  async advance(group: string, record: LogRecord): Promise<void> {
    await this.withSchema(() =>
      this.pool.query({
        name: 'event-log-advance',
        text: `INSERT INTO event_log.group_position AS g (group_name, topic, partition, next_offset) VALUES ($1, $2, $3, $4)
         ON CONFLICT (group_name, topic, partition) DO UPDATE SET next_offset = excluded.next_offset
         WHERE g.next_offset < excluded.next_offset`,
        values: [group, record.topic, record.partition, String(record.offset + 1n)],
      }),
    );
  }

  async clusterId(): Promise<string> {
    const { rows } = await this.withSchema(() =>
      this.pool.query<{ id: string }>('SELECT id FROM event_log.cluster'),
    );
    return rows[0]!.id;
  }

  async isEmpty(topic: string): Promise<boolean> {
    const { rows } = await this.withSchema(() =>
      this.pool.query('SELECT FROM event_log.log_end WHERE topic = $1 AND next_offset > 0', [topic]),
    );
    return rows.length === 0;
  }

  /** Deletes up to `limit` records older than the retention; returns how many. Log ends and positions stay. */
  async deleteOlderThan(milliseconds: number, limit: number): Promise<number> {
    const result = await this.withSchema(() =>
      this.pool.query(
        `DELETE FROM event_log.record WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM event_log.record WHERE stored_at < now() - $1 * interval '1 millisecond' LIMIT $2))`,
        [milliseconds, limit],
      ),
    );
    return result.rowCount ?? 0;
  }

  /** Runs work with the tables in place; when they vanished under way they are made anew and the work runs once more. */
  private async withSchema<T>(work: () => Promise<T>): Promise<T> {
    const ready = this.ensureSchema();
    await ready;
    try {
      return await work();
    } catch (error) {
      if (!isSchemaGone(error)) throw error;
      if (this.schemaReady === ready) this.schemaReady = undefined;
      await this.ensureSchema();
      return work();
    }
  }

  private ensureSchema(): Promise<void> {
    this.schemaReady ??= ensureLogSchema(this.pool).catch((error) => {
      this.schemaReady = undefined;
      throw error;
    });
    return this.schemaReady;
  }
}
