import { randomUUID } from 'node:crypto';
import type { CloudEvent, EventDefinition } from './event-definition';

/** What an event says beside its definition. */
export interface EventFacts<Data> {
  /** Id of the aggregate the event is about; events of one aggregate keep their order. */
  aggregateId: string;
  /** Version of the aggregate after the change, where it has one. */
  aggregateVersion?: number | undefined;
  /** The region it concerns, where there is one. */
  regionCode?: string | null | undefined;
  data: Data;
  occurredAt: Date;
}

/** Where an event was recorded. */
export interface EventOrigin {
  /** Account id of the caller; null for work of a service. */
  actor: string | null;
  traceparent: string | undefined;
}

/** Puts a definition, its facts and its origin into a CloudEvents 1.0 envelope with a new id. */
export function envelopeOf<EventType extends string, Data>(
  definition: EventDefinition<EventType>,
  facts: EventFacts<Data>,
  origin: EventOrigin,
): CloudEvent<EventType, Data> {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: definition.source,
    type: definition.type,
    subject: facts.aggregateId,
    time: facts.occurredAt.toISOString(),
    datacontenttype: 'application/json',
    dataschema: definition.dataSchema,
    ...(facts.regionCode ? { regioncode: facts.regionCode } : {}),
    ...(facts.aggregateVersion === undefined ? {} : { aggregateversion: facts.aggregateVersion }),
    ...(origin.traceparent === undefined ? {} : { traceparent: origin.traceparent }),
    ...(origin.actor === null ? {} : { actor: origin.actor }),
    data: facts.data,
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;

/** Reads an envelope from the text of a message; undefined when it is no CloudEvents 1.0 event that names its subject. */
export function parseEnvelope(text: string): CloudEvent | undefined {
  let parsed: Partial<CloudEvent> | null;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || parsed.specversion !== '1.0') return undefined;
  const { id, source, type, subject, aggregateversion } = parsed;
  if (!isText(id) || !isText(source) || !isText(type) || !isText(subject)) return undefined;
  if (aggregateversion !== undefined && !Number.isSafeInteger(aggregateversion)) return undefined;
  return parsed as CloudEvent;
}
