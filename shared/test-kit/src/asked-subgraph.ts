import type { Principal } from '@junxian/identity';
import { type GraphAnswer, subgraphClient } from './graph-client';
import { type TestIssuer, testIssuer } from './test-keys';

/** An answer with the codes of its errors, in their order. */
export interface AnswerWithCodes extends GraphAnswer {
  codes: unknown[];
}

export interface AskedSubgraph {
  /** What a principal is answered over real HTTP; null sends no assertion. */
  ask(
    principal: Principal | null,
    document: string,
    variables?: object,
    headers?: Record<string, string>,
  ): Promise<AnswerWithCodes>;
  /** Scheme, host and port where the subgraph listens, for its routes beside the graph. */
  origin(): string;
}

/**
 * For the tests of a file or of a `describe`: the subgraph that `start` starts. It is started after the hooks written above the call
 * and stopped before those written below it, whatever happened in between. Takes the issuer to which the subgraph must listen.
 */
export function askedSubgraph(
  start: (issuer: TestIssuer) => Promise<{ url: string; stop(): Promise<void> }>,
): AskedSubgraph {
  const issuer = testIssuer();
  let running: Awaited<ReturnType<typeof start>> | undefined;
  beforeAll(async () => {
    running = await start(issuer);
  });
  afterAll(() => running?.stop());
  const url = () => {
    if (!running) throw new Error('the subgraph is started by a beforeAll: ask in a test or in a later hook');
    return running.url;
  };
  return {
    ask: async (principal, document, variables = {}, headers = {}) => {
      const client = subgraphClient(url(), issuer, principal);
      const answer = await client.query(document, { ...variables }, headers);
      return { ...answer, codes: (answer.errors ?? []).map(({ extensions }) => extensions?.code) };
    },
    origin: () => new URL(url()).origin,
  };
}
