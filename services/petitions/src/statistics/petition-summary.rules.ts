import { addDays, addMonths } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
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

const COUNTS = ['items', 'persons', 'online', 'letters', 'visits', 'completed'] as const;

/** The summary of a region as those who count or supervise see it. */
export function exactSummary(figures: Figures): PetitionSummary {
  const count = (name: string) => figures[name] ?? 0;
  return {
    items: count('items'),
    persons: count('persons'),
    online: count('online'),
    letters: count('letters'),
    visits: count('visitBatches'),
    completed: count('completed'),
    suppressed: false,
  };
}

/** The summary of several months out of what is told of each; what is hidden in one is hidden in the sum, which would tell it. */
export function summaryOfMonths(months: readonly (PetitionSummary | null)[]): PetitionSummary {
  const sum = (name: (typeof COUNTS)[number]) =>
    months.reduce<number | null>((total, month) => {
      const value = month?.[name] ?? null;
      return total === null || value === null ? null : total + value;
    }, 0);
  const counts = Object.fromEntries(COUNTS.map((name) => [name, sum(name)])) as Record<
    (typeof COUNTS)[number],
    number | null
  >;
  return { ...counts, suppressed: COUNTS.some((name) => counts[name] === null) };
}

/**
 * The first days of the months of a period. Throws INVALID_INPUT unless it is made of whole months that are over: from two periods that
 * differ by a day, or two days on which one is asked, single items could be told.
 */
export function monthsOf({ from, to }: { from: string; to: string }, today: string): string[] {
  const whole = from.endsWith('-01') && to < today && addDays(to, 1).endsWith('-01');
  const months: string[] = [];
  for (let month = from; whole && month < to; month = addMonths(month, 1)) months.push(month);
  if (months.length > 0) return months;
  throw new Refusal(
    'INVALID_INPUT',
    {
      zh: '您的岗位按已结束的整月查看信访情况：请选择某月第一天至已结束月份的最后一天',
      en: 'Your post sees whole months that are over: ask from the first day of a month to the last day of a month that has ended',
    },
    { field: 'from' },
  );
}
