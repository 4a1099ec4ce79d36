/** JSON objects as fetches return them. */
export type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * Merges what a fetch returned into what is there already, in place. Parts that are missing are
 * taken over as they are, so equal entities come to share one object; merging the same part twice
 * changes nothing.
 */
export function mergeInto(target: Json, source: Json): void {
  for (const key of Object.keys(source)) {
    const added = source[key];
    const present = target[key];
    if (present === added) continue;
    if (isObject(present) && isObject(added)) mergeInto(present, added);
    else if (Array.isArray(present) && Array.isArray(added) && present.length === added.length)
      mergeLists(present, added);
    else target[key] = added;
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (let index = 0; index < source.length; index += 1) {
    const present = target[index];
    const added = source[index];
    if (isObject(present) && isObject(added)) mergeInto(present, added);
    else if (Array.isArray(present) && Array.isArray(added) && present.length === added.length)
      mergeLists(present, added);
    else target[index] = added;
  }
}

/** Collects the objects at a plan's path, lists opened by `@`; missing ones are left out. */
export function objectsAt(
  value: unknown,
  path: readonly (string | number)[],
  found: Json[] = [],
  depth = 0,
): Json[] {
  if (value === null || value === undefined) return found;
  const step = path[depth];
  if (step === undefined) found.push(value as Json);
  else if (step === '@') for (const item of value as unknown[]) objectsAt(item, path, found, depth + 1);
  else objectsAt((value as Json)[step], path, found, depth + 1);
  return found;
}

/** The paths in the answer of the objects {@link objectsAt} collects, in the same order. */
export function pathsAt(
  value: unknown,
  path: readonly (string | number)[],
  found: (string | number)[][] = [],
  here: readonly (string | number)[] = [],
  depth = 0,
): (string | number)[][] {
  if (value === null || value === undefined) return found;
  const step = path[depth];
  if (step === undefined) found.push([...here]);
  else if (step === '@') {
    for (const [index, item] of (value as unknown[]).entries())
      pathsAt(item, path, found, [...here, index], depth + 1);
  } else pathsAt((value as Json)[step], path, found, [...here, step], depth + 1);
  return found;
}
