import { parse } from 'graphql';
import { isInSelectionOrder, sameAnswer, sameButOrder } from './answers';
import type { Answer, Contest, Operation, Round } from './contest';
import { withOwnAliases } from './own-aliases';
import { ALL_REPAIRS, type Repair } from './repaired-stock';
import type { Weather } from './world';

/** The stock executor groups the fields of fragments of one type where the first of them stands; the specification does not. */
export const FIELD_ORDER = 'fields of equal fragments are grouped';
/**
 * The stock planner takes what a client selects under the name of a key or of a required field for
 * that field: a representation is made of the wrong values, or the client gets the required field's.
 */
export const CLIENT_NAMES = "a client's response name is taken for a required field";
export type Excuse = Repair | typeof FIELD_ORDER | typeof CLIENT_NAMES;

export interface Duel {
  stock: Round;
  ours: Round;
  /** Why the answers may differ; undefined when they are the same. */
  excuses?: readonly Excuse[];
  /** Answers that must not differ, and do. */
  difference?: { which: string; ours: Answer; stock: Answer };
}

/**
 * Has one operation answered twice by each executor: ours first plans and compiles, then runs what it
 * kept. All four answers must be the same, or differ only by faults of the stock executor that are
 * pinned by name.
 */
export async function duel(contest: Contest, operation: Operation, weather: Weather): Promise<Duel> {
  const ours = await contest.ours(operation, weather);
  const again = await contest.ours(operation, weather);
  const stock = await contest.stock(operation, weather);
  const stockAgain = await contest.stock(operation, weather);
  const rounds = { stock, ours };
  if (!sameAnswer(stock.answer, stockAgain.answer))
    return { ...rounds, difference: { which: 'stock, twice', ours: stock.answer, stock: stockAgain.answer } };
  if (!sameAnswer(ours.answer, again.answer))
    return {
      ...rounds,
      difference: { which: 'ours, first and cached', ours: again.answer, stock: ours.answer },
    };
  if (sameAnswer(ours.answer, stock.answer)) return rounds;
  const excuses = await excusesFor(contest, operation, weather, rounds);
  return excuses === null
    ? { ...rounds, difference: { which: 'ours and stock', ours: ours.answer, stock: stock.answer } }
    : { ...rounds, excuses };
}

async function excusesFor(
  contest: Contest,
  operation: Operation,
  weather: Weather,
  { ours, stock }: { ours: Round; stock: Round },
): Promise<Excuse[] | null> {
  const { text, operationName } = operation;
  const inOrder = isInSelectionOrder(
    contest.schema,
    parse(text),
    operationName,
    contest.coerced(operation),
    ours.answer.data,
  );
  if (!inOrder) return null;
  if (sameButOrder(ours.answer, stock.answer)) return [FIELD_ORDER];
  const aliased = withOwnAliases(operation);
  for (const names of [false, true]) {
    const asked = names ? aliased.operation : operation;
    const wouldBeSame = async (repairs: readonly Repair[]) => {
      const { answer } = await contest.repaired(repairs, asked, weather);
      return sameButOrder(ours.answer, names ? aliased.back(answer) : answer);
    };
    if (!(await wouldBeSame(ALL_REPAIRS))) continue;
    let needed: readonly Repair[] = ALL_REPAIRS;
    for (const repair of ALL_REPAIRS) {
      const fewer = needed.filter((other) => other !== repair);
      if (await wouldBeSame(fewer)) needed = fewer;
    }
    return names ? [CLIENT_NAMES, ...needed] : [...needed];
  }
  return null;
}
