import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
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
   * Appends records in the order given, in one transaction. The row of each log's end stays locked
   * until COMMIT, so offsets become visible in their order and without a gap: a reader that has seen
   * offset n will never find a smaller one afterwards.
   * Throws OtherCluster when the log is not that of the given id.
   */
  append(records: readonly OutgoingRecord[], clusterId?: string): Promise<Acknowledged[]> {
    const groups = new Map<string, { topic: string; partition: number; keys: string[]; values: string[] }>();
    for (const { topic, key, value } of records) {
      const partition = partitionOf(key);
      const name = newsOf(topic, partition);
      const group = groups.get(name) ?? { topic, partition, keys: [], values: [] };
      groups.set(name, group);
      group.keys.push(key);
      group.values.push(value);
    }
    // Always in one order, or two publishers would wait for each other.
    const ordered = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
    return this.inTransaction(async (client) => {
      if (clusterId !== undefined) {
        const { rowCount } = await client.query('SELECT FROM event_log.cluster WHERE id::text = $1', [
          clusterId,
        ]);
        if (rowCount === 0) throw new OtherCluster();
      }
      const acknowledged: Acknowledged[] = [];
      for (const { topic, partition, keys, values } of ordered) {
        const { rows } = await client.query<{ first: string }>({
          name: 'event-log-end',
          text: `INSERT INTO event_log.log_end AS log (topic, partition, next_offset) VALUES ($1, $2, $3)
           ON CONFLICT (topic, partition) DO UPDATE SET next_offset = log.next_offset + $3
           RETURNING next_offset - $3 AS first`,
          values: [topic, partition, keys.length],
        });
        const firstOffset = BigInt(rows[0]!.first);
        await client.query({
          name: 'event-log-records',
          text: `INSERT INTO event_log.record (topic, partition, log_offset, key, value)
           SELECT $1, $2, $3::bigint + place - 1, key, value
           FROM unnest($4::text[], $5::text[]) WITH ORDINALITY AS given(key, value, place)`,
          values: [topic, partition, String(firstOffset), keys, values],
        });
        acknowledged.push({ topic, partition, firstOffset });
      }
      await client.query('SELECT pg_notify($1, place) FROM unnest($2::text[]) place', [
        NEWS_CHANNEL,
        ordered.map(({ topic, partition }) => newsOf(topic, partition)),
      ]);
      return acknowledged;
    });
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

  private inTransaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return this.withSchema(async () => {
      const client = await this.pool.connect();
      let broken = false;
      try {
        await client.query('BEGIN');
        const result = await work(client);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {
          broken = true;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    });
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
