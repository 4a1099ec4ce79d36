import type { ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import type { PovertySummaryView } from './poverty-summary.rules';
import { readSummaries, type SummaryKey } from './poverty-summary.service';

export type SummaryLoader = DataLoader<SummaryKey, PovertySummaryView | null, string>;

const textOf = ({ regionCode, year }: SummaryKey) => `${regionCode}:${year}`;

/** Loads summaries as {@link readSummaries} reads them. */
export function summaryLoader(read: () => Promise<ScopedTransaction>): SummaryLoader {
  return new DataLoader(async (keys) => readSummaries(await read(), keys), { cacheKeyFn: textOf });
}
