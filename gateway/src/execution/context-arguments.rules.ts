import { pathsAt } from './flatten-path.rules';
import { isObject, type Json, ownValue } from './json.rules';
import type { ContextRewrite, ResponsePath } from './plan';
import { fits } from './rewrites.rules';
import type { TypeTest } from './type-conditions.rules';

const FRAGMENT = '... on ';
const MOST_PLACES = 100_000;

/** Entities whose arguments from the context are equal. */
export interface ContextGroup {
  entities: Json[];
  variables: Record<string, unknown>;
}

/**
 * Finds for each entity at `path` what `@fromContext` arguments hold for it: values of objects above
 * it (`..` in a rewrite is one field up), by the variable of the fetch they go to.
 */
export function contextOf(
  rewrites: readonly ContextRewrite[],
  path: ResponsePath,
  isOfType: TypeTest,
): (data: Json) => ContextGroup[] {
  return (data) => {
    const groups = new Map<string, ContextGroup>();
    for (const { object, path: place } of pathsAt(data, path, MOST_PLACES)) {
      const variables: Record<string, unknown> = {};
      for (const { path: from, renameKeyTo } of rewrites) {
        const value = valueFrom(data, place, from, isOfType);
        if (value !== undefined) variables[renameKeyTo] = value;
      }
      const key = JSON.stringify(variables);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { entities: [object], variables });
      else group.entities.push(object);
    }
    return [...groups.values()];
  };
}

function valueFrom(
  data: Json,
  place: readonly (string | number)[],
  from: readonly string[],
  isOfType: TypeTest,
): unknown {
  const ups = from.findIndex((step) => step !== '..');
  let depth = place.length;
  for (let up = 0; up < ups; up += 1) {
    // A field and the positions in its lists are one step.
    do depth -= 1;
    while (depth > 0 && typeof place[depth] === 'number');
  }
  if (depth < 0) return undefined;
  let value: unknown = data;
  for (const key of place.slice(0, depth)) {
    value = Array.isArray(value)
      ? value[key as number]
      : isObject(value)
        ? ownValue(value, String(key))
        : undefined;
  }
  return read(value, from.slice(ups), isOfType);
}

function read(value: unknown, [step, ...rest]: readonly string[], isOfType: TypeTest): unknown {
  if (step === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => read(item, [step, ...rest], isOfType));
  if (!isObject(value)) return value === null ? null : undefined;
  if (!step.startsWith(FRAGMENT)) return read(ownValue(value, step), rest, isOfType);
  return fits(value, step.slice(FRAGMENT.length), isOfType) ? read(value, rest, isOfType) : undefined;
}
