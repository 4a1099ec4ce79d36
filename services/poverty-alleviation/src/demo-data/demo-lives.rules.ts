import { STORY_VILLAGES } from './demo-villages';

/** The years of the demonstration; each is the cycle while it is told. */
export type DemoYear = 2015 | 2016 | 2017;

/** What happens to a household. */
export type LifeEvent =
  | 'EXIT'
  | 'STABLE_EXIT'
  | 'STABLE_EXIT_OF_EXITED'
  | 'RETURN'
  | 'ROLLBACK'
  | 'KEY_TARGET'
  | 'WILL_RELOCATE'
  | 'RELOCATED'
  | 'BIRTH'
  | 'MARRIED_IN'
  | 'DEATH_OF_MOTHER'
  | 'LAST_MEMBER_DIED'
  | 'MOTHER_MOVES_NEXT_DOOR'
  | 'SPLIT'
  | 'CLEAR'
  | 'OUTCOME'
  | 'MEASURE';

/** Households of a village, by their place in it: those of the first places are identified first. */
const IDENTIFIED: readonly DemoYear[] = [2015, 2015, 2015, 2015, 2015, 2015, 2016, 2016, 2016, 2017];

/** Households whose three years are told. */
export const STORY_HOUSEHOLDS = STORY_VILLAGES.length * IDENTIFIED.length;

/**
 * What happens to the households of one place in their villages, in the order told. With `each` only in every so
 * many villages, from village `from` on. How many members a household has, and so what can happen to it, is decided
 * by its number (see demo-households.rules).
 */
interface Step {
  place: number;
  year: DemoYear;
  event: LifeEvent;
  each?: number;
  from?: number;
}

const COURSE: readonly Step[] = [
  { place: 0, year: 2015, event: 'EXIT', each: 2 },
  { place: 0, year: 2016, event: 'STABLE_EXIT_OF_EXITED', each: 2 },
  { place: 0, year: 2017, event: 'OUTCOME', each: 2, from: 1 },
  { place: 1, year: 2016, event: 'MEASURE' },
  { place: 1, year: 2016, event: 'EXIT' },
  { place: 1, year: 2017, event: 'STABLE_EXIT_OF_EXITED', each: 3 },
  { place: 1, year: 2017, event: 'RETURN', each: 3, from: 1 },
  { place: 2, year: 2016, event: 'MEASURE', each: 2 },
  { place: 2, year: 2016, event: 'EXIT' },
  { place: 3, year: 2017, event: 'MEASURE' },
  { place: 3, year: 2017, event: 'EXIT' },
  { place: 3, year: 2017, event: 'ROLLBACK', each: 14, from: 12 },
  { place: 4, year: 2016, event: 'WILL_RELOCATE' },
  { place: 4, year: 2017, event: 'RELOCATED' },
  { place: 4, year: 2017, event: 'EXIT', each: 2, from: 1 },
  { place: 5, year: 2016, event: 'BIRTH', each: 4 },
  { place: 5, year: 2016, event: 'DEATH_OF_MOTHER', each: 4, from: 3 },
  { place: 5, year: 2017, event: 'EXIT', each: 3 },
  { place: 6, year: 2017, event: 'KEY_TARGET' },
  { place: 6, year: 2017, event: 'MEASURE' },
  { place: 6, year: 2017, event: 'SPLIT', each: 8, from: 1 },
  { place: 6, year: 2017, event: 'LAST_MEMBER_DIED', each: 14, from: 4 },
  { place: 6, year: 2017, event: 'STABLE_EXIT', each: 5, from: 3 },
  { place: 7, year: 2017, event: 'BIRTH', each: 4 },
  { place: 7, year: 2017, event: 'DEATH_OF_MOTHER', each: 4, from: 3 },
  { place: 7, year: 2017, event: 'CLEAR', each: 14, from: 9 },
  { place: 8, year: 2017, event: 'OUTCOME' },
  { place: 8, year: 2017, event: 'MARRIED_IN', each: 4, from: 2 },
  { place: 8, year: 2017, event: 'MOTHER_MOVES_NEXT_DOOR', each: 14, from: 5 },
];

/** The number of the household at a place of a village. */
export function numberAt(place: number, village: number): number {
  return place * STORY_VILLAGES.length + village;
}

/** The numbers of the households that are identified in a year. */
export function identifiedIn(year: DemoYear): number[] {
  return IDENTIFIED.flatMap((identified, place) =>
    identified === year ? STORY_VILLAGES.map((_, village) => numberAt(place, village)) : [],
  );
}

/** What happens in a year, household by household, each time in the order told. */
export function eventsOf(year: DemoYear): { n: number; event: LifeEvent }[] {
  return COURSE.filter((step) => step.year === year).flatMap(({ place, event, each = 1, from = 0 }) =>
    STORY_VILLAGES.flatMap((_, village) =>
      village >= from && (village - from) % each === 0 ? [{ n: numberAt(place, village), event }] : [],
    ),
  );
}
