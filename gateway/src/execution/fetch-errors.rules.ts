import { pathsAt } from './flatten-path.rules';
import type { Json } from './json.rules';
import type { ResponsePath } from './plan';
import type { SubgraphError } from './subgraph-client';

/** More copies of one entity's error than this tell a reader nothing new. */
const MOST_ERRORS = 200;
const MOST_PLACES = 10_000;

export interface Places {
  data: Json;
  /** All that lead to targets. */
  paths: readonly ResponsePath[];
  targets: readonly Json[];
  /** The position of each target among the representations, -1 where it has none. */
  positions: readonly number[];
}

/** Puts errors of an `_entities` fetch where the entity stands in the client's answer: at every place where it occurs. */
export function placeErrors(
  errors: readonly SubgraphError[],
  { data, paths, targets, positions }: Places,
): { error: SubgraphError; path: (string | number)[] | undefined }[] {
  const positionOf = new Map(targets.map((target, index) => [target, positions[index]!]));
  const occurrences = new Map<number, (string | number)[][]>();
  for (const { object, path: place } of paths.flatMap((path) => pathsAt(data, path, MOST_PLACES))) {
    const position = positionOf.get(object);
    if (position === undefined) continue;
    const places = occurrences.get(position);
    if (places === undefined) occurrences.set(position, [place]);
    else places.push(place);
  }
  const placed: { error: SubgraphError; path: (string | number)[] | undefined }[] = [];
  for (const error of errors) {
    const position = error.path?.[1];
    if (error.path?.[0] !== '_entities' || typeof position !== 'number') {
      placed.push({ error, path: undefined });
      continue;
    }
    const rest = error.path.slice(2);
    for (const place of occurrences.get(position) ?? []) {
      if (placed.length < MOST_ERRORS) placed.push({ error, path: [...place, ...rest] });
    }
  }
  return placed;
}
