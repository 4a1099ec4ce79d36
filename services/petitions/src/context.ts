import type { RequestContext } from '@junxian/subgraph';
import { type CaseLoaders, caseLoaders } from './cases/case-reads.service';
import type { Viewer } from './cases/petitioner-view.rules';
import { type StatisticsLoaders, statisticsLoaders } from './statistics/statistics.loaders';

/** The DataLoaders of all rooms, made for each request. */
export type Loaders = CaseLoaders & StatisticsLoaders;

/** What every resolver of this service is given. */
export type Context = RequestContext<Loaders>;

/** Makes the loaders of one request. */
export function createLoaders(context: Context): Loaders {
  const read = () => context.read();
  return { ...caseLoaders(read), ...statisticsLoaders(context.scope, read) };
}

/** Whoever looks, for the rules about identities. */
export function viewerOf({ principal }: Pick<Context, 'principal'>): Viewer {
  const { kind, accountId, organisationId, roles } = principal;
  return { kind, accountId, organisationId, roles };
}
