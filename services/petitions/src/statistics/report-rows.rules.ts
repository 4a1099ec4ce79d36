import type { CountedReport } from './contributions.rules';
import { difference, type Figures, namedFigures, sumOf } from './national-reports.rules';

/** Sums of one region and key, over a period or a month of it. */
export interface CountedSum {
  regionCode: string;
  parentCode: string | null;
  /** The first day of the month, or null for a sum over the whole period. */
  month: string | null;
  key: string;
  /** n1…n10, in the order of the report's figures. */
  values: number[];
}

/** The figures of a region, of each region directly below, by key. */
export interface RegionFigures {
  total: Map<string, Figures>;
  children: Map<string, Map<string, Figures>>;
}

/** Figures by region and key out of the sums of a region and of those directly below. */
export function regionFigures(
  report: CountedReport,
  region: string,
  sums: readonly Pick<CountedSum, 'regionCode' | 'key' | 'values'>[],
): RegionFigures {
  const total = new Map<string, Figures>();
  const children = new Map<string, Map<string, Figures>>();
  for (const { regionCode, key, values } of sums) {
    const figures = namedFigures(report, values);
    if (regionCode === region) {
      total.set(key, figures);
      continue;
    }
    const child = children.get(regionCode) ?? new Map<string, Figures>();
    child.set(key, figures);
    children.set(regionCode, child);
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
