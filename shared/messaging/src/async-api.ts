import { type JsonSchema, type JsonValue, schemaOf } from './data-schema';
import type { EventDefinition } from './event-definition';

/** What a service publishes and consumes. */
export interface ServiceEvents {
  published: readonly EventDefinition[];
  consumed: readonly EventDefinition[];
}

/** The CloudEvents 1.0 envelope around every event, as JSON Schema, but for its `data`. */
const ENVELOPE: JsonSchema = {
  type: 'object',
  description: 'CloudEvents 1.0 envelope, structured JSON 云事件信封',
  required: [
    'specversion',
    'id',
    'source',
    'type',
    'subject',
    'time',
    'datacontenttype',
    'dataschema',
    'data',
  ],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', format: 'uuid' },
    source: { type: 'string', description: '/junxian/<service>' },
    type: { type: 'string' },
    subject: { type: 'string', description: 'Aggregate id, also the key of the message 聚合标识' },
    time: { type: 'string', format: 'date-time', description: 'When it happened 发生时间' },
    datacontenttype: { const: 'application/json' },
    dataschema: { type: 'string', format: 'uri' },
    regioncode: { type: 'string', pattern: '^[0-9]{12}$', description: '行政区划代码' },
    aggregateversion: { type: 'integer', description: 'Version of the aggregate after the change 聚合版本' },
    traceparent: { type: 'string', description: 'W3C trace context' },
    actor: { type: 'string', description: 'Account id of who did it 操作账号; never a name' },
  },
};

/** A name for AsyncAPI's maps, which allow no dots in keys that references use. */
const keyOf = (type: string) => type.replaceAll('.', '_');
const channelRef = (topic: string) => `#/channels/${keyOf(topic)}`;

/**
 * The AsyncAPI 3.0 document of all services: a channel for each topic, a message for each event, and
 * who sends and receives which. Takes the events by service name; the result depends on nothing else,
 * so that it can be committed and compared. Throws a TypeError when two definitions share a type, or
 * when a service publishes in another's name.
 */
export function asyncApiDocument(services: Record<string, ServiceEvents>): JsonSchema {
  const definitions = allDefinitions(services);
  const channels: Record<string, JsonSchema> = {};
  const messages: JsonSchema = {};
  const schemas: JsonSchema = { cloudEvent: ENVELOPE };
  for (const definition of definitions) {
    const { type, topic, service, aggregate, description } = definition;
    const key = keyOf(type);
    schemas[key] = schemaOf(definition);
    messages[key] = {
      name: type,
      title: description.en,
      summary: description.zh,
      contentType: 'application/cloudevents+json',
      payload: {
        allOf: [
          { $ref: '#/components/schemas/cloudEvent' },
          {
            type: 'object',
            properties: {
              type: { const: type },
              source: { const: definition.source },
              dataschema: { const: definition.dataSchema },
              data: { $ref: `#/components/schemas/${key}` },
            },
          },
        ],
      },
    };
    const channel = channels[keyOf(topic)] ?? {
      address: topic,
      description: `Events of ${service} about ${aggregate}, in order per aggregate id`,
      messages: {},
    };
    channels[keyOf(topic)] = channel;
    (channel.messages as JsonSchema)[key] = { $ref: `#/components/messages/${key}` };
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Junxian events 郡县事件',
      version: '1.0.0',
      description: 'Generated from the event definitions of the services; change those, not this file.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels,
    operations: operations(services),
    components: { messages, schemas },
  };
}

/** Every event's JSON Schema by type, sorted: what is committed as `docs/events/schemas.json` and compared in CI. */
export function schemasByType(services: Record<string, ServiceEvents>): Record<string, JsonSchema> {
  return Object.fromEntries(
    allDefinitions(services).map((definition) => [definition.type, schemaOf(definition)]),
  );
}

function allDefinitions(services: Record<string, ServiceEvents>): EventDefinition[] {
  const byType = new Map<string, EventDefinition>();
  for (const [name, { published, consumed }] of Object.entries(services)) {
    for (const definition of published) {
      if (definition.service !== name)
        throw new TypeError(`${name} publishes ${definition.type} in another's name`);
    }
    for (const definition of [...published, ...consumed]) {
      const known = byType.get(definition.type);
      if (known !== undefined && known !== definition) {
        throw new TypeError(
          `${definition.type} is defined twice; define it once in the contracts of its service`,
        );
      }
      byType.set(definition.type, definition);
    }
  }
  return [...byType.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
}

function operations(services: Record<string, ServiceEvents>): JsonSchema {
  const result: JsonSchema = {};
  const names = Object.keys(services).sort();
  for (const name of names) {
    const { published, consumed } = services[name]!;
    for (const [action, list] of [
      ['send', published],
      ['receive', consumed],
    ] as const) {
      const topics = [...new Set(list.map((definition) => definition.topic))].sort();
      for (const topic of topics) {
        const keys = list
          .filter((definition) => definition.topic === topic)
          .map((definition) => keyOf(definition.type))
          .sort();
        result[`${name}_${action}_${keyOf(topic)}`] = {
          action,
          channel: { $ref: channelRef(topic) },
          messages: keys.map((key): JsonValue => ({ $ref: `${channelRef(topic)}/messages/${key}` })),
        };
      }
    }
  }
  return result;
}
