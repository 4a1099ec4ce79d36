/** JSON objects as fetches return them. */
export type Json = Record<string, unknown>;

/** Names every JavaScript object has; only own properties of these names are data. */
export const isInherited = (name: string): boolean => name in Object.prototype;

/** A property of a JSON object; undefined where the answer has none, whatever JavaScript inherits. */
export const ownValue = (object: Json, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Sets a property; `__proto__` becomes an ordinary one. */
export function setValue(object: Json, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
  else object[name] = value;
}

export const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What needs an escape in JSON, lone halves of surrogate pairs included. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** The JSON text of a string. */
export const quoted = (text: string): string => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`);
