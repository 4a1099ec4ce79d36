import { addDays, startOfDayInShanghai } from '@junxian/calendar';
import type { Rating } from '../evaluation/evaluation.rules';
import { answered, assigned, by, downToCounty, evaluated, type Pace, toUnit } from './demo-lives.rules';
import type { DemoCase, DemoMoment, DemoStep } from './demo-plan.types';
import { showcase } from './demo-showcase.rules';
import { demoSubjects, type PlaceKey } from './demo-texts';

/** The crowd beside the items that show one thing each. */
const CROWD = 80;
const MINUTE = 60_000;
const OPENING_HOUR = 9 * 60;

/** Everything that happens in the month before a day, in the order of time. The same day and seed give the same month. */
export function demoMonth(today: string, seed = 2026): DemoMoment[] {
  return demoCases(seed)
    .flatMap((of, index) => moments(of, index, today))
    .sort((one, other) => one.at.getTime() - other.at.getTime());
}

/** All items of the demonstration, planned. */
export function demoCases(seed = 2026): DemoCase[] {
  const random = randomFrom(seed);
  const shown = showcase();
  const crowd = Array.from({ length: CROWD }, (_, index) =>
    ordinaryCase(index, shown.length + index, random),
  );
  return [...shown, ...crowd];
}

/**
 * The steps of one item that lie before today, each at its instant: office hours on a working day of the week, in order. What would come
 * later has not happened yet.
 */
function moments(of: DemoCase, index: number, today: string): DemoMoment[] {
  const happened: DemoMoment[] = [];
  let daysAgo = of.daysAgo;
  let place = 0;
  let last = '';
  for (const [daysLater, actor, act] of of.steps) {
    daysAgo -= daysLater;
    if (daysAgo < 1) break;
    const day = weekday(addDays(today, -daysAgo));
    place = day === last ? place + 1 : 0;
    last = day;
    // Half an hour for each step of a day, and items spread over that half hour, no two at one instant.
    const minutes = OPENING_HOUR + place * 30;
    const at = new Date(startOfDayInShanghai(day).getTime() + minutes * MINUTE + index * 7_000);
    happened.push({ at, by: actor, act, of });
  }
  return happened;
}

/** The day itself, of a weekend the Friday before: offices are closed. */
function weekday(date: string): string {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  if (day === 6) return addDays(date, -1);
  return day === 0 ? addDays(date, -2) : date;
}

type Random = () => number;

function ordinaryCase(index: number, person: number, random: Random): DemoCase {
  const subject = demoSubjects[Math.floor(random() * demoSubjects.length)]!;
  const pace: Pace = {
    route: 1 + Math.floor(random() * 4),
    take: 1 + Math.floor(random() * 2),
    accept: 1 + Math.floor(random() * 6),
    handle: 5 + Math.floor(random() * 15),
  };
  const { place, steps } = way(index, pace, random);
  const visit = random() < 0.3;
  const phone = !visit && random() < 0.15;
  const crowd = random() < 0.15;
  return {
    key: `crowd-${index}`,
    channel: visit ? 'VISIT' : phone ? 'PHONE' : 'LETTER',
    // Two thirds lie in the last month, the others up to two months before.
    daysAgo: 1 + Math.floor(random() < 0.66 ? random() * 30 : 30 + random() * 55),
    steps,
    subject,
    place,
    person,
    ...(visit ? { visitors: crowd ? 5 + Math.floor(random() * 10) : 1 + Math.floor(random() * 3) } : {}),
    urgent: random() < 0.08,
    threat: random() < 0.03,
    ...(crowd ? { affected: 10 + Math.floor(random() * 200) } : {}),
  };
}

/** Where an ordinary item lies and what becomes of it: some are answered at once, some go down to a unit, some stay where they are. */
function way(index: number, pace: Pace, random: Random): { place: PlaceKey; steps: DemoStep[] } {
  const rating = pick<Rating>(random, ['SATISFIED', 'SATISFIED', 'BASICALLY_SATISFIED', 'DISSATISFIED']);
  const evaluation = random() < 0.5 ? evaluated('petitioner', rating) : [];
  const yunzhou = pick<PlaceKey>(random, ['yunzhou', 'yunzhou', 'xiping']);
  const elsewhere = pick<PlaceKey>(random, ['xiaodian', 'luzhou', 'yanhu', 'yaodu', 'lishi', 'pingcheng']);
  switch (index % 10) {
    case 0:
    case 1:
      return {
        place: yunzhou,
        steps: [
          ...by('pt-yunzhou'),
          ...toUnit('pt-yunzhou', 'pt-yunzhou-unit', pace),
          ...answered('pt-yunzhou-unit', 'pt-yunzhou-leader', pace),
          ...evaluation,
        ],
      };
    case 2:
      return {
        place: 'xiping',
        steps: [
          ...by('pt-yunzhou'),
          ...toUnit('pt-yunzhou', 'pt-xiping', pace),
          [pace.accept, 'pt-xiping', { do: 'REPLY' }],
          ...evaluation,
        ],
      };
    case 3:
      return {
        place: pick<PlaceKey>(random, ['datong', 'pingcheng']),
        steps: [
          ...by('pt-datong'),
          ...answered('pt-datong', 'pt-datong-leader', pace, 'PARTIAL'),
          ...evaluation,
        ],
      };
    case 4:
      return {
        place: 'yungang',
        steps: [
          ...by('pt-yungang'),
          ...toUnit('pt-yungang', 'pt-yungang-unit', pace),
          [pace.accept, 'pt-yungang-unit', { do: 'REPLY' }],
          ...evaluation,
        ],
      };
    case 5:
      return {
        place: yunzhou,
        steps: [
          ...by('pt-shanxi'),
          ...downToCounty(pace),
          ...toUnit('pt-yunzhou', 'pt-yunzhou-unit', pace),
          ...answered('pt-yunzhou-unit', 'pt-yunzhou-leader', pace),
          ...evaluation,
        ],
      };
    case 6:
      return { place: yunzhou, steps: [...by('pt-datong'), ...assigned(30, random() < 0.7, pace)] };
    case 7:
      return { place: elsewhere, steps: [...by('pt-shanxi'), [pace.route, 'pt-shanxi', { do: 'ARCHIVE' }]] };
    case 8:
      return {
        place: 'yungang',
        steps: [...by('pt-yungang'), [pace.accept, 'pt-yungang', { do: 'DECLINE' }]],
      };
    default:
      return {
        place: elsewhere,
        steps: [...by('pt-shanxi'), [pace.route + 1, 'pt-shanxi', { do: 'REPLY' }], ...evaluation],
      };
  }
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

/** Numbers of 0…1 that look like chance and are the same for the same seed (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
