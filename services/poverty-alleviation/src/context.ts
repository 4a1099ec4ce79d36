import type { RequestContext } from '@junxian/subgraph';
import { type HouseholdLoaders, householdLoaders } from './households/household.loaders';
import { type SummaryLoader, summaryLoader } from './poverty-counters/poverty-summary.loader';

/** The DataLoaders of all rooms, made for each request. */
export interface Loaders extends HouseholdLoaders {
  povertySummary: SummaryLoader;
}

/** What every resolver of this service is given. */
export type Context = RequestContext<Loaders>;

/** Makes the loaders of one request. */
export function createLoaders(context: Context): Loaders {
  const read = () => context.read();
  return { ...householdLoaders(read), povertySummary: summaryLoader(context.scope, read) };
}
