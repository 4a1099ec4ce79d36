import type { JsonSchema, JsonValue } from './data-schema';

/**
 * What in the present schemas would break somebody who relies on the previous ones: a consumer built
 * against the old text that gets new events, or a new consumer that gets old events again (a refill,
 * a new group). Takes both as `{ type: JSON Schema }`; returns one sentence for each break, none if a
 * publisher may go ahead. New events, new optional properties, new codes in an enum and wider limits
 * break nobody: consumers ignore what they do not know.
 */
export function breakingChanges(
  previous: Readonly<Record<string, JsonSchema>>,
  current: Readonly<Record<string, JsonSchema>>,
): string[] {
  return Object.entries(previous).flatMap(([type, before]) => {
    const after = current[type];
    if (after === undefined) return [`${type}: the event was removed or renamed`];
    return compare(before, after, type, '');
  });
}

const isObject = (value: JsonValue | undefined): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const schemasIn = (value: JsonValue | undefined): JsonSchema[] =>
  Array.isArray(value) ? value.filter((entry) => isObject(entry)) : [];

function compare(before: JsonSchema, after: JsonSchema, type: string, path: string): string[] {
  const where = `${type}${path === '' ? '' : ` ${path}`}`;
  const beforeVariants = variants(before);
  const afterVariants = variants(after);
  if (beforeVariants.length > 1 || afterVariants.length > 1) {
    return compareVariants(beforeVariants, afterVariants, type, path, where);
  }
  const [one, other] = [beforeVariants[0] ?? before, afterVariants[0] ?? after];
  return [
    ...compareTypes(one, other, where),
    ...compareValues(one, other, where),
    ...compareLimits(one, other, where),
    ...compareProperties(one, other, type, path, where),
    ...compareItems(one, other, type, path),
  ];
}

/** The alternatives of a schema: each entry of `anyOf`, `oneOf`, of a list of types; the constants of a union as one enum. */
function variants(schema: JsonSchema): JsonSchema[] {
  const { anyOf, oneOf, ...rest } = schema;
  const alternatives = [...schemasIn(anyOf), ...schemasIn(oneOf)];
  if (alternatives.length > 0) {
    const constants = alternatives.filter((entry) => 'const' in entry);
    const others = alternatives.filter((entry) => !('const' in entry)).flatMap(variants);
    const asEnum = constants.length > 0 ? [{ enum: constants.map((entry) => entry.const!) }] : [];
    return [...asEnum, ...others].map((entry) => ({ ...rest, ...entry }));
  }
  if (Array.isArray(schema.type)) return schema.type.map((name) => ({ ...schema, type: name }));
  return [schema];
}

const typeName = (schema: JsonSchema): string => {
  if (typeof schema.type === 'string') return schema.type;
  const values = allowedValues(schema);
  return values === undefined ? 'any' : [...new Set(values.map((value) => typeof value))].sort().join('|');
};

function compareVariants(
  before: JsonSchema[],
  after: JsonSchema[],
  type: string,
  path: string,
  where: string,
): string[] {
  const found: string[] = [];
  const unmatched = [...after];
  for (const variant of before) {
    const fits = unmatched.findIndex(
      (candidate) =>
        typeName(candidate) === typeName(variant) && compare(variant, candidate, type, path).length === 0,
    );
    const index =
      fits >= 0 ? fits : unmatched.findIndex((candidate) => typeName(candidate) === typeName(variant));
    if (index < 0) {
      found.push(`${where}: the alternative ${typeName(variant)} was removed`);
      continue;
    }
    found.push(...compare(variant, unmatched[index]!, type, path));
    unmatched.splice(index, 1);
  }
  for (const variant of unmatched) found.push(`${where}: the alternative ${typeName(variant)} was added`);
  return found;
}

function compareTypes(before: JsonSchema, after: JsonSchema, where: string): string[] {
  const [one, other] = [typeName(before), typeName(after)];
  return one === other ? [] : [`${where}: the type changed from ${one} to ${other}`];
}

function allowedValues(schema: JsonSchema): JsonValue[] | undefined {
  if (schema.const !== undefined) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : undefined;
}

