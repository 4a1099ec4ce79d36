import type { TSchema } from '@sinclair/typebox';

/** Marks a property that is named like personal data but holds none; the text says why. */
export const NOT_PERSONAL = 'x-not-personal';

/** Words of a property name that stand for a person's own data. `name` alone and every `…Name` count. */
const PERSONAL_NAME =
  /name$|^(id|identity|citizen|certificate|card)(no|number|card|code)$|(idnumber|idcard|phone|mobile|telephone|landline|password|passwd|secret|token|captcha|email|wechat|bankcard|bankaccount|birthdate|birthday|homeaddress|address)/i;

const CITIZEN_NUMBER =
  /(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])/;
const MOBILE_NUMBER = /(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d{9}(?![0-9A-Za-z])/;

/** Whether a text holds something in the form of an 18-digit citizen number or a mobile number. */
export function looksPersonal(text: string): boolean {
  return CITIZEN_NUMBER.test(text) || MOBILE_NUMBER.test(text);
}

type JsonSchema = TSchema & Record<string, unknown>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isExempt = (schema: unknown): boolean => {
  const reason = isObject(schema) ? schema[NOT_PERSONAL] : undefined;
  return typeof reason === 'string' && reason.trim().length > 0;
};

/** The schemas directly inside a schema, with the path and, for properties, the name under which they stand. */
function* innerSchemas(schema: JsonSchema): Generator<{ inner: JsonSchema; property?: string }> {
  const properties = schema.properties;
  if (isObject(properties)) {
    for (const [property, inner] of Object.entries(properties))
      yield { inner: inner as JsonSchema, property };
  }
  if (isObject(schema.patternProperties)) {
    for (const inner of Object.values(schema.patternProperties)) yield { inner: inner as JsonSchema };
  }
  for (const key of ['items', 'additionalProperties', 'not'] as const) {
    if (isObject(schema[key])) yield { inner: schema[key] as JsonSchema };
  }
  for (const key of ['anyOf', 'oneOf', 'allOf', 'items'] as const) {
    const list = schema[key];
    if (Array.isArray(list)) for (const inner of list) yield { inner: inner as JsonSchema };
  }
}

/**
 * Paths of the properties of an event's schema that are named like personal data and do not say
 * (by {@link NOT_PERSONAL}) why they hold none.
 */
export function personalProperties(schema: TSchema, path = ''): string[] {
  const found: string[] = [];
  for (const { inner, property } of innerSchemas(schema as JsonSchema)) {
    const innerPath = property === undefined ? path : path === '' ? property : `${path}.${property}`;
    if (property !== undefined && PERSONAL_NAME.test(property) && !isExempt(inner)) found.push(innerPath);
    found.push(...personalProperties(inner, innerPath));
  }
  return found;
}

/**
 * Path of the first value of an event's data that looks like a citizen number or a mobile number,
 * or undefined. Properties marked {@link NOT_PERSONAL} are left out. Never returns the value itself.
 */
export function personalValue(data: unknown, schema?: TSchema, path = ''): string | undefined {
  if (isExempt(schema)) return undefined;
  if (typeof data === 'string') return looksPersonal(data) ? path || '(root)' : undefined;
  if (Array.isArray(data)) {
    const items = (schema as JsonSchema | undefined)?.items;
    for (const [index, item] of data.entries()) {
      const found = personalValue(
        item,
        isObject(items) ? (items as JsonSchema) : undefined,
        `${path}[${index}]`,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isObject(data)) return undefined;
  const properties = (schema as JsonSchema | undefined)?.properties;
  for (const [key, value] of Object.entries(data)) {
    const inner = isObject(properties) ? (properties[key] as JsonSchema | undefined) : undefined;
    if (looksPersonal(key)) return path === '' ? '(a key)' : `${path} (a key)`;
    const found = personalValue(value, inner, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
