import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import { buildASTSchema, type DocumentNode, type GraphQLError, Kind } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GatewayContext } from './gateway-context';
import type { Executor, ExecutorContext, ExecutorResult } from './operation-executor';
import { isPlainPlan, type PlanNode } from './plan';
import { PlanExecution } from './plan-execution';
import { Projection, selectionsOf } from './projection';
import type { SubgraphDataSource } from './subgraph-data-source';

interface PreparedOperation {
  node: PlanNode | undefined;
  projection: Projection;
}

/**
 * Answers operations whose plan is known. Apollo's planner makes every plan, and Apollo's executor
 * runs the first request of an operation; from then on a plain plan is run here, which spares
 * rebuilding the operation, asking for the same entity again and interpreting the answer object by
 * object. Everything unusual (introspection, rewriting plans) stays with Apollo's executor.
 */
export class PlanRunner {
  private readonly prepared = new LRUCache<string, PreparedOperation>({ max: 2_000 });
  private readonly supergraph: ReturnType<typeof buildASTSchema>;

  constructor(
    supergraph: DocumentNode,
    private readonly sources: ReadonlyMap<string, SubgraphDataSource>,
  ) {
    this.supergraph = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
  }

  /** For Apollo's gateway to call with each plan it has made or found. */
  readonly remember: Experimental_DidResolveQueryPlanCallback = ({ queryPlan, requestContext }) => {
    const { document, operation, schema } = requestContext;
    const node = queryPlan.node;
    if (operation === undefined || !isOrdinary(document)) return;
    if (node !== undefined && (node.kind === 'Subscription' || !isPlainPlan(node))) return;
    this.prepared.set(keyOf(requestContext), {
      node,
      projection: new Projection(schema, document, operation),
    });
  };

  /** An executor that runs known operations here and all others by `first`. */
  before(first: Executor): Executor {
    return async (requestContext) => {
      const key = keyOf(requestContext);
      const known = this.prepared.get(key);
      if (known !== undefined) return this.run(known, requestContext);
      const result = await first(requestContext);
      const missesValues = result.extensions?.valueCompletion !== undefined;
      const prepared = this.prepared.get(key);
      // Apollo's executor cannot tell a reference to what is out of sight from a service's fault; a query may be asked again.
      return missesValues && prepared !== undefined && requestContext.operation?.operation === 'query'
        ? this.run(prepared, requestContext)
        : result;
    };
  }

  private async run(
    { node, projection }: PreparedOperation,
    requestContext: ExecutorContext,
  ): Promise<ExecutorResult> {
    const context = requestContext.context as GatewayContext;
    const coerced = context.variables ?? {};
    const execution = new PlanExecution({
      context,
      variables: requestContext.request.variables ?? {},
      coercedVariables: coerced,
      sources: this.sources,
      supergraph: this.supergraph,
    });
    if (node !== undefined) await execution.run(node);
    const { data, errors: missing } = projection.project(execution.collected, coerced, execution.hidden);
    // What a failed fetch left out is explained by its own error.
    const all = execution.errors.length > 0 ? execution.errors : missing;
    return all.length === 0 ? { data } : { data, errors: all as GraphQLError[] };
  }
}

const keyOf = ({ queryHash, request }: Pick<ExecutorContext, 'queryHash' | 'request'>): string =>
  `${queryHash} ${request.operationName ?? ''}`;

/** Introspection is Apollo's; names every JavaScript object has (constructor, __proto__) are not ours to store. */
function isOrdinary(document: DocumentNode): boolean {
  return selectionsOf(document).every((selection) => {
    if (selection.kind !== Kind.FIELD) return true;
    const { alias, name } = selection;
    return !['__schema', '__type'].includes(name.value) && !((alias ?? name).value in Object.prototype);
  });
}
