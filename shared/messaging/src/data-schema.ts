import type { TObject } from '@sinclair/typebox';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { EventDefinition } from './event-definition';
import { NOT_PERSONAL } from './personal-data.rules';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonSchema = { [key: string]: JsonValue };

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false });
addFormats(ajv);
ajv.addKeyword({ keyword: NOT_PERSONAL, schemaType: 'string' });

/** The JSON Schema of an event's data, as published: open, so that a field may be added without breaking anybody. */
export function schemaOf(definition: EventDefinition): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: definition.dataSchema,
    title: definition.type,
    description: `${definition.description.zh} ${definition.description.en}`,
    ...plain(definition.data),
  };
}

/** A TypeBox schema as plain JSON. */
function plain(schema: TObject): JsonSchema {
  return JSON.parse(JSON.stringify(schema));
}

/** The same schema with every object closed: a publisher may not send a property that the schema does not name. */
function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: JsonSchema = {};
  for (const [key, value] of Object.entries(schema)) {
    copy[key] =
      key === 'properties' && typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, closed(inner)]))
        : key === 'enum' || key === 'const' || key === 'default'
          ? value
          : closed(value);
  }
  const isOpenObject = typeof copy.properties === 'object' && copy.additionalProperties === undefined;
  return isOpenObject && !('patternProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}

const closedValidators = new WeakMap<EventDefinition, ValidateFunction>();
const openValidators = new WeakMap<EventDefinition, ValidateFunction>();

/** Faults of data about to be published: its schema, with no property beyond it. Paths and rules only, never values. */
export function faultsOfPublished(definition: EventDefinition, data: unknown): string[] {
  return faults(closedValidators, definition, () => closed(plain(definition.data)) as JsonSchema, data);
}

/** Faults of data received: its schema; properties that a newer publisher added are accepted. */
export function faultsOfReceived(definition: EventDefinition, data: unknown): string[] {
  return faults(openValidators, definition, () => plain(definition.data), data);
}

function faults(
  validators: WeakMap<EventDefinition, ValidateFunction>,
  definition: EventDefinition,
  schema: () => JsonSchema,
  data: unknown,
): string[] {
  let validate = validators.get(definition);
  if (validate === undefined) {
    validate = ajv.compile(schema());
    validators.set(definition, validate);
  }
  if (validate(data)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const extra = 'additionalProperty' in params ? ` (${params.additionalProperty})` : '';
    return `${instancePath || '/'} ${message}${extra}`;
  });
}
