/** A list of entity representations with each distinct one named once. */
export interface DistinctRepresentations {
  /** The distinct ones, each already serialised. */
  texts: string[];
  /** For each original position the position among the distinct ones; null when all were distinct. */
  positions: number[] | null;
}

/**
 * Finds the distinct representations of an `_entities` call and serialises each exactly once. A
 * hundred households of one village ask the directory for that village once, not a hundred times.
 */
export function distinctRepresentations(representations: readonly unknown[]): DistinctRepresentations {
  const known = new Map<string, number>();
  const positions = new Array<number>(representations.length);
  for (let index = 0; index < representations.length; index += 1) {
    const text = JSON.stringify(representations[index]);
    let position = known.get(text);
    if (position === undefined) {
      position = known.size;
      known.set(text, position);
    }
    positions[index] = position;
  }
  return { texts: [...known.keys()], positions: known.size === representations.length ? null : positions };
}

/** An error as a subgraph words it. */
export interface SubgraphError {
  message?: unknown;
  path?: readonly (string | number)[] | undefined;
  extensions?: Record<string, unknown> | undefined;
}

/**
 * Puts the answer to distinct representations back to the original positions. Repeated positions
 * share one object: merging is the same for each of them, and the answer is copied out at the end.
 */
export function expandEntities(entities: readonly unknown[], positions: readonly number[]): unknown[] {
  return positions.map((position) => entities[position]);
}

/**
 * Puts errors back to the original positions: an error at a distinct entity stands at every
 * position of that entity, up to `most` errors in all.
 */
export function expandErrors(
  errors: readonly SubgraphError[],
  positions: readonly number[],
  most: number,
): SubgraphError[] {
  const expanded: SubgraphError[] = [];
  for (const error of errors) {
    const position = error.path?.[1];
    if (error.path?.[0] !== '_entities' || typeof position !== 'number') {
      expanded.push(error);
      continue;
    }
    for (let index = 0; index < positions.length && expanded.length < most; index += 1) {
      if (positions[index] === position)
        expanded.push({ ...error, path: ['_entities', index, ...error.path.slice(2)] });
    }
  }
  return expanded;
}
