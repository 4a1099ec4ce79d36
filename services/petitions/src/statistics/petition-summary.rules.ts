import type { Figures } from './national-reports.rules';

export interface PetitionSummary {
  items: number | null;
  persons: number | null;
  online: number | null;
  letters: number | null;
  visits: number | null;
  completed: number | null;
  suppressed: boolean;
}

/** Below it a count says something about single people. */
const SMALL = 5;

/**
 * The summary of a region. Exact for those who count or supervise; for other officers a count from 1 to 4 is left out,
 * and where one left out could be computed from the others by the total, the smallest of those is left out too.
 */
export function petitionSummary(figures: Figures, exact: boolean): PetitionSummary {
  const count = (name: string) => figures[name] ?? 0;
  const all = {
    items: count('items'),
    persons: count('persons'),
    online: count('online'),
    letters: count('letters'),
    visits: count('visitBatches'),
    completed: count('completed'),
  };
  if (exact) return { ...all, suppressed: false };
  const hidden = new Set<keyof typeof all>();
  const isSmall = (value: number) => value > 0 && value < SMALL;
  for (const [name, value] of Object.entries(all)) if (isSmall(value)) hidden.add(name as keyof typeof all);
  // Items done and items not done make up the items.
  if (isSmall(all.items - all.completed)) hidden.add('completed');
  const channels = (['online', 'letters', 'visits'] as const).filter((name) => all[name] > 0);
  const hiddenChannels = channels.filter((name) => hidden.has(name));
  if (hiddenChannels.length === 1 && !hidden.has('items')) {
    const next = channels.filter((name) => !hidden.has(name)).sort((a, b) => all[a] - all[b])[0];
    hidden.add(next ?? 'items');
  }
  const shown = (name: keyof typeof all) => (hidden.has(name) ? null : all[name]);
  return {
    items: shown('items'),
    persons: shown('persons'),
    online: shown('online'),
    letters: shown('letters'),
    visits: shown('visits'),
    completed: shown('completed'),
    suppressed: hidden.size > 0,
  };
}
