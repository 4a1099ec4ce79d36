import { Contest, type ContestOptions, type ExecutorMaker, type Operation } from './contest';
import { duel } from './duel';
import { randomOperation } from './random-operation';
import { randomSubgraphs } from './random-supergraph';
import { randomWeather } from './random-weather';
import type { Case } from './reduce';
import { Statistics } from './statistics';

export interface Plan {
  /** The first seed of a supergraph; the following ones follow. */
  firstSeed: number;
  /** The last seed to play, where not all of `operations` are to be. */
  lastSeed?: number;
  operations: number;
  operationsPerSupergraph: number;
  /** Puts something else in the place of our executor. */
  change?: ExecutorMaker;
}

export interface Found {
  /** What to ask for to see it alone. */
  replay: string;
  case: Case;
}

/** Operations of one supergraph, by their numbers from `from` to below `to`. */
export interface Stretch {
  seed: number;
  from: number;
  to: number;
}

/** One operation that was played. */
export interface Played {
  number: number;
  /** Of this operation alone. */
  statistics: Statistics;
  found: Found | null;
}

/** Thrown where random subgraphs do not compose. */
export class NotComposed extends Error {}

/**
 * Has random operations over random supergraphs answered by both executors until so many have been,
 * or until they differ: then tells the seed and the case.
 */
export async function play({
  firstSeed,
  lastSeed = Number.MAX_SAFE_INTEGER,
  operations,
  operationsPerSupergraph,
  change,
}: Plan): Promise<{ statistics: Statistics; found: Found | null }> {
  const statistics = new Statistics();
  for (let seed = firstSeed; seed <= lastSeed && statistics.operations < operations; seed += 1) {
    const to = Math.min(operationsPerSupergraph, operations - statistics.operations);
    try {
      for await (const played of playStretch({ seed, from: 0, to }, change && { change })) {
        statistics.add(played.statistics);
        if (played.found !== null) return { statistics, found: played.found };
      }
      statistics.supergraphs += 1;
    } catch (error) {
      if (!(error instanceof NotComposed)) throw error;
      statistics.notComposed += 1;
    }
  }
  return { statistics, found: null };
}

/** Plays operations of one supergraph, one after the other. Throws {@link NotComposed}. */
export async function* playStretch(
  { seed, from, to }: Stretch,
  options?: ContestOptions,
): AsyncGenerator<Played> {
  const subgraphs = randomSubgraphs(seed);
  const contest = await Contest.open(subgraphs, options).catch(() => {
    throw new NotComposed(`the subgraphs of ${seed} do not compose`);
  });
  try {
    for (let number = from; number < to; number += 1) {
      const statistics = new Statistics();
      const found = await playOne(contest, { seed, number }, subgraphs, statistics);
      yield { number, statistics, found };
    }
  } finally {
    await contest.close();
  }
}

/** Plays one operation of one supergraph again, by the two numbers that a failure tells. */
export async function replay(seed: number, number: number): Promise<Found | null> {
  const subgraphs = randomSubgraphs(seed);
  const contest = await Contest.open(subgraphs);
  try {
    return await playOne(contest, { seed, number }, subgraphs, new Statistics());
  } finally {
    await contest.close();
  }
}

async function playOne(
  contest: Contest,
  { seed, number }: { seed: number; number: number },
  subgraphs: Case['subgraphs'],
  statistics: Statistics,
): Promise<Found | null> {
  const operation = randomOperation(contest.schema, seed, number);
  if (operation === null) {
    statistics.invalid += 1;
    return null;
  }
  const weather = randomWeather(
    subgraphs.map(({ name }) => name),
    seed,
    number,
  );
  const result = await duel(contest, operation, weather);
  statistics.note(contest.schema, operation, result);
  if (result.difference === undefined) return null;
  return { replay: `${seed}.${number}`, case: { subgraphs, operation, weather } };
}

/** A case for a person to read: schemas, operation, both answers, and what was asked for them. */
export async function reportOf(found: Case, change?: ExecutorMaker): Promise<string> {
  const contest = await Contest.open(found.subgraphs, change && { change });
  try {
    const { difference, ours, stock } = await duel(contest, found.operation, found.weather);
    const asked = (name: string, { network }: typeof ours) =>
      network.asked.map(({ subgraph, asked: sent }) => `${name} asked ${subgraph}: ${JSON.stringify(sent)}`);
    return [
      ...found.subgraphs.map(({ name, sdl }) => `# subgraph ${name}\n${sdl}`),
      written(found.operation),
      `weather ${JSON.stringify(found.weather)}`,
      `differing: ${difference?.which}`,
      `stock ${JSON.stringify(difference?.stock)}`,
      `ours  ${JSON.stringify(difference?.ours)}`,
      ...asked('stock', stock),
      ...asked('ours', ours),
    ].join('\n');
  } finally {
    await contest.close();
  }
}

const written = ({ text, variables, operationName }: Operation): string =>
  `${text}\nvariables ${JSON.stringify(variables)}, operationName ${operationName}`;
