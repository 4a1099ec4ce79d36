import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import { type DocumentNode, type GraphQLSchema, print } from 'graphql';
import { Engine } from './engine';
import type { KnownOperation } from './operation-cache';
import type { Executor } from './operation-executor';
import { Planner } from './planner';
import { resolvableKeysFirst } from './planner-supergraph.rules';
import type { SubgraphSource } from './subgraph-data-source';

/** Who runs query plans: our engine, or the stock executor, which the tests take as the measure. */
export const EXECUTORS = ['junxian', 'apollo'] as const;
export type ExecutorName = (typeof EXECUTORS)[number];

export interface ExecutionOptions {
  executor: ExecutorName;
  supergraph: DocumentNode;
  /** By the subgraph's name; may be filled until the gateway is loaded. */
  sources: ReadonlyMap<string, SubgraphSource>;
}

export interface Execution {
  /** For Apollo's gateway to load. */
  supergraphSdl: string;
  /** For Apollo's gateway as `experimental_didResolveQueryPlan`. */
  onPlan: Experimental_DidResolveQueryPlanCallback | undefined;
  /** Takes the executor of that gateway, which plans; returns the one that answers. */
  over(apollo: Executor): Executor;
  /** The operations asked for most often. */
  mostUsed(count: number): KnownOperation[];
  /** Makes ready what another supergraph's clients asked for most often, once the gateway is loaded. */
  warm(operations: readonly KnownOperation[], schema: GraphQLSchema): Promise<void>;
}

/** A supergraph that is waited for is taken into use without all plans rather than late. */
const LONGEST_WARMING_MILLISECONDS = 3_000;

/** The switch between our engine and Apollo's executor for one supergraph. */
export function executionOf({ executor, supergraph, sources }: ExecutionOptions): Execution {
  if (executor === 'apollo') {
    return {
      supergraphSdl: print(supergraph),
      onPlan: undefined,
      over: (apollo) => apollo,
      mostUsed: () => [],
      warm: async () => undefined,
    };
  }
  const planner = new Planner();
  const engine = new Engine(supergraph, sources, planner);
  return {
    supergraphSdl: print(resolvableKeysFirst(supergraph)),
    onPlan: planner.onPlan,
    over: (apollo) => {
      planner.apollo = apollo;
      // Without an operation (a wrong operationName) Apollo's executor words the error; it asks nobody.
      return (requestContext) =>
        requestContext.operation === undefined ? apollo(requestContext) : engine.execute(requestContext);
    },
    mostUsed: (count) => engine.mostUsed(count),
    warm: (operations, schema) => engine.warm(operations, schema, LONGEST_WARMING_MILLISECONDS),
  };
}
