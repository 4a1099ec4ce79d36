import type { Clock } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import { allCategories, type Category } from './categories.store';
import { type SummaryLoader, type SummaryViewer, summaryLoader } from './petition-summary.loader';

export interface StatisticsLoaders {
  petitionSummary: SummaryLoader;
  category: DataLoader<string, Category | null>;
}

/** Makes the loaders of one request. */
export function statisticsLoaders(
  scope: SummaryViewer,
  read: () => Promise<ScopedTransaction>,
  clock: Clock,
): StatisticsLoaders {
  return {
    petitionSummary: summaryLoader(scope, read, clock),
    category: new DataLoader(async (codes) => {
      const found = new Map((await allCategories(await read())).map((category) => [category.code, category]));
      return codes.map((code) => found.get(code) ?? null);
    }),
  };
}
