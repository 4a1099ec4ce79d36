import { ancestorsByCode, isRegionCode, isWithin, NATION_CODE } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { countedSums } from './figures.store';
import { checkPeriod } from './national-report.service';
import { namedFigures } from './national-reports.rules';
import { exactSummary, monthsOf, type PetitionSummary, summaryOfMonths } from './petition-summary.rules';
import type { CountedSum } from './report-rows.rules';
import { toldOfMonth } from './suppression.rules';

export interface SummaryKey {
  code: string;
  from: string;
  to: string;
}

export type SummaryLoader = DataLoader<SummaryKey, PetitionSummary | null, string>;

export interface SummaryViewer {
  roles: readonly string[];
  regionLow: string;
  regionHigh: string;
}

const EXACT_ROLES = ['petitions:STATISTICIAN', 'petitions:SUPERVISOR'];

/**
 * Summaries of regions: one statement for each period asked for, however many regions. Null outside the caller's region and
 * for everybody without a petitions role.
 */
export function summaryLoader(
  viewer: SummaryViewer,
  read: () => Promise<ScopedTransaction>,
  clock: Clock,
): SummaryLoader {
  const isOfficer = viewer.roles.some((role) => role.startsWith('petitions:'));
  const exact = viewer.roles.some((role) => EXACT_ROLES.includes(role));
  const mayAsk = ({ code }: SummaryKey) =>
    isOfficer && isRegionCode(code) && isWithin(code, { low: viewer.regionLow, high: viewer.regionHigh });
  return new DataLoader(
    async (keys) => {
      const answers = new Map<string, PetitionSummary>();
      for (const group of groupBy(keys.filter(mayAsk), ({ from, to }) => `${from} ${to}`).values()) {
        checkPeriod(group[0]!);
        const question = { ...group[0]!, today: clock.today(), codes: group.map(({ code }) => code) };
        const found = exact
          ? await exactSummaries(await read(), question)
          : await toldSummaries(await read(), question, rootOf(viewer));
        for (const [code, summary] of found) answers.set(keyOf({ ...question, code }), summary);
      }
      return keys.map((key) => answers.get(keyOf(key)) ?? null);
    },
    { cacheKeyFn: keyOf },
  );
}

const keyOf = ({ code, from, to }: SummaryKey) => `${code} ${from} ${to}`;
/** The region of an officer, by the digits its range begins with. */
const rootOf = ({ regionLow }: SummaryViewer) =>
  regionLow === '0' ? NATION_CODE : regionLow.padEnd(12, '0');

interface Question {
  codes: readonly string[];
  from: string;
  to: string;
  today: string;
}

async function exactSummaries(
  tx: ScopedTransaction,
  { codes, ...period }: Question,
): Promise<Map<string, PetitionSummary>> {
  const sums = await countedSums(tx, { ...period, report: 'NR-1', regions: codes, parents: [] });
  const figures = new Map(sums.map(({ regionCode, values }) => [regionCode, namedFigures('NR-1', values)]));
  return new Map(codes.map((code) => [code, exactSummary(figures.get(code) ?? {})]));
}

/** What an officer who neither counts nor supervises is told: of whole months, with all that decides what is hidden. */
async function toldSummaries(
  tx: ScopedTransaction,
  { codes, ...period }: Question,
  root: string,
): Promise<Map<string, PetitionSummary>> {
  const months = monthsOf(period, period.today);
  const paths = new Map(
    codes.map((code) => {
      const path = ancestorsByCode(code);
      return [code, path.slice(path.indexOf(root))];
    }),
  );
  const parents = [...new Set([...paths.values()].flatMap((path) => path.slice(0, -1)))];
  const sums = await countedSums(tx, { ...period, report: 'NR-1', regions: [root], parents, monthly: true });
  const ofMonth = groupBy(sums, ({ month }) => month);
  const told = months.map((month) => toldOfMonth(root, (ofMonth.get(month) ?? []).map(ofRegion)));
  return new Map(
    codes.map((code) => [code, summaryOfMonths(told.map((summary) => summary(paths.get(code)!)))]),
  );
}

const ofRegion = ({ values, ...region }: CountedSum) => ({
  ...region,
  figures: namedFigures('NR-1', values),
});
