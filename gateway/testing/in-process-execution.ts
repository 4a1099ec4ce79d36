import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import { type DocumentNode, print } from 'graphql';
import { Engine } from '../src/execution/engine';
import type { ExecutorName } from '../src/execution/execution';
import type { GatewayContext } from '../src/execution/gateway-context';
import type { Executor } from '../src/execution/operation-executor';
import { ApolloPlanner, type Planner } from '../src/execution/planner';
import { resolvableKeysFirst } from '../src/execution/planner-supergraph.rules';
import type { SubgraphSource } from '../src/execution/subgraph-data-source';

export interface InProcessExecution {
  /** For an ApolloGateway to load. */
  supergraphSdl: string;
  /** For that gateway as `experimental_didResolveQueryPlan`. */
  onPlan: Experimental_DidResolveQueryPlanCallback | undefined;
  /** Takes the executor of that gateway, which plans; returns the one that answers. */
  over(apollo: Executor): Executor;
}

/** One of the executors over one supergraph, planning in this process and without any checks. */
export function inProcessExecution(options: {
  executor: ExecutorName;
  supergraph: DocumentNode;
  /** By the subgraph's name; may be filled until the gateway is loaded. */
  sources: ReadonlyMap<string, SubgraphSource>;
}): InProcessExecution {
  const { executor, supergraph, sources } = options;
  if (executor === 'apollo')
    return { supergraphSdl: print(supergraph), onPlan: undefined, over: (apollo) => apollo };
  const apolloPlanner = new ApolloPlanner();
  // As they come from the planner's process.
  const planner: Planner = {
    planOf: async (operation) => JSON.parse(JSON.stringify(await apolloPlanner.planOf(operation))),
  };
  const { prepare } = new Engine(supergraph, sources, planner);
  return {
    supergraphSdl: print(resolvableKeysFirst(supergraph)),
    onPlan: apolloPlanner.onPlan,
    over: (apollo) => async (requestContext) => {
      apolloPlanner.apollo = { schema: requestContext.schema, executor: apollo };
      return (await prepare(requestContext, requestContext.context as GatewayContext))();
    },
  };
}
