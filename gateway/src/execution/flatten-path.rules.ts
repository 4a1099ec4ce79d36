import { isInherited, type Json, ownValue } from './json.rules';
import type { ResponsePath } from './plan';

/** Collects the objects a path of a plan leads to; null and missing ones are left out. */
export type Reach = (data: Json) => Json[];

type Walk = (value: unknown, found: Json[], opened: Set<unknown>) => void;

/**
 * Compiles paths of a plan, lists opened by `@`. Lists that several objects share are opened once for
 * each path, so an object may stand at more places of the answer than it is returned times;
 * {@link pathsAt} tells all of them.
 */
export function compileReach(paths: readonly ResponsePath[]): Reach {
  const walks = paths.map((path) => compileWalk(path, 0));
  return (data) => {
    const found: Json[] = [];
    for (const walk of walks) walk(data, found, new Set());
    return found;
  };
}

function compileWalk(path: ResponsePath, depth: number): Walk {
  const step = path[depth];
  if (step === undefined) return (value, found) => void found.push(value as Json);
  const next = compileWalk(path, depth + 1);
  if (step === '@') {
    return (value, found, opened) => {
      if (!Array.isArray(value) || opened.has(value)) return;
      opened.add(value);
      for (const item of value) if (item !== null && item !== undefined) next(item, found, opened);
    };
  }
  if (typeof step !== 'string' || step.startsWith('|')) throw new Error(`unknown step in a plan: ${step}`);
  const inherited = isInherited(step);
  return (value, found, opened) => {
    const inner = inherited ? ownValue(value as Json, step) : (value as Json)[step];
    if (inner !== null && inner !== undefined) next(inner, found, opened);
  };
}

/** Every place of the answer a path of a plan leads to, with the object there, up to `most`. */
export function pathsAt(
  data: unknown,
  path: ResponsePath,
  most: number,
): { object: Json; path: (string | number)[] }[] {
  const found: { object: Json; path: (string | number)[] }[] = [];
  const here: (string | number)[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (value === null || value === undefined || found.length >= most) return;
    const step = path[depth];
    if (step === undefined) {
      found.push({ object: value as Json, path: [...here] });
      return;
    }
    const entries =
      step === '@'
        ? Array.isArray(value)
          ? value.entries()
          : []
        : [[step, ownValue(value as Json, String(step))] as const];
    for (const [key, inner] of entries) {
      here.push(key);
      visit(inner, depth + 1);
      here.pop();
    }
  };
  visit(data, 0);
  return found;
}
