import { documentOf, type GraphAnswer, type RootCall } from '@junxian/test-kit';

/** What came back of one call of several: its own value and its own errors. */
export interface Part {
  value: unknown;
  errors: NonNullable<GraphAnswer['errors']>;
}

export type Ask = (document: string, variables: Record<string, unknown>) => Promise<GraphAnswer>;

const MOST_CALLS = 12;
const MOST_WORDS = 300;

/**
 * Puts small calls together that one role permits. The gateway plans each text once, so a long call stands alone and a batch
 * is made of the same calls whoever asks: planning long ones in ever other company costs ten times what it spares.
 */
export function packed<Call extends RootCall>(
  calls: readonly Call[],
  groupOf: (call: Call) => string,
): Call[][] {
  const batches: Call[][] = [];
  const open = new Map<string, { batch: Call[]; words: number }>();
  for (const call of calls) {
    const group = groupOf(call);
    const size = call.selection.split(' ').length;
    const last = open.get(group);
    if (last !== undefined && last.batch.length < MOST_CALLS && last.words + size <= MOST_WORDS) {
      last.batch.push(call);
      last.words += size;
    } else {
      const batch = [call];
      batches.push(batch);
      if (size <= MOST_WORDS) open.set(group, { batch, words: size });
    }
  }
  return batches;
}

/**
 * Asks several calls in one operation and takes the answer apart. Where one of them leaves no data for any, it is taken as
 * refused and the others are asked again without it; what each is told is as if it had been asked alone.
 */
export async function askTogether<Call extends RootCall>(
  calls: readonly Call[],
  ask: Ask,
): Promise<Map<Call, Part>> {
  const parts = new Map<Call, Part>();
  let left = [...calls];
  while (left.length > 0) {
    const { document, variables } = documentOf(left);
    const answer = await ask(document, variables);
    const partOf = (index: number): Part => ({
      value: answer.data?.[`c${index}`] ?? null,
      errors: (answer.errors ?? []).filter(({ path = [] }) => path.length === 0 || path[0] === `c${index}`),
    });
    const isAnswered = (answer.data ?? null) !== null || left.length === 1;
    const settled = left.flatMap((call, index) => {
      const part = partOf(index);
      return isAnswered || isRefusedAsAWhole(part) ? [[call, part] as const] : [];
    });
    for (const [call, part] of settled) parts.set(call, part);
    if (settled.length > 0) {
      left = left.filter((call) => !parts.has(call));
      continue;
    }
    // Nobody is to blame alone: each half by itself.
    const half = Math.ceil(left.length / 2);
    for (const some of [left.slice(0, half), left.slice(half)])
      for (const [call, part] of await askTogether(some, ask)) parts.set(call, part);
    return parts;
  }
  return parts;
}

/** Its own field is refused, not one below it: then it gets nothing, whoever is asked beside it. */
export const isRefusedAsAWhole = ({ errors }: Part) => errors.some(({ path = [] }) => path.length === 1);
