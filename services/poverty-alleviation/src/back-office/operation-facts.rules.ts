/** What the log says of a state: codes, counts and marks by name, never a clear name, number, phone or address. */
export type OperationFacts = Readonly<Record<string, unknown>>;

/** One item of a state before or after a function, as people read it. */
export interface OperationFact {
  name: string;
  value: string | null;
}

/**
 * The facts of a state as a list: nested ones by path (`members.1402151000010000101.status`), lists joined by commas,
 * absent values as null; an empty object or list is left out.
 */
export function factsOf(facts: OperationFacts): OperationFact[] {
  return Object.entries(facts).flatMap(([name, value]) => listed(name, value));
}

function listed(name: string, value: unknown): OperationFact[] {
  if (value === null || value === undefined) return [{ name, value: null }];
  if (Array.isArray(value)) return value.length === 0 ? [] : [{ name, value: value.map(String).join(',') }];
  if (typeof value !== 'object') return [{ name, value: String(value) }];
  return Object.entries(value).flatMap(([inner, entry]) => listed(`${name}.${inner}`, entry));
}
