import type { Channel } from '../cases/case.types';
import { answered, by, PROMPT, toUnit } from './demo-lives.rules';
import type { DemoCase, DemoStep } from './demo-plan.types';
import type { PlaceKey } from './demo-texts';

/** What sets an item apart. */
export type Shown = Partial<Omit<DemoCase, 'key' | 'daysAgo' | 'steps' | 'person'>>;

/** Handled by Yunzhou's bureau itself, up to the opinion served. */
export const COUNTY_ANSWER = [
  ...by('pt-yunzhou'),
  ...answered('pt-yunzhou', 'pt-yunzhou-head', { ...PROMPT, handle: 8 }, 'NOT_SUPPORT'),
];
/** Handled by the unit below that bureau, up to the opinion served. */
export const UNIT_ANSWER = [
  ...by('pt-yunzhou'),
  ...toUnit('pt-yunzhou', 'pt-yunzhou-unit', PROMPT),
  ...answered('pt-yunzhou-unit', 'pt-yunzhou-leader', PROMPT),
];
/** In the hands of that unit. */
export const IN_UNIT = [...by('pt-yunzhou'), ...toUnit('pt-yunzhou', 'pt-yunzhou-unit', PROMPT)];

/** An item planned but for its petitioner. */
export type Planned = Omit<DemoCase, 'person' | 'subject'> & Pick<Shown, 'subject'>;

/** An item that shows one thing; a letter of Yunzhou unless said. */
export function item(
  key: string,
  daysAgo: number,
  steps: readonly DemoStep[],
  { channel = 'LETTER', place = 'yunzhou', ...marks }: Shown & { channel?: Channel; place?: PlaceKey } = {},
): Planned {
  return { key, daysAgo, steps, channel, place, ...marks };
}
