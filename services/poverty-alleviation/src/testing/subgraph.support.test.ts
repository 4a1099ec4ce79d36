import { createLogger, createMetrics } from '@junxian/observability';
import { type RunningSubgraph, startSubgraph } from '@junxian/subgraph';
import { type AskedSubgraph, askedSubgraph, type TestIssuer } from '@junxian/test-kit';
import { createGraph } from '../service';
import type { TestStore } from './store.support.test';

/** This service's HTTP side on a free port, over a test store. */
export function startTestSubgraph(store: TestStore, issuer: TestIssuer): Promise<RunningSubgraph> {
  return startSubgraph({
    name: 'poverty-alleviation',
    ...createGraph(store.services),
    database: store.database,
    verifier: issuer.verifier,
    clock: store.clock,
    logger: createLogger('test', 'silent'),
    metrics: createMetrics('test'),
    port: 0,
  });
}

/** This service's graph for the tests of a file or `describe`, over the store that a hook above the call opens. */
export const graphOver = (store: () => TestStore): AskedSubgraph =>
  askedSubgraph((issuer) => startTestSubgraph(store(), issuer));
