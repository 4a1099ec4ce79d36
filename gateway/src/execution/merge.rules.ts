import { isObject, type Json, ownValue, setValue } from './json.rules';
import type { TypeTest } from './type-conditions.rules';

/**
 * Merges what a fetch returned into what is there already, in place. Parts that are missing are
 * taken over as they are, so equal entities come to share one object; merging the same part twice
 * changes nothing. The name of an object's type stays where a service that knows it by its interface
 * only (@interfaceObject) answers with the interface's.
 */
export function mergeInto(target: Json, source: Json, isOfType: TypeTest): void {
  for (const key of Object.keys(source)) {
    const added = source[key];
    const present = key === '__proto__' ? ownValue(target, key) : target[key];
    if (present === added || added === undefined) continue;
    if (isObject(present) && isObject(added)) mergeInto(present, added, isOfType);
    else if (areMerged(present, added)) mergeLists(present, added as unknown[], isOfType);
    else if (key !== '__typename' || !isMoreExact(present, added, isOfType)) setValue(target, key, added);
  }
}

const isMoreExact = (present: unknown, added: unknown, isOfType: TypeTest): boolean =>
  typeof present === 'string' && typeof added === 'string' && isOfType(present, added);

/** Two lists of objects of one length. Lists of plain values are taken over whole: the one that is there may stand at other places too. */
const areMerged = (present: unknown, added: unknown): present is unknown[] =>
  Array.isArray(present) &&
  Array.isArray(added) &&
  present.length === added.length &&
  added.some((item) => typeof item === 'object' && item !== null);

function mergeLists(target: unknown[], source: readonly unknown[], isOfType: TypeTest): void {
  for (let index = 0; index < source.length; index += 1) {
    const present = target[index];
    const added = source[index];
    if (present === added) continue;
    if (isObject(present) && isObject(added)) mergeInto(present, added, isOfType);
    else if (areMerged(present, added)) mergeLists(present, added as unknown[], isOfType);
    else target[index] = added;
  }
}
