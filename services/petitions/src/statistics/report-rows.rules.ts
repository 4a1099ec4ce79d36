import { ancestorsByCode } from '@junxian/administrative-region';
import type { CountedReport } from './contributions.rules';
import { difference, type Figures, namedFigures, sumOf } from './national-reports.rules';

/** Sums of one region and key over a period, as the database gives them. */
export interface CountedSum {
  regionCode: string;
  key: string;
  values: number[];
}

/** What an item that accuses the viewer's own organisation contributed: taken out of everything it sees (PT-HND-08). */
export interface HiddenFigure extends CountedSum {
  rollUp: boolean;
}

/** The figures of a region, of each region directly below, by key. */
export interface RegionFigures {
  total: Map<string, Figures>;
  children: Map<string, Map<string, Figures>>;
}

/**
 * Figures by region and key out of the sums of a region and of those directly below. What is hidden from the viewer
 * is subtracted wherever it was counted.
 */
export function regionFigures(
  report: CountedReport,
  region: string,
  sums: { total: readonly CountedSum[]; children: readonly CountedSum[]; hidden: readonly HiddenFigure[] },
): RegionFigures {
  const total = new Map<string, Figures>();
  const children = new Map<string, Map<string, Figures>>();
  for (const { key, values } of sums.total) total.set(key, namedFigures(report, values));
  for (const { regionCode, key, values } of sums.children) {
    const child = children.get(regionCode) ?? new Map<string, Figures>();
    child.set(key, namedFigures(report, values));
    children.set(regionCode, child);
  }
  for (const { regionCode, key, values, rollUp } of sums.hidden) {
    const path = ancestorsByCode(regionCode);
    const place = path.indexOf(region);
    if (place < 0 || (!rollUp && regionCode !== region)) continue;
    const hidden = namedFigures(report, values);
    total.set(key, difference(total.get(key) ?? {}, hidden));
    const child = rollUp ? children.get(path[place + 1] ?? '') : undefined;
    child?.set(key, difference(child.get(key) ?? {}, hidden));
  }
  return { total, children };
}

/** The figures of the region's own organisations, by key: its total without the regions below. */
export function ownFigures({ total, children }: RegionFigures): Map<string, Figures> {
  return new Map(
    [...total].map(([key, figures]) => [
      key,
      difference(figures, sumOf([...children.values()].map((child) => child.get(key) ?? {}))),
    ]),
  );
}