function compareValues(before: JsonSchema, after: JsonSchema, where: string): string[] {
  const [one, other] = [allowedValues(before), allowedValues(after)];
  if (other === undefined) return one === undefined ? [] : [`${where}: the list of values was given up`];
  if (one === undefined) return [`${where}: the values were narrowed to a list`];
  const gone = one.filter((value) => !other.some((candidate) => candidate === value));
  return gone.map((value) => `${where}: the value ${JSON.stringify(value)} was removed`);
}

/** Limits below which and above which a value is refused. */
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const;
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const;

function compareLimits(before: JsonSchema, after: JsonSchema, where: string): string[] {
  const found: string[] = [];
  const number = (value: JsonValue | undefined) => (typeof value === 'number' ? value : undefined);
  for (const limit of [...LOWER, ...UPPER]) {
    const [one, other] = [number(before[limit]), number(after[limit])];
    if (other === undefined) continue;
    const isLower = (LOWER as readonly string[]).includes(limit);
    const isTighter = one === undefined || (isLower ? other > one : other < one);
    if (isTighter) found.push(`${where}: ${limit} was tightened to ${other}`);
  }
  for (const rule of ['pattern', 'format', 'multipleOf'] as const) {
    if (after[rule] !== undefined && after[rule] !== before[rule]) {
      found.push(`${where}: ${rule} was ${before[rule] === undefined ? 'added' : 'changed'}`);
    }
  }
  if (after.uniqueItems === true && before.uniqueItems !== true)
    found.push(`${where}: uniqueItems was added`);
  return found;
}

function compareProperties(
  before: JsonSchema,
  after: JsonSchema,
  type: string,
  path: string,
  where: string,
): string[] {
  const found: string[] = [];
  const [one, other] = [before.properties, after.properties].map((value) =>
    isObject(value) ? value : {},
  ) as [JsonSchema, JsonSchema];
  const [wasRequired, isRequired] = [before.required, after.required].map(
    (value) => new Set(Array.isArray(value) ? value : []),
  ) as [Set<JsonValue>, Set<JsonValue>];
  for (const [name, schema] of Object.entries(one)) {
    const innerPath = path === '' ? name : `${path}.${name}`;
    const inner = other[name];
    if (inner === undefined) {
      found.push(`${where}: the property ${name} was removed`);
      continue;
    }
    if (wasRequired.has(name) && !isRequired.has(name)) {
      found.push(`${where}: the property ${name} is no longer always there`);
    }
    if (isObject(schema) && isObject(inner)) found.push(...compare(schema, inner, type, innerPath));
  }
  for (const name of isRequired) {
    if (!wasRequired.has(name)) found.push(`${where}: the property ${String(name)} became required`);
  }
  const isClosed = (schema: JsonSchema) => schema.additionalProperties === false;
  if (isClosed(after) && !isClosed(before)) found.push(`${where}: further properties are no longer allowed`);
  if (isObject(after.additionalProperties)) {
    if (isObject(before.additionalProperties)) {
      found.push(...compare(before.additionalProperties, after.additionalProperties, type, `${path}.*`));
    } else if (!isClosed(before)) {
      found.push(`${where}: further properties were narrowed`);
    }
  }
  const patterns = (schema: JsonSchema) =>
    isObject(schema.patternProperties) ? schema.patternProperties : {};
  for (const [pattern, schema] of Object.entries(patterns(before))) {
    const inner = patterns(after)[pattern];
    if (!isObject(inner)) found.push(`${where}: the properties ${pattern} were removed`);
    else if (isObject(schema)) found.push(...compare(schema, inner, type, `${path}.${pattern}`));
  }
  return found;
}

function compareItems(before: JsonSchema, after: JsonSchema, type: string, path: string): string[] {
  const innerPath = `${path}[]`;
  if (isObject(before.items) && isObject(after.items))
    return compare(before.items, after.items, type, innerPath);
  if (!isObject(before.items) && isObject(after.items))
    return [`${type} ${innerPath}: the items were narrowed`];
  return [];
}
