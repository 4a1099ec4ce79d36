import { SerialClient } from './serial-client';
import type { Acknowledged, OutgoingRecord } from './transport';

/** A row of the outbox that waits to be published. */
export interface WaitingRow extends OutgoingRecord {
  /** Place in the order of recording, a bigint as text. */
  position: string;
}

/** More are not counted: the figure is for people, and a long backlog must not be read again and again. */
const COUNT_UP_TO = 100_000;

/**
 * The relay's one connection to an outbox. The leader's lock, its reading and its marking share it on
 * purpose: when the connection is gone, so is the lock, and nothing can be marked any more by one who
 * no longer leads.
 */
export class OutboxSession {
  /** Aborted when the connection is gone. */
  readonly lost: AbortSignal;

  private constructor(
    private readonly client: SerialClient,
    lost: AbortController,
  ) {
    this.lost = lost.signal;
  }

  static async open(url: string, service: string): Promise<OutboxSession> {
    const lost = new AbortController();
    const client = new SerialClient({ connectionString: url, application_name: `${service}-relay` }, () =>
      lost.abort(),
    );
    await client.connect();
    try {
      await client.query(`SELECT set_config('junxian.actor', 'SERVICE', false)`);
      // What waits must be read along its index, from the front, whatever the statistics say of a table that
      // fills and empties all the time: any other plan reads the whole backlog for every batch.
      for (const plan of ['seqscan', 'bitmapscan', 'sort']) await client.query(`SET enable_${plan} = off`);
      return new OutboxSession(client, lost);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /** Whether this connection now leads; another may already. */
  async tryLead(): Promise<boolean> {
    const { rows } = await this.client.query<{ leads: boolean }>(
      `SELECT pg_try_advisory_lock(hashtext('junxian.relay')) AS leads`,
    );
    return rows[0]!.leads;
  }

  /**
   * The first rows not yet published, by position, leaving out those on their way: at most `rows`, and
   * no more than `bytes` of envelopes, so that no batch exceeds what a broker takes at once.
   */
  async waiting(onTheirWay: readonly WaitingRow[], rows: number, bytes: number): Promise<WaitingRow[]> {
    const result = await this.client.query<{
      position: string;
      topic: string;
      key: string;
      envelope: string;
    }>(
      `SELECT position, topic, key, envelope FROM (
         SELECT position, topic, key, envelope, sum(octet_length(envelope)) OVER (ORDER BY position) AS size
         FROM (SELECT position, topic, key, envelope FROM outbox
               WHERE published_at IS NULL AND position <> ALL ($1::bigint[])
               ORDER BY position LIMIT $2) AS first) AS measured
       WHERE size <= $3 ORDER BY position`,
      [onTheirWay.map((row) => row.position), rows, bytes],
    );
    return result.rows.map(({ envelope, ...row }) => ({ ...row, value: envelope }));
  }

  /** Marks rows as published and remembers how far the logs reach. */
  async mark(rows: readonly WaitingRow[], acknowledged: readonly Acknowledged[]): Promise<void> {
    await this.client.query(
      `WITH marked AS (
         UPDATE outbox SET published_at = clock_timestamp()
         WHERE position = ANY ($1::bigint[]) AND published_at IS NULL)
       INSERT INTO relay_acknowledged AS known (topic, partition, last_offset)
       SELECT * FROM unnest($2::text[], $3::int[], $4::bigint[])
       ON CONFLICT (topic, partition) DO UPDATE SET last_offset = excluded.last_offset`,
      [
        rows.map((row) => row.position),
        acknowledged.map(({ topic }) => topic),
        acknowledged.map(({ partition }) => partition),
        acknowledged.map(({ firstOffset }) => String(firstOffset)),
      ],
    );
  }

  /** The offsets that logs are known to have reached. */
  async acknowledged(): Promise<Acknowledged[]> {
    const { rows } = await this.client.query<{ topic: string; partition: number; last_offset: string }>(
      'SELECT topic, partition, last_offset FROM relay_acknowledged',
    );
    return rows.map(({ topic, partition, last_offset }) => ({
      topic,
      partition,
      firstOffset: BigInt(last_offset),
    }));
  }

  /** The broker the outbox was published to so far; undefined before the first time. */
  async clusterId(): Promise<string | undefined> {
    const { rows } = await this.client.query<{ cluster_id: string }>('SELECT cluster_id FROM relay_state');
    return rows[0]?.cluster_id;
  }

  async rememberCluster(clusterId: string): Promise<void> {
    await this.client.query('INSERT INTO relay_state (cluster_id) VALUES ($1) ON CONFLICT DO NOTHING', [
      clusterId,
    ]);
  }

  /** Whether rows of a topic are kept that were published. */
  async keepsPublished(topic: string): Promise<boolean> {
    const { rows } = await this.client.query<{ kept: boolean }>(
      'SELECT EXISTS (SELECT FROM outbox WHERE topic = $1 AND published_at IS NOT NULL) AS kept',
      [topic],
    );
    return rows[0]!.kept;
  }

  async forgetTopic(topic: string): Promise<void> {
    await this.client.query('DELETE FROM relay_acknowledged WHERE topic = $1', [topic]);
  }

  /** Takes every mark back, in one transaction, for a broker that lost its data. */
  async unmarkAll(clusterId: string): Promise<void> {
    await this.client.transaction([
      { sql: 'SET LOCAL statement_timeout = 0' },
      { sql: 'UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL' },
      { sql: 'DELETE FROM relay_acknowledged' },
      {
        sql: `INSERT INTO relay_state (cluster_id, refilled_at) VALUES ($1, now())
              ON CONFLICT (only_row) DO UPDATE SET cluster_id = excluded.cluster_id, refilled_at = excluded.refilled_at`,
        parameters: [clusterId],
      },
    ]);
  }

  /** How many rows wait (counted up to 100,000) and how long the first of them has. */
  async backlog(): Promise<{ waiting: number; oldestSeconds: number }> {
    const { rows } = await this.client.query<{ waiting: number; oldest: number }>(
      `SELECT (SELECT count(*)::int FROM (SELECT FROM outbox WHERE published_at IS NULL LIMIT ${COUNT_UP_TO}) AS backlog) AS waiting,
              coalesce((SELECT extract(epoch FROM clock_timestamp() - recorded_at)::float8 FROM outbox
                        WHERE published_at IS NULL ORDER BY position LIMIT 1), 0) AS oldest`,
    );
    return { waiting: rows[0]!.waiting, oldestSeconds: Math.max(0, rows[0]!.oldest) };
  }

  /** Deletes published rows older than the retention, oldest first, at most `limit`; returns how many. */
  async deletePublished(olderThanMilliseconds: number, limit: number): Promise<number> {
    const result = await this.client.query(
      `DELETE FROM outbox WHERE position = ANY (ARRAY(
         SELECT position FROM (SELECT position, published_at FROM outbox ORDER BY position LIMIT $2) AS oldest
         WHERE published_at < now() - $1 * interval '1 millisecond'))`,
      [olderThanMilliseconds, limit],
    );
    return result.rowCount ?? 0;
  }

  /** Deletes inbox rows older than the retention, at most `limit`; returns how many. */
  async deleteTaken(olderThanMilliseconds: number, limit: number): Promise<number> {
    const result = await this.client.query(
      `DELETE FROM inbox WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM inbox WHERE taken_at < now() - $1 * interval '1 millisecond' LIMIT $2))`,
      [olderThanMilliseconds, limit],
    );
    return result.rowCount ?? 0;
  }

  end(): Promise<void> {
    return this.client.end();
  }
}
