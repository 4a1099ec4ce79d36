import { isRegionCode, isWithin } from '@junxian/administrative-region';
import { daysBetween } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { type PetitionSummary, petitionSummary } from './petition-summary.rules';
import type { HiddenFigure } from './report-rows.rules';
import { regionFigures } from './report-rows.rules';

export interface SummaryKey {
  code: string;
  from: string;
  to: string;
}

export type SummaryLoader = DataLoader<SummaryKey, PetitionSummary | null, string>;

const N = Array.from({ length: 10 }, (_, index) => `sum(n${index + 1})`).join(', ');
const EXACT_ROLES = ['petitions:STATISTICIAN', 'petitions:SUPERVISOR'];

/**
 * Summaries of regions: one statement for each period asked for, however many regions. Null outside the caller's region and
 * for everybody without a petitions role.
 */
export function summaryLoader(
  { roles, regionLow, regionHigh }: { roles: readonly string[]; regionLow: string; regionHigh: string },
  read: () => Promise<ScopedTransaction>,
): SummaryLoader {
  const isOfficer = roles.some((role) => role.startsWith('petitions:'));
  const exact = roles.some((role) => EXACT_ROLES.includes(role));
  const mayAsk = ({ code }: SummaryKey) =>
    isOfficer && isRegionCode(code) && isWithin(code, { low: regionLow, high: regionHigh });
  return new DataLoader(
    async (keys) => {
      const answers = new Map<string, PetitionSummary>();
      for (const group of groupBy(keys.filter(mayAsk), ({ from, to }) => `${from} ${to}`).values()) {
        const { from, to } = group[0]!;
        checkPeriod(from, to);
        const codes = [...new Set(group.map(({ code }) => code))];
        const tx = await read();
        const sums = await tx.query<{ regionCode: string; values: number[] }>(
          `SELECT region_code AS "regionCode", ARRAY[${N}]::int[] AS values FROM statistic_counter
           WHERE report = 'NR-1' AND region_code = ANY($1::text[]) AND day BETWEEN $2 AND $3 AND key = '' GROUP BY region_code`,
          [codes, from, to],
        );
        const hidden = await tx.query<HiddenFigure>(
          `SELECT region_code AS "regionCode", key, roll_up AS "rollUp", figures AS values FROM pt_hnd_08_hidden_figures('NR-1', $1, $2, $2)`,
          [from, to],
        );
        for (const code of codes) {
          const total = sums
            .filter(({ regionCode }) => regionCode === code)
            .map((sum) => ({ ...sum, key: '' }));
          const figures = regionFigures('NR-1', code, { total, children: [], hidden }).total.get('') ?? {};
          answers.set(keyOf({ code, from, to }), petitionSummary(figures, exact));
        }
      }
      return keys.map((key) => answers.get(keyOf(key)) ?? null);
    },
    { cacheKeyFn: keyOf },
  );
}

const keyOf = ({ code, from, to }: SummaryKey) => `${code} ${from} ${to}`;

function checkPeriod(from: string, to: string): void {
  if (daysBetween(from, to) >= 0) return;
  throw refuse.invalid('to', {
    zh: '结束日期应不早于开始日期',
    en: 'The period must not end before it begins',
  });
}
