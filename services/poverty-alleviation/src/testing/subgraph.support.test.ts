import type { Principal } from '@junxian/identity';
import { createLogger, createMetrics } from '@junxian/observability';
import { type RunningSubgraph, startSubgraph } from '@junxian/subgraph';
import { subgraphClient, type TestIssuer, testIssuer } from '@junxian/test-kit';
import { createGraph } from '../service';
import { openStore, type TestStore } from './store.support.test';

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

/** A test store with this service's graph over it. */
export async function openGraph() {
  const store = await openStore();
  const issuer = testIssuer();
  const running = await startTestSubgraph(store, issuer);
  return {
    store,
    /** What somebody is answered, and the codes of its errors. */
    ask: async (principal: Principal | null, document: string, variables: Record<string, unknown> = {}) => {
      const client = subgraphClient(running.url, issuer, principal);
      const { data, errors } = await client.query(document, variables);
      return { data, errors, codes: (errors ?? []).map(({ extensions }) => extensions?.code) };
    },
    close: async () => {
      await running.stop();
      await store.close();
    },
  };
}

export type OpenGraph = Awaited<ReturnType<typeof openGraph>>;
