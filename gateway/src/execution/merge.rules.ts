import { isObject, type Json, ownValue, setValue } from './json.rules';

/**
 * Merges what a fetch returned into what is there already, in place. Parts that are missing are
 * taken over as they are, so equal entities come to share one object; merging the same part twice
 * changes nothing.
 */
export function mergeInto(target: Json, source: Json): void {
  for (const key of Object.keys(source)) {
    const added = source[key];
    const present = key === '__proto__' ? ownValue(target, key) : target[key];
    if (present === added || added === undefined) continue;
    if (isObject(present) && isObject(added)) mergeInto(present, added);
    else if (Array.isArray(present) && Array.isArray(added) && present.length === added.length)
      mergeLists(present, added);
    else setValue(target, key, added);
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (let index = 0; index < source.length; index += 1) {
    const present = target[index];
    const added = source[index];
    if (present === added) continue;
    if (isObject(present) && isObject(added)) mergeInto(present, added);
    else if (Array.isArray(present) && Array.isArray(added) && present.length === added.length)
      mergeLists(present, added);
    else target[index] = added;
  }
}
