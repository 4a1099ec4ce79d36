import type { AssertionVerifier } from '@junxian/identity';
import { createLogger, createMetrics } from '@junxian/observability';
import { type RunningSubgraph, type SubgraphOptions, startSubgraph } from '@junxian/subgraph';
import { type AskedSubgraph, askedSubgraph } from '@junxian/test-kit';

/** What a test serves of this service: the schema and resolvers of all its rooms or of some, over a database. */
export type ServedRooms<Loaders> = Pick<
  SubgraphOptions<Loaders>,
  'typeDefs' | 'resolvers' | 'loaders' | 'database' | 'clock' | 'routes' | 'recordReveals'
>;

/** Some rooms over HTTP on a free port. */
export function startTestSubgraph<Loaders>(
  rooms: ServedRooms<Loaders>,
  verifier: AssertionVerifier,
): Promise<RunningSubgraph> {
  return startSubgraph({
    ...rooms,
    name: 'directory',
    verifier,
    logger: createLogger('test', 'silent'),
    metrics: createMetrics('test'),
    port: 0,
  });
}

/** Some rooms for the tests of a file or `describe`; `rooms` is asked in a hook after those above the call. */
export const graphOver = <Loaders>(rooms: () => ServedRooms<Loaders>): AskedSubgraph =>
  askedSubgraph(({ verifier }) => startTestSubgraph(rooms(), verifier));
