import { levelAtDepth, levelDepth, levelOfCode, scopeRange } from '@junxian/administrative-region';
import { addMonths, daysBetween } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { CHANNELS, PURPOSES } from '../cases/case.types';
import { allCategories, categoryGroups } from './categories.store';
import type { CountedReport } from './contributions.rules';
import { countedSums } from './figures.store';
import { type Figures, LAYOUTS, type ReportLayout, type ReportNo, sumOf } from './national-reports.rules';
import { ownFigures, type RegionFigures, regionFigures } from './report-rows.rules';

export interface ReportQuery {
  report: ReportNo;
  from: string;
  to: string;
  region: string;
  /** NR-4: the category whose parts are listed; the 17 of level one without it. */
  category?: string | null | undefined;
}

/** One row of a report; `cells` in the order of the layout's columns, null for a rate without a denominator. */
export interface ReportRow {
  kind: 'OWN' | 'CHILD' | 'UNIT' | 'CODE' | 'TOTAL';
  regionCode: string | null;
  organisationId: string | null;
  code: string | null;
  cells: (string | null)[];
}

export interface NationalReport {
  query: ReportQuery;
  layout: ReportLayout;
  rows: ReportRow[];
}

const MODES = [
  'FORWARD',
  'ASSIGN',
  'SUPERVISE',
  'INFORM_ACCEPT',
  'INFORM_NOT_ACCEPT',
  'INFORM_NO_LONGER',
  'HANDLE_SELF',
  'ARCHIVE',
  'REPORT',
  'DIRECT_REPLY',
  'SERVE_OPINION',
  'SUBMIT_REVIEW',
  'SUBMIT_RE_REVIEW',
  'TRANSFER',
];
const LEVELS = ['REVIEW', 'RE_REVIEW'];
const MAX_DAYS = 3_660;

/**
 * A National Bureau report of a region and period, from the counters: the region itself, each region directly below
 * (or the codes), and the total. Throws INVALID_INPUT for a period that ends before it begins or is longer than ten years.
 */
export async function nationalReport(
  tx: ScopedTransaction,
  query: ReportQuery,
  today: string,
): Promise<NationalReport> {
  checkPeriod(query);
  const layout = LAYOUTS[query.report];
  const now = await figuresOf(tx, layout, query, today);
  const comparesYears = layout.columns.some(({ key }) => key === 'yearOnYear');
  const before = comparesYears
    ? await figuresOf(
        tx,
        layout,
        { ...query, from: addMonths(query.from, -12), to: addMonths(query.to, -12) },
        today,
      )
    : { total: new Map(), children: new Map() };
  return { query, layout, rows: await layRows(tx, layout, query, now, before) };
}

/** Checks the period of a report. Throws INVALID_INPUT. */
export function checkPeriod({ from, to }: Pick<ReportQuery, 'from' | 'to'>): void {
  const days = daysBetween(from, to);
  if (days >= 0 && days <= MAX_DAYS) return;
  throw refuse.invalid('to', {
    zh: '结束日期应不早于开始日期，且统计期不超过十年',
    en: 'The period must not end before it begins, and not be longer than ten years',
  });
}

/** The sums of a region over a period, and of those directly below where they are rows of the report: of each there are as many as codes. */
async function figuresOf(
  tx: ScopedTransaction,
  { counted: report, rows }: ReportLayout,
  { region, from, to }: Pick<ReportQuery, 'region' | 'from' | 'to'>,
  today: string,
): Promise<RegionFigures> {
  const sums = await countedSums(tx, {
    report,
    regions: [region],
    parents: rows === 'CODE' ? [] : [region],
    from,
    to,
    today,
  });
  return regionFigures(report, region, sums);
}

async function layRows(
  tx: ScopedTransaction,
  layout: ReportLayout,
  { region, category }: ReportQuery,
  now: RegionFigures,
  before: RegionFigures,
): Promise<ReportRow[]> {
  const lay = (figures: Figures, total: Figures, earlier: Figures): (string | null)[] =>
    layout.columns.map(({ value }) => {
      const cell = value({ figures, total, before: earlier });
      return cell === null ? null : String(cell);
    });
  const row = (
    kind: ReportRow['kind'],
    place: Partial<Omit<ReportRow, 'kind' | 'cells'>>,
    figures: Figures,
    earlier: Figures,
    total: Figures,
  ): ReportRow => ({
    kind,
    regionCode: null,
    organisationId: null,
    code: null,
    ...place,
    cells: lay(figures, total, earlier),
  });

  if (layout.rows === 'CODE') {
    const groups = await codeGroups(tx, layout.counted, category ?? null);
    const pick = (source: RegionFigures, keys: ReadonlySet<string>) =>
      sumOf([...source.total].filter(([key]) => keys.has(key)).map(([, figures]) => figures));
    const rows = groups.map(({ code, keys }) => ({
      code,
      figures: pick(now, keys),
      earlier: pick(before, keys),
    }));
    const total = sumOf(rows.map(({ figures }) => figures));
    return [
      ...rows.map(({ code, figures, earlier }) => row('CODE', { code }, figures, earlier, total)),
      row('TOTAL', {}, total, sumOf(rows.map(({ earlier }) => earlier)), total),
    ];
  }
  const keys = layout.rows === 'REGION_AND_CODE' ? LEVELS : [''];
  const own = [ownFigures(now), ownFigures(before)] as const;
  const children = await regionsBelow(tx, region, now);
  const rows = keys.flatMap((key) => {
    const code = key === '' ? null : key;
    const total = now.total.get(key) ?? {};
    const ofChildren = children.map((child) =>
      row(
        'CHILD',
        { regionCode: child, code },
        now.children.get(child)?.get(key) ?? {},
        before.children.get(child)?.get(key) ?? {},
        total,
      ),
    );
    const itself =
      layout.rows === 'UNIT'
        ? [...now.total]
            .filter(([unit]) => unit !== '')
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([unit, figures]) =>
              row('UNIT', { regionCode: region, organisationId: unit }, figures, {}, total),
            )
        : [row('OWN', { regionCode: region, code }, own[0].get(key) ?? {}, own[1].get(key) ?? {}, total)];
    return [
      ...itself,
      ...ofChildren,
      row('TOTAL', { regionCode: region, code }, total, before.total.get(key) ?? {}, total),
    ];
  });
  return rows;
}

/** Regions directly below: those that have figures, and those of the next level that have an organisation. */
async function regionsBelow(
  tx: ScopedTransaction,
  region: string,
  { children }: RegionFigures,
): Promise<string[]> {
  const level = levelOfCode(region);
  const depth = levelDepth(level) + 1;
  if (depth > 5) return [];
  const { low, high } = scopeRange(region, level);
  const rows = await tx.query<{ code: string }>(
    `SELECT DISTINCT region_code AS code FROM organisation
     WHERE region_code >= $1 AND region_code < $2 AND region_level = $3 AND NOT removed`,
    [low, high, levelAtDepth(depth)],
  );
  return [...new Set([...children.keys(), ...rows.map(({ code }) => code)])].sort();
}

/** The codes that are rows of a report, each with the keys it sums up. */
async function codeGroups(
  tx: ScopedTransaction,
  report: CountedReport,
  category: string | null,
): Promise<{ code: string; keys: ReadonlySet<string> }[]> {
  const single = (codes: readonly string[]) => codes.map((code) => ({ code, keys: new Set([code]) }));
  if (report === 'NR-2') return single(CHANNELS);
  if (report === 'NR-3') return single(PURPOSES);
  if (report === 'NR-9') return single(MODES);
  return categoryGroups(await allCategories(tx), category);
}
