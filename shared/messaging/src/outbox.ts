import { EventEmitter } from 'node:events';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Static, TObject } from '@sinclair/typebox';
import { faultsOfPublished } from './data-schema';
import { type EventFacts, envelopeOf } from './envelope';
import type { EventDefinition } from './event-definition';
import { looksPersonal, personalValue } from './personal-data.rules';

/** Largest envelope; far under the 1 MB a broker takes, so that no single event can ever stop the relay. */
export const MAX_ENVELOPE_BYTES = 256 * 1024;

/**
 * Tells relays of this process that something was committed to an outbox, so that they need not wait
 * for their next look. A hint only: the relay of another process finds the rows by polling.
 */
export const outboxCommits = new EventEmitter().setMaxListeners(0);

/** An event that may not be published; a defect of the publisher, so the transaction must not commit. */
export class InvalidEvent extends Error {
  constructor(type: string, reason: string) {
    super(`${type} cannot be recorded: ${reason}`);
    this.name = 'InvalidEvent';
  }
}

/**
 * Records an event in the outbox, in the caller's transaction: published if that commits, else never.
 * Returns the event's id. Throws {@link InvalidEvent} when the data do not fit the schema, name a
 * property beyond it, or hold something that looks like a citizen or mobile number.
 *
 * Record an event AFTER the statement that changed the aggregate: events of one aggregate are
 * published in the order in which they are recorded while its row is locked (README, "Order").
 */
export async function recordEvent<EventType extends string, Data extends TObject>(
  tx: ScopedTransaction,
  definition: EventDefinition<EventType, Data>,
  facts: EventFacts<Static<Data>>,
): Promise<string> {
  const [id] = await recordEvents(tx, definition, [facts]);
  return id!;
}

/** Records several events of one kind with one statement, in the order given; returns their ids. Otherwise as {@link recordEvent}. */
export async function recordEvents<EventType extends string, Data extends TObject>(
  tx: ScopedTransaction,
  definition: EventDefinition<EventType, Data>,
  list: readonly EventFacts<Static<Data>>[],
): Promise<string[]> {
  if (list.length === 0) return [];
  const origin = {
    actor: tx.scope.actor === 'CALLER' ? tx.scope.accountId : null,
    traceparent: tx.traceparent,
  };
  const ids: string[] = [];
  const keys: string[] = [];
  const envelopes: string[] = [];
  for (const facts of list) {
    refuseInvalid(definition, facts);
    const envelope = envelopeOf(definition, facts, origin);
    const text = JSON.stringify(envelope);
    if (Buffer.byteLength(text) > MAX_ENVELOPE_BYTES) {
      throw new InvalidEvent(definition.type, `it is larger than ${MAX_ENVELOPE_BYTES} bytes; split it`);
    }
    ids.push(envelope.id);
    keys.push(facts.aggregateId);
    envelopes.push(text);
  }
  // No RETURNING: callers may insert into the outbox, only the service may read it.
  tx.send(
    `INSERT INTO outbox (topic, key, envelope)
     SELECT $1, key, envelope FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS given(key, envelope, place)
     ORDER BY place`,
    [definition.topic, keys, envelopes],
  );
  tx.afterCommit(() => outboxCommits.emit('commit'));
  return ids;
}

function refuseInvalid<Data>(definition: EventDefinition, facts: EventFacts<Data>): void {
  const faults = faultsOfPublished(definition, facts.data);
  if (faults.length > 0) throw new InvalidEvent(definition.type, faults.join('; '));
  if (facts.aggregateId === '') throw new InvalidEvent(definition.type, 'it has no aggregate id');
  if (facts.aggregateVersion !== undefined && !Number.isSafeInteger(facts.aggregateVersion)) {
    throw new InvalidEvent(definition.type, 'the aggregate version is no integer');
  }
  const personal = looksPersonal(facts.aggregateId)
    ? 'aggregateId'
    : personalValue(facts.data, definition.data);
  if (personal !== undefined) {
    throw new InvalidEvent(definition.type, `${personal} looks like a citizen number or a mobile number`);
  }
}
