import type { ScopedTransaction } from '@junxian/persistence';
import type { Consumer } from './consumer';
import type { CloudEvent, EventDefinition } from './event-definition';

/** What became of events that were handed to a consumer. */
export interface Taken {
  applied: number;
  duplicate: number;
  stale: number;
}

/**
 * Applies events to a consumer in the given transaction: those the inbox does not know yet, and, for
 * a consumer that drops stale events, those newer than what it has seen. All become known to the inbox.
 */
export async function applyOnce(
  tx: ScopedTransaction,
  consumer: Consumer,
  events: readonly CloudEvent[],
): Promise<Taken> {
  const fresh = await enterInbox(tx, consumer, events);
  const current = consumer.dropStale ? await withoutStale(tx, consumer, fresh) : fresh;
  if (current.length > 0) await consumer.apply(tx, current);
  return {
    applied: current.length,
    duplicate: events.length - fresh.length,
    stale: fresh.length - current.length,
  };
}

/** Writes events into the inbox; returns those that were not in it. Waits for another transaction that is taking one of them. */
export async function enterInbox(
  tx: ScopedTransaction,
  consumer: Consumer,
  events: readonly CloudEvent[],
): Promise<CloudEvent[]> {
  // In one order, or two deliveries of the same batch could wait for each other.
  const ids = [...new Set(events.map((event) => event.id))].sort();
  const rows = await tx.query<{ event_id: string }>(
    `INSERT INTO inbox (consumer, event_id) SELECT $1, unnest($2::text[])
     ON CONFLICT DO NOTHING RETURNING event_id`,
    [consumer.name, ids],
  );
  const entered = new Set(rows.map((row) => row.event_id));
  return events.filter((event) => entered.delete(event.id));
}

/** Leaves out events that are not newer than the version of their aggregate seen last, and remembers the newest. */
export async function withoutStale(
  tx: ScopedTransaction,
  consumer: Consumer,
  events: readonly CloudEvent[],
): Promise<CloudEvent[]> {
  const place = (topic: string, aggregate: string) => `${topic} ${aggregate}`;
  const topicOf = (event: CloudEvent) => (consumer.definitions.get(event.type) as EventDefinition).topic;
  const versioned = events.filter((event) => event.aggregateversion !== undefined);
  if (versioned.length === 0) return [...events];
  const rows = await tx.query<{ topic: string; aggregate_id: string; version: string }>(
    `SELECT topic, aggregate_id, version FROM inbox_version
     WHERE consumer = $1 AND (topic, aggregate_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
    [consumer.name, versioned.map(topicOf), versioned.map((event) => event.subject)],
  );
  const seen = new Map(rows.map((row) => [place(row.topic, row.aggregate_id), Number(row.version)]));
  const newest = new Map<string, { topic: string; aggregate: string; version: number }>();
  const current = events.filter((event) => {
    const version = event.aggregateversion;
    if (version === undefined) return true;
    const topic = topicOf(event);
    const key = place(topic, event.subject);
    if (version <= (seen.get(key) ?? Number.NEGATIVE_INFINITY)) return false;
    seen.set(key, version);
    newest.set(key, { topic, aggregate: event.subject, version });
    return true;
  });
  const changed = [...newest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  if (changed.length > 0) {
    await tx.query(
      `INSERT INTO inbox_version AS seen (consumer, topic, aggregate_id, version)
       SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[])
       ON CONFLICT (consumer, topic, aggregate_id) DO UPDATE SET version = greatest(seen.version, excluded.version)`,
      [
        consumer.name,
        changed.map(({ topic }) => topic),
        changed.map(({ aggregate }) => aggregate),
        changed.map(({ version }) => version),
      ],
    );
  }
  return current;
}
