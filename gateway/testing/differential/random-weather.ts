import { Dice } from './random';
import type { Weather } from './world';

/** Nothing goes wrong, and nothing is null that need not be. */
export const CALM: Weather = {
  seed: 1,
  nulls: 0,
  fieldErrors: 0,
  entityErrors: 0,
  allEntities: 0,
  missing: 0,
  brokenPromises: 0,
  refusals: 0,
  dead: [],
  slow: [],
};

/** Makes up what goes wrong: often nothing, sometimes one kind of thing, sometimes all at once. */
export function randomWeather(subgraphs: readonly string[], ...seed: readonly (string | number)[]): Weather {
  const dice = new Dice(...seed, 'weather');
  const rough = dice.chance(0.12);
  const rate = (likelihood: number, ...rates: readonly number[]) =>
    rough || dice.chance(likelihood) ? dice.pick(rates) : 0;
  return {
    seed: Math.floor(dice.next() * 2 ** 31),
    nulls: rate(0.6, 0.05, 0.15, 0.4),
    fieldErrors: rate(0.25, 0.03, 0.1),
    entityErrors: rate(0.2, 0.1, 0.4),
    allEntities: rate(0.04, 0.2),
    missing: rate(0.25, 0.1, 0.4),
    brokenPromises: rate(0.15, 0.03, 0.1),
    refusals: rate(0.08, 0.2),
    dead: dice.chance(0.15) ? [dice.pick(subgraphs)] : [],
    slow: dice.some(subgraphs, 0.25),
  };
}
