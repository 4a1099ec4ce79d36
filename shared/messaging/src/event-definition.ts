import type { Bilingual } from '@junxian/errors';
import {
  type SchemaOptions,
  type Static,
  type TObject,
  type TSchema,
  type TUnsafe,
  Type,
} from '@sinclair/typebox';
import { NOT_PERSONAL, personalProperties } from './personal-data.rules';

/** One kind of event: what happened to which aggregate of which service, and the schema of its data. */
export interface EventDefinition<EventType extends string = string, Data extends TObject = TObject> {
  readonly service: string;
  readonly aggregate: string;
  readonly happened: string;
  readonly version: number;
  /** `junxian.directory.region.changed.v1` */
  readonly type: EventType;
  /** `junxian.directory.region.v1`: one topic for all events of an aggregate, so that their order is kept. */
  readonly topic: string;
  /** CloudEvents `source`: `/junxian/directory`. */
  readonly source: string;
  /** CloudEvents `dataschema`. */
  readonly dataSchema: string;
  readonly description: Bilingual;
  readonly data: Data;
}

/** A CloudEvents 1.0 event in its JSON form, with the extensions every Junxian event may carry. */
export interface CloudEvent<EventType extends string = string, Data = unknown> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: EventType;
  /** Id of the aggregate; also the key by which order is kept. */
  readonly subject: string;
  /** When it happened, RFC 3339. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly dataschema: string;
  readonly data: Data;
  readonly regioncode?: string;
  /** Version of the aggregate after the change; by it a consumer drops what is stale. */
  readonly aggregateversion?: number;
  /** W3C trace context of the transaction that recorded the event. */
  readonly traceparent?: string;
  /** Account id of who did it; never a name. */
  readonly actor?: string;
}

/** The event that a definition describes; for a union of definitions the union of their events. */
export type EventOf<Definition> =
  Definition extends EventDefinition<infer EventType, infer Data>
    ? CloudEvent<EventType, Static<Data>>
    : never;

export interface EventDescription<
  Service extends string,
  Aggregate extends string,
  Happened extends string,
  Version extends number,
  Data extends TObject,
> {
  /** The publishing service, in kebab case like the next two. */
  service: Service;
  aggregate: Aggregate;
  /** In the past tense: `changed`, `region-changed`. */
  happened: Happened;
  version: Version;
  description: Bilingual;
  data: Data;
}

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Defines an event. Takes its parts and the TypeBox schema of its data; returns the definition that
 * `recordEvent` and `defineConsumer` take. Throws a TypeError for a badly formed name, and for a
 * property named like personal data that does not state by `x-not-personal` why it holds none.
 */
export function defineEvent<
  const Service extends string,
  const Aggregate extends string,
  const Happened extends string,
  const Version extends number,
  Data extends TObject,
>(
  event: EventDescription<Service, Aggregate, Happened, Version, Data>,
): EventDefinition<`junxian.${Service}.${Aggregate}.${Happened}.v${Version}`, Data> {
  const { service, aggregate, happened, version, description, data } = event;
  const type = `junxian.${service}.${aggregate}.${happened}.v${version}` as const;
  for (const part of [service, aggregate, happened]) {
    if (!KEBAB_CASE.test(part)) throw new TypeError(`${type}: "${part}" is not kebab case`);
  }
  if (!Number.isInteger(version) || version < 1)
    throw new TypeError(`${type}: the version must be 1 or more`);
  const personal = personalProperties(data);
  if (personal.length > 0) {
    throw new TypeError(
      `${type}: ${personal.join(', ')} named like personal data; events carry citizen and account ids only. ` +
        `If it holds none, say why with '${NOT_PERSONAL}'`,
    );
  }
  return Object.freeze({
    service,
    aggregate,
    happened,
    version,
    type,
    // Fixed at v1: a second version of an event goes to the same topic, or its order to the first would be lost.
    topic: topicOf(service, aggregate),
    source: `/junxian/${service}`,
    dataSchema: `urn:${type.replaceAll('.', ':')}`,
    description,
    data,
  });
}

/** The topic that carries all events of an aggregate. */
export function topicOf(service: string, aggregate: string): string {
  return `junxian.${service}.${aggregate}.v1`;
}

/** A closed list of codes, as a plain JSON Schema `enum`. */
export function codes<const Code extends string>(
  values: readonly Code[],
  options: SchemaOptions = {},
): TUnsafe<Code> {
  return Type.Unsafe<Code>({ type: 'string', enum: [...values], ...options });
}

/** A region code of 12 digits 行政区划代码. */
export const RegionCode = (options: SchemaOptions = {}) =>
  Type.String({ pattern: '^[0-9]{12}$', ...options });

/** A calendar date, `YYYY-MM-DD`. */
export const CalendarDate = (options: SchemaOptions = {}) => Type.String({ format: 'date', ...options });

/** An id made by a service (uuid). */
export const Id = (options: SchemaOptions = {}) => Type.String({ format: 'uuid', ...options });

/** A derived citizen id (architecture §4): says nothing about the person. */
export const CitizenId = (options: SchemaOptions = {}) =>
  Type.String({ pattern: '^c1_[a-z2-7]{26}$', description: 'Derived citizen id 公民标识', ...options });

/** A value that may be null. */
export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
