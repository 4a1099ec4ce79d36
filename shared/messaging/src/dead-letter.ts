import { serviceScope } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { Type } from '@sinclair/typebox';
import type { Consumer } from './consumer';
import { faultsOfReceived } from './data-schema';
import { parseEnvelope } from './envelope';
import { type CloudEvent, defineEvent } from './event-definition';
import { failureCode } from './failures';
import { enterInbox, withoutStale } from './inbox';
import { MAX_ENVELOPE_BYTES, recordEvent } from './outbox';
import { looksPersonal, NOT_PERSONAL } from './personal-data.rules';
import type { LogRecord } from './transport';

/** The event that tells of an event a consumer of this service gave up on; its topic is `junxian.<service>.dead-letter.v1`. */
export function deadLetterRecorded<const Service extends string>(service: Service) {
  return defineEvent({
    service,
    aggregate: 'dead-letter',
    happened: 'recorded',
    version: 1,
    description: { zh: '死信：消费者放弃处理的事件', en: 'A consumer gave up on an event' },
    data: Type.Object({
      consumer: Type.String(),
      eventId: Type.String(),
      eventType: Type.Optional(Type.String()),
      topic: Type.String(),
      partition: Type.Integer(),
      offset: Type.String({ [NOT_PERSONAL]: 'a place in a log' }),
      errorCode: Type.String({ description: 'Code of the failure 错误代码; never its message' }),
      attempts: Type.Integer(),
      event: Type.Optional(
        Type.Unknown({ description: 'The event, if it fits its schema and is of moderate size 原事件' }),
      ),
    }),
  });
}

/** An event that is given up, and why. */
export interface GivenUp {
  record: LogRecord;
  /** Id of the event, or one made from the message when it could not be read. */
  eventId: string;
  /** The event, when it could be read. */
  event: CloudEvent | undefined;
  /** Whether the event fits its schema, so that it holds nothing but what may be published. */
  isValid: boolean;
  errorCode: string;
  attempts: number;
}

/**
 * Puts an event aside in one transaction: inbox mark, row of `dead_letter`, and the dead-letter
 * event. Returns false when the inbox knows the event already, and nothing was to be done.
 */
export async function putAside(
  tx: ScopedTransaction,
  { consumer, service, now }: { consumer: Consumer; service: string; now: Date },
  { record, eventId, event, isValid, errorCode, attempts }: GivenUp,
): Promise<boolean> {
  const entered = await enterInbox(tx, consumer, [{ id: eventId } as CloudEvent]);
  if (entered.length === 0) return false;
  const isClean = event !== undefined && !looksPersonal(record.value);
  await tx.query(
    `INSERT INTO dead_letter (consumer, event_id, event_type, topic, partition, log_offset, envelope, error_code, attempts, failed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (consumer, event_id) DO NOTHING`,
    [
      consumer.name,
      eventId,
      event?.type ?? null,
      record.topic,
      record.partition,
      String(record.offset),
      isClean ? record.value : null,
      errorCode,
      attempts,
      now,
    ],
  );
  const isCarried = isClean && isValid && Buffer.byteLength(record.value) < MAX_ENVELOPE_BYTES / 2;
  await recordEvent(tx, deadLetterRecorded(service), {
    aggregateId: eventId,
    occurredAt: now,
    data: {
      consumer: consumer.name,
      eventId,
      ...(event === undefined ? {} : { eventType: event.type }),
      topic: record.topic,
      partition: record.partition,
      offset: String(record.offset),
      errorCode,
      attempts,
      ...(isCarried ? { event } : {}),
    },
  });
  return true;
}

/** What came of a second attempt at a dead letter. */
export type RedriveOutcome = 'APPLIED' | 'STALE' | 'ALREADY_SETTLED' | 'NOT_FOUND' | 'NOT_READABLE';

/**
 * Tries a dead letter once more, here and now, in one transaction with its settlement; at most one of
 * several callers succeeds. Throws what the consumer throws, the dead letter then stays open.
 */
export async function redriveDeadLetter(
  database: Database,
  consumers: readonly Consumer[],
  id: string,
): Promise<RedriveOutcome> {
  const [letter] = await database.read(serviceScope('dead-letter.redrive'), (tx) =>
    tx.query<{ consumer: string }>('SELECT consumer FROM dead_letter WHERE id = $1', [id]),
  );
  const consumer = consumers.find(({ name }) => name === letter?.consumer);
  if (consumer === undefined) return 'NOT_FOUND';
  try {
    return await database.write(serviceScope(consumer.name), (tx) => redrive(tx, consumer, id));
  } catch (error) {
    await database.write(serviceScope(consumer.name), (tx) =>
      tx.query('UPDATE dead_letter SET attempts = attempts + 1, error_code = $2 WHERE id = $1', [
        id,
        failureCode(error),
      ]),
    );
    throw error;
  }
}

async function redrive(tx: ScopedTransaction, consumer: Consumer, id: string): Promise<RedriveOutcome> {
  const [letter] = await tx.query<{ envelope: string | null; settled_at: Date | null }>(
    'SELECT envelope, settled_at FROM dead_letter WHERE id = $1 FOR UPDATE',
    [id],
  );
  if (letter === undefined) return 'NOT_FOUND';
  if (letter.settled_at !== null) return 'ALREADY_SETTLED';
  const event = letter.envelope === null ? undefined : parseEnvelope(letter.envelope);
  const definition = event === undefined ? undefined : consumer.definitions.get(event.type);
  if (event === undefined || definition === undefined) return 'NOT_READABLE';
  if (faultsOfReceived(definition, event.data).length > 0) return 'NOT_READABLE';
  const current = consumer.dropStale ? await withoutStale(tx, consumer, [event]) : [event];
  const outcome = current.length > 0 ? 'APPLIED' : 'STALE';
  if (current.length > 0) await consumer.apply(tx, current);
  await tx.query('UPDATE dead_letter SET settled_at = now(), outcome = $2 WHERE id = $1', [id, outcome]);
  return outcome;
}
